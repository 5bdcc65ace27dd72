// `/settings`: one's own profile, every field of it, and how the app looks. [APP11]

import { useSignal } from '@preact/signals'
import { bioCharactersMax, displayNameCharactersMax } from '../../../protocol/account-limits.ts'
import { type Account, ProfilePatch } from '../../../protocol/api/accounts.ts'
import { words } from '../../i18n/words.ts'
import { Icon } from '../../view/icon.tsx'
import { Field } from '../form/field.tsx'
import { FormError, Submit } from '../form/form-end.tsx'
import { profilePatch } from '../form/profile-patch.ts'
import { useForm } from '../form/use-form.ts'
import { PageBar } from '../page-bar.tsx'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { SignedIn } from '../signed-in.tsx'
import { chooseTheme, theme, themes } from '../theme.ts'

export default function Settings() {
  const text = words().settings
  usePageTitle(text.title)
  return (
    <SignedIn>
      {(account) => (
        <>
          <PageBar title={text.title} />
          <div class="page settings">
            <ProfileForm key={account.id} account={account} />
            <Appearance />
          </div>
        </>
      )}
    </SignedIn>
  )
}

function ProfileForm({ account }: { account: Account }) {
  const { session } = useServices()
  const saved = useSignal(false)
  const text = words().settings
  const form = useForm({
    schema: ProfilePatch,
    request: (given) => profilePatch(account, given),
    send: async (patch) => {
      if (Object.keys(patch).length > 0) await session.changeProfile(patch)
      saved.value = true
    },
  })
  const { errors } = form
  return (
    <section aria-labelledby="settings-profile">
      <h2 id="settings-profile">{text.profile}</h2>
      <p class="muted page-lead">{text.lead}</p>
      <form
        class="form"
        noValidate
        onSubmit={form.onSubmit}
        onInput={() => {
          saved.value = false
        }}
      >
        <Field
          name="displayName"
          errors={errors}
          value={account.displayName}
          autoComplete="name"
          countTo={displayNameCharactersMax}
        />
        <Field
          name="bio"
          errors={errors}
          value={account.bio ?? ''}
          multiline
          optional
          countTo={bioCharactersMax}
        />
        <div class="form-row">
          <Field
            name="phone"
            errors={errors}
            value={account.phone ?? ''}
            optional
            inputMode="tel"
            autoComplete="tel"
          />
          <Field
            name="age"
            errors={errors}
            value={account.age === null ? '' : String(account.age)}
            optional
            inputMode="numeric"
          />
        </div>
        <FormError form={form} />
        <div class="form-end">
          <Submit form={form} label={text.save} busy={text.busy} />
          <p class="saved" role="status">
            {saved.value && (
              <>
                <Icon name="check" small />
                {text.saved}
              </>
            )}
          </p>
        </div>
      </form>
    </section>
  )
}

function Appearance() {
  const text = words()
  return (
    <section aria-labelledby="settings-appearance">
      <h2 id="settings-appearance">{text.settings.appearance}</h2>
      <fieldset class="segments" aria-label={text.nav.theme}>
        {themes.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="theme"
              class="visually-hidden"
              checked={theme() === choice}
              onChange={() => chooseTheme(choice)}
            />
            {text.nav.themes[choice]}
          </label>
        ))}
      </fieldset>
    </section>
  )
}
