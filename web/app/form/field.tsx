// One field: its label, what it is for, what is wrong with it.

import { useSignal } from '@preact/signals'
import type { HTMLAttributes } from 'preact'
import { characters } from '../../../protocol/text.ts'
import { words } from '../../i18n/words.ts'
import { Icon } from '../../view/icon.tsx'
import type { FieldErrors, FieldName } from './field-errors.ts'

interface Props {
  readonly name: FieldName
  readonly errors: FieldErrors
  readonly value?: string
  readonly inputMode?: HTMLAttributes['inputMode']
  readonly autoComplete?: string
  readonly multiline?: boolean
  readonly optional?: boolean
  /** Shows how much of this many characters is used, counted as the server counts. */
  readonly countTo?: number
}

export function Field({ name, errors, value = '', multiline, optional, countTo, ...rest }: Props) {
  const used = useSignal(characters(value))
  const text = words().fields[name]
  const hint = 'hint' in text ? text.hint : null
  const error = errors[name]
  const id = `field-${name}`
  const shared = {
    id,
    name,
    class: 'input',
    dir: 'auto' as const,
    defaultValue: value,
    autoComplete: rest.autoComplete ?? 'off',
    'aria-invalid': error !== undefined,
    'aria-describedby': `${id}-note`,
    'aria-required': !optional,
    onInput: (event: { currentTarget: { value: string } }) => {
      used.value = characters(event.currentTarget.value.trim())
    },
  }
  return (
    <div class="field">
      <FieldLabel id={id} label={text.label} optional={optional ?? false} />
      {multiline ? (
        <textarea {...shared} rows={3} />
      ) : (
        <input
          {...shared}
          type="text"
          inputMode={rest.inputMode ?? 'text'}
          autocapitalize="off"
          spellcheck={false}
        />
      )}
      <div class="field-foot">
        <FieldNote id={id} error={error} hint={hint} />
        {countTo !== undefined && <Count used={used.value} most={countTo} />}
      </div>
    </div>
  )
}

export function FieldLabel({
  id,
  label,
  optional,
}: {
  id: string
  label: string
  optional: boolean
}) {
  return (
    <label class="field-label" for={id}>
      {label}
      {optional && <span class="field-optional">{words().fields.optional}</span>}
    </label>
  )
}

/** The hint, and in its place the error once there is one. */
export function FieldNote(props: { id: string; error: string | undefined; hint: string | null }) {
  return (
    <div id={`${props.id}-note`}>
      {props.error !== undefined ? (
        <p class="field-error">
          <Icon name="alert" small />
          {props.error}
        </p>
      ) : (
        props.hint && <p class="field-hint">{props.hint}</p>
      )}
    </div>
  )
}

function Count({ used, most }: { used: number; most: number }) {
  return (
    <p class="field-count" data-over={used > most || undefined}>
      <span aria-hidden="true">{`${used}/${most}`}</span>
      <span class="visually-hidden">{words().fields.counter(used, most)}</span>
    </p>
  )
}
