// What a message on its way can be, what can happen to it, and what its machine can ask for.

import * as v from 'valibot'
import { FailureCode } from '../../protocol/failures.ts'
import { MessageId, type Rev, Seq, UserId } from '../../protocol/ids.ts'
import { firstRef } from '../client/refs.ts'

/** As it lies in the browser's storage, in the order of writing. [CMP3] */
export const StoredDraft = v.object({
  id: MessageId,
  body: v.string(),
  createdAt: v.number(),
  replyTo: v.optional(v.nullable(Seq), null),
  mentions: v.optional(v.array(UserId), []),
  /** Refused for good: it waits for a person, through reloads too. */
  failed: v.optional(FailureCode),
})
export type StoredDraft = v.InferOutput<typeof StoredDraft>

export type Message = Omit<StoredDraft, 'failed'>

export type Entry = Message &
  (
    | { readonly state: 'unstored' } // In sight, and not yet safe from a crash: it may not leave.
    | { readonly state: 'waiting' }
    | {
        readonly state: 'sending'
        readonly ref: number
        readonly sinceMs: number
        readonly sentAtMs: number // The last time.
      }
    | {
        readonly state: 'accepted' // Its row is on its way to this client.
        readonly rev: Rev
        readonly sinceMs: number
      }
    | { readonly state: 'failed'; readonly code: FailureCode }
  )

export interface Outbox {
  readonly entries: readonly Entry[]
  /** A welcomed socket is there. [SOK14] */
  readonly isOpen: boolean
  /** Of all tabs that show this room to this person, this one sends. */
  readonly isLeading: boolean
  readonly pausedUntilMs: number
  /** The room's pause between two messages of this person; 0: none. [LIM2] */
  readonly slowModeMs: number
  /** The end of the pause that goes on; 0 when none does. */
  readonly slowUntilMs: number
  /** How many more messages the room is sure to take at once. */
  readonly credit: number
  readonly creditAtMs: number
  readonly nextRef: number
  /** The last ref that was refused; 0 for none. [ORD4] */
  readonly refused: number
}

export type OutboxInput =
  | { readonly type: 'added'; readonly draft: StoredDraft }
  | { readonly type: 'stored'; readonly id: MessageId }
  | { readonly type: 'loaded'; readonly drafts: readonly StoredDraft[] }
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'leading'; readonly isLeading: boolean }
  | { readonly type: 'ok'; readonly ref: number; readonly rev: Rev }
  | {
      readonly type: 'refused'
      readonly ref: number
      readonly code: FailureCode
      readonly retryAfterMs?: number | undefined
    }
  /** Rows of this person are in the model, which now stands at `rev`. */
  | { readonly type: 'arrived'; readonly ids: ReadonlySet<MessageId>; readonly rev: Rev }
  /** Unless it resumes, what was accepted before is in the snapshot, or went with a life of the room. */
  | { readonly type: 'welcome'; readonly resumed: boolean }
  /** The tab that sends was told `ok`. */
  | { readonly type: 'acceptedElsewhere'; readonly id: MessageId; readonly rev: Rev }
  | { readonly type: 'retry'; readonly id: MessageId; readonly newId: MessageId }
  | { readonly type: 'discard'; readonly id: MessageId }
  | { readonly type: 'slowMode'; readonly ms: number }
  | { readonly type: 'tick' }

export type OutboxEffect =
  | {
      readonly do: 'send'
      readonly ref: number
      readonly refused: number
      readonly message: Message
    }
  | { readonly do: 'keep'; readonly draft: StoredDraft }
  | { readonly do: 'amend'; readonly id: MessageId; readonly draft: StoredDraft }
  /** `acceptedAt` is null for a message that was thrown away. */
  | { readonly do: 'forget'; readonly id: MessageId; readonly acceptedAt: Rev | null }

export const emptyOutbox: Outbox = {
  ...{ entries: [], isOpen: false, isLeading: false },
  ...{ pausedUntilMs: 0, slowModeMs: 0, slowUntilMs: 0 },
  ...{ credit: 0, creditAtMs: 0, nextRef: firstRef.send, refused: 0 },
}

export const messageOf = ({ id, body, createdAt, replyTo, mentions }: Message): Message => ({
  ...{ id, body, createdAt, replyTo, mentions },
})

export const waiting = (entry: Message): Entry => ({ ...messageOf(entry), state: 'waiting' })

export function entryOf(draft: StoredDraft): Entry {
  if (draft.failed === undefined) return waiting(draft)
  return { ...messageOf(draft), state: 'failed', code: draft.failed }
}
