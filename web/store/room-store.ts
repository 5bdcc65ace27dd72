// One open room as a view sees it: signals to read, actions to call. A view never writes state itself.

import type { ReadonlySignal } from '@preact/signals'
import type { MessageRow, Person, RoomRow } from '../../protocol/changes.ts'
import type { FailureCode } from '../../protocol/failures.ts'
import type { MessageId, RoomId, Seq, UserId } from '../../protocol/ids.ts'
import type { Role } from '../../protocol/permissions.ts'

/** What is known of the room; null until the first welcome or a cached copy. */
export interface RoomModel {
  readonly room: RoomRow
  readonly you: { readonly userId: UserId; readonly name: string; readonly role: Role }
  /** In `seq` order, without holes from the first to the head. */
  readonly messages: readonly MessageRow[]
  /** True when `messages` begins with the room's first. */
  readonly atBeginning: boolean
  readonly people: ReadonlyMap<UserId, Person>
  /** Present members by id. */
  readonly members: ReadonlyMap<UserId, { readonly role: Role }>
}

/** A message on its way, shown beneath the sequenced ones and replaced by its row without a flicker. */
export interface Draft {
  readonly id: MessageId
  readonly body: string
  readonly createdAt: number
  readonly status:
    | { readonly state: 'waiting' }
    | { readonly state: 'sending'; readonly sinceMs: number }
    | { readonly state: 'failed'; readonly code: FailureCode }
}

/** What the connection looks like to a person. [CON1] */
export type ConnectionFace =
  | { readonly face: 'connecting' }
  | { readonly face: 'catchingUp' }
  | { readonly face: 'live' }
  | { readonly face: 'reconnecting'; readonly retryAtMs: number }
  | { readonly face: 'offline' }
  | { readonly face: 'signedOut' }
  | { readonly face: 'stopped'; readonly code: FailureCode }

export type HistoryState = 'idle' | 'loading' | 'failed'

export interface RoomStore {
  readonly id: RoomId
  readonly model: ReadonlySignal<RoomModel | null>
  readonly connection: ReadonlySignal<ConnectionFace>
  readonly drafts: ReadonlySignal<readonly Draft[]>
  readonly history: ReadonlySignal<HistoryState>
  /** How often a gap made this client re-sync: 0 unless something is wrong. [SOK4] */
  readonly resyncs: ReadonlySignal<number>
  /** Trims, mints the id, stores, shows, then sends. Blank text is ignored. [SND1] */
  send(body: string): void
  retry(id: MessageId): void
  discard(id: MessageId): void
  /** One page above the first loaded message; resolves when it is in `model`. */
  loadOlder(): Promise<void>
  /** Skips the wait of `reconnecting`. */
  reconnectNow(): void
  /** Stops following the room; unsent drafts stay stored. */
  close(): void
}

/** The highest seq in the window, 0 when it is empty. */
export function headOf(model: RoomModel): Seq | 0 {
  return model.messages.at(-1)?.seq ?? 0
}

/** The room is over for this person: what was kept of it goes. */
export function isLost(code: FailureCode): boolean {
  return code === 'forbidden' || code === 'roomGone' || code === 'notFound'
}
