// The end of every form: what went wrong with the whole, and the button that tries.

import { words } from '../../i18n/words.ts'
import { Icon } from '../../view/icon.tsx'
import { useSecondsUntil } from '../../view/use-after.ts'
import type { Form } from './use-form.ts'

export function FormError({ form }: { form: Form }) {
  return (
    <div role="alert">
      {form.failure && (
        <p class="form-error">
          <Icon name="alert" small />
          {words().failures[form.failure.code]}
        </p>
      )}
    </div>
  )
}

interface SubmitProps {
  readonly form: Form
  readonly label: string
  readonly busy: string
  readonly danger?: boolean
}

/**
 * Counts down while the server wants to be left alone. [APP3] Never `disabled`: that would take the
 * focus from whoever pressed it; the form itself refuses.
 */
export function Submit({ form, label, busy, danger = false }: SubmitProps) {
  const seconds = useSecondsUntil(form.waitUntilMs)
  const waiting = seconds > 0
  return (
    <button
      type="submit"
      class={danger ? 'button-danger' : 'button-primary'}
      aria-disabled={form.busy || waiting}
    >
      {form.busy ? busy : waiting ? words().login.wait(seconds) : label}
    </button>
  )
}
