// A new account. What is needed first; the rest folded away. [APP2]

import { useRoute } from 'preact-iso/router'
import { bioCharactersMax } from '../../../protocol/account-limits.ts'
import { RegisterRequest } from '../../../protocol/api/accounts.ts'
import { words } from '../../i18n/words.ts'
import { Field } from '../form/field.tsx'
import type { Given } from '../form/field-errors.ts'
import { FormError, Submit } from '../form/form-end.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { given, numberOrText } from '../form/request-text.ts'
import { useForm } from '../form/use-form.ts'
import { ownPath } from '../own-path.ts'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { Redirect } from '../signed-in.tsx'
import { withNext } from './login.tsx'

export default function Register() {
  const { session } = useServices()
  const { query } = useRoute()
  const text = words().register
  usePageTitle(text.title)
  const form = useForm({
    schema: RegisterRequest,
    request: registration,
    send: (request) => session.register(request),
  })
  if (session.state.value.state === 'signedIn') return <Redirect to={ownPath(query['next'])} />
  const { errors } = form
  return (
    <div class="door">
      <h1 tabIndex={-1}>{text.title}</h1>
      <p class="muted">{text.lead}</p>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <Field name="email" errors={errors} inputMode="email" autoComplete="email" />
        <Field name="username" errors={errors} autoComplete="username" />
        <PasswordField errors={errors} choosing />
        <details class="more">
          <summary>{text.more}</summary>
          <div class="form">
            <Field name="displayName" errors={errors} optional autoComplete="name" />
            <Field name="phone" errors={errors} optional inputMode="tel" autoComplete="tel" />
            <Field name="age" errors={errors} optional inputMode="numeric" />
            <Field name="bio" errors={errors} optional multiline countTo={bioCharactersMax} />
          </div>
        </details>
        <FormError form={form} />
        <Submit form={form} label={text.submit} busy={text.busy} />
      </form>
      <p class="door-other">
        {text.haveAccount} <a href={withNext('/login', query['next'])}>{words().login.title}</a>
      </p>
    </div>
  )
}

function registration(fields: Given): unknown {
  return {
    email: fields['email']?.trim(),
    username: fields['username']?.trim(),
    password: fields['password'], // Blanks may be part of it.
    ...given('displayName', fields['displayName']),
    ...given('phone', fields['phone']),
    ...(fields['age']?.trim() ? { age: numberOrText(fields['age']) } : {}),
    ...given('bio', fields['bio']),
  }
}
