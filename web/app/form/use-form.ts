// One form: reads its fields, judges them, sends them, and says beside each what is wrong.

import { batch, type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type * as v from 'valibot'
import { safeParse } from 'valibot'
import { Failure } from '../../../protocol/failures.ts'
import { errorsOfFailure, errorsOfIssues, type FieldErrors, type Given } from './field-errors.ts'

export interface Form {
  readonly errors: FieldErrors
  /** What went wrong with no field in particular. */
  readonly failure: Failure | null
  readonly busy: boolean
  /** Until then the server wants to be left alone. */
  readonly waitUntilMs: number
  /** For the form element. Its fields keep their own text, so nothing typed can be lost. */
  readonly onSubmit: (event: SubmitEvent) => void
}

interface Parts<Request> {
  readonly schema: v.GenericSchema<unknown, Request>
  /** From the text of the fields to the request; trimming and leaving out is done here. */
  readonly request: (given: Given) => unknown
  readonly send: (request: Request) => Promise<void>
}

export function useForm<Request>({ schema, request, send }: Parts<Request>): Form {
  const errors = useSignal<FieldErrors>({})
  const failure = useSignal<Failure | null>(null)
  const busy = useSignal(false)
  const element = useRef<HTMLFormElement | null>(null)
  useFocusFirstError(errors, element)

  const submit = async (form: HTMLFormElement) => {
    const given = textOf(form)
    const parsed = safeParse(schema, request(given))
    failure.value = null
    errors.value = parsed.success ? {} : errorsOfIssues(parsed.issues, given)
    if (!parsed.success) return
    busy.value = true
    try {
      await send(parsed.output)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      batch(() => {
        errors.value = errorsOfFailure(error, given)
        failure.value = Object.keys(errors.value).length === 0 ? error : null
      })
    } finally {
      busy.value = false
    }
  }

  const waitUntilMs = useWait(failure.value)
  return {
    errors: errors.value,
    failure: failure.value,
    busy: busy.value,
    waitUntilMs,
    onSubmit: (event) => {
      event.preventDefault()
      if (busy.peek() || Date.now() < waitUntilMs) return
      if (!(event.currentTarget instanceof HTMLFormElement)) return
      element.current = event.currentTarget
      void submit(event.currentTarget)
    },
  }
}

function useWait(failure: Failure | null): number {
  const told = useRef<{ failure: Failure; untilMs: number } | null>(null)
  if (failure && told.current?.failure !== failure) {
    told.current = { failure, untilMs: Date.now() + (failure.retryAfterMs ?? 0) }
  }
  return failure && told.current ? told.current.untilMs : 0
}

// After the errors are drawn, so that a screen reader reads field and error in one breath.
function useFocusFirstError(
  errors: Signal<FieldErrors>,
  element: { readonly current: HTMLFormElement | null },
): void {
  useEffect(() => {
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    first?.closest('details')?.setAttribute('open', '')
    first?.focus()
  }, [errors.value])
}

function textOf(form: HTMLFormElement): Given {
  return Object.fromEntries(
    Array.from(new FormData(form), ([name, value]) => [
      name,
      typeof value === 'string' ? value : '',
    ]),
  )
}
