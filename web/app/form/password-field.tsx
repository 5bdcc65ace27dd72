// A password: shown on demand, its rules told first and ticked as they are met. [APP2]

import { useSignal } from '@preact/signals'
import { passwordCharactersMax, passwordCharactersMin } from '../../../protocol/account-limits.ts'
import { characters } from '../../../protocol/text.ts'
import { words } from '../../i18n/words.ts'
import { Icon } from '../../view/icon.tsx'
import { FieldLabel, FieldNote } from './field.tsx'
import type { FieldErrors } from './field-errors.ts'

export const passwordId = 'field-password'

const AS_TEXT = { type: 'text' } as const
const AS_DOTS = { type: 'password' } as const

interface Props {
  readonly errors: FieldErrors
  /** Choosing one shows the rules; giving one does not. */
  readonly choosing?: boolean
}

export function PasswordField({ errors, choosing = false }: Props) {
  const shown = useSignal(false)
  const used = useSignal(0)
  const text = words().fields
  const id = passwordId
  return (
    <div class="field">
      <FieldLabel id={id} label={text.password.label} optional={false} />
      <div class="input-frame">
        <input
          id={id}
          name="password"
          class="input"
          {...(shown.value ? AS_TEXT : AS_DOTS)}
          autoComplete={choosing ? 'new-password' : 'current-password'}
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={errors['password'] !== undefined}
          aria-describedby={`${id}-note${choosing ? ` ${id}-rules` : ''}`}
          aria-required
          onInput={(event) => {
            used.value = characters(event.currentTarget.value)
          }}
        />
        <button
          type="button"
          class="icon-button"
          aria-pressed={shown.value}
          aria-label={shown.value ? text.hidePassword : text.showPassword}
          onClick={() => {
            shown.value = !shown.value
          }}
        >
          <Icon name={shown.value ? 'hide' : 'show'} />
        </button>
      </div>
      <FieldNote id={id} error={errors['password']} hint={null} />
      {choosing && <Rules id={`${id}-rules`} used={used.value} />}
    </div>
  )
}

function Rules({ id, used }: { id: string; used: number }) {
  const text = words().register.rules
  const rules = [
    { text: text.atLeast, met: used >= passwordCharactersMin },
    { text: text.atMost, met: used > 0 && used <= passwordCharactersMax },
  ]
  return (
    <ul class="rules" id={id} aria-label={text.label}>
      {rules.map((rule) => (
        <li data-met={rule.met || undefined} key={rule.text}>
          <Icon name={rule.met ? 'check' : 'todo'} small />
          {rule.text}
          <span class="visually-hidden">{rule.met ? text.met : text.open}</span>
        </li>
      ))}
    </ul>
  )
}
