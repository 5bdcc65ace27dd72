// Log in, and go back to where one was heading. [APP3]

import { useEffect } from 'preact/hooks'
import { useRoute } from 'preact-iso/router'
import { LoginRequest } from '../../../protocol/api/accounts.ts'
import { words } from '../../i18n/words.ts'
import { Field } from '../form/field.tsx'
import { FormError, Submit } from '../form/form-end.tsx'
import { PasswordField, passwordId } from '../form/password-field.tsx'
import { useForm } from '../form/use-form.ts'
import { ownPath } from '../own-path.ts'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { Redirect } from '../signed-in.tsx'

export function Login() {
  const { session } = useServices()
  const { query } = useRoute()
  const text = words().login
  usePageTitle(text.title)
  const form = useForm({
    schema: LoginRequest,
    request: (given) => ({ login: given['login']?.trim(), password: given['password'] }),
    send: (request) => session.login(request),
  })
  useEffect(() => {
    if (form.failure?.code === 'wrongCredentials') document.getElementById(passwordId)?.focus()
  }, [form.failure])
  if (session.state.value.state === 'signedIn') return <Redirect to={ownPath(query['next'])} />
  return (
    <div class="door">
      <h1 tabIndex={-1}>{text.title}</h1>
      <p class="muted">{'ended' in query ? words().connection.signedOut : text.lead}</p>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <Field name="login" errors={form.errors} inputMode="email" autoComplete="username" />
        <PasswordField errors={form.errors} />
        <FormError form={form} />
        <Submit form={form} label={text.submit} busy={text.busy} />
      </form>
      <p class="door-other">
        {text.noAccount} <a href={withNext('/register', query['next'])}>{words().register.title}</a>
      </p>
    </div>
  )
}

export function withNext(path: string, next: string | undefined): string {
  return next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`
}
