// The truth about a message on its way: in a word and a sign, and what to do when it failed. [CMP4]

import { useSignal } from '@preact/signals'
import type { FailureCode } from '../../protocol/failures.ts'
import { words } from '../i18n/words.ts'
import type { Draft } from '../store/room-store.ts'
import { Icon } from './icon.tsx'
import { useAfter } from './use-after.ts'

const STILL_SENDING_MS = 10_000

/** Lies in the row's margin, so that it never adds a line. [CMP2] */
export function DraftSign({ status }: { status: Draft['status'] }) {
  const slow = useAfter(STILL_SENDING_MS, status.state)
  const text = words().draft
  if (status.state === 'failed') return null
  const label = slow ? text.stillSending : text[status.state]
  return (
    <span class="sign" title={label}>
      <span class={slow ? 'sign-words' : 'visually-hidden'}>{label}</span>
      <Icon name="clock" small />
    </span>
  )
}

export function SentSign() {
  return (
    <span class="sign" title={words().draft.sent}>
      <span class="visually-hidden">{words().draft.sent}</span>
      <Icon name="check" small />
    </span>
  )
}

interface FailedProps {
  readonly code: FailureCode
  readonly body: string
  readonly onRetry: () => void
  readonly onDiscard: () => void
}

export function FailedDraft({ code, body, onRetry, onDiscard }: FailedProps) {
  const copied = useSignal(false)
  const text = words().draft
  const copy = () => navigator.clipboard.writeText(body).then(() => (copied.value = true))
  return (
    <div class="failed">
      <p class="failed-reason">
        <Icon name="alert" small />
        <span>
          <strong>{text.failed}.</strong> {words().failures[code]}
        </span>
      </p>
      <button type="button" class="button-quiet" onClick={onRetry}>
        {text.retry}
      </button>
      <button type="button" class="button-quiet" onClick={copy}>
        {copied.value ? text.copied : text.copy}
      </button>
      <button type="button" class="button-quiet" onClick={onDiscard}>
        {text.discard}
      </button>
    </div>
  )
}
