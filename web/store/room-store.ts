// One open room as a view sees it: signals to read, actions to call. A view never writes state itself.

import type { ReadonlySignal } from '@preact/signals'
import type { MessageRow, Person, RoomRow } from '../../protocol/changes.ts'
import type { FailureCode } from '../../protocol/failures.ts'
import type { MessageId, RoomId, Seq, UserId } from '../../protocol/ids.ts'
import type { Role } from '../../protocol/permissions.ts'

/** What is known of the room; null until the first welcome or a cached copy. */
export interface RoomModel {
  readonly room: RoomRow
  readonly you: You
  /** In `seq` order, without holes from the first to the head. */
  readonly messages: readonly MessageRow[]
  /** True when `messages` begins with the room's first. */
  readonly atBeginning: boolean
  readonly people: ReadonlyMap<UserId, Person>
  /** Present members by id; of a crowd only some. */
  readonly members: ReadonlyMap<UserId, { readonly role: Role }>
  /** False in a crowd: who is in is asked over HTTP, page by page. [SOK15] */
  readonly membersComplete: boolean
}

export interface You {
  readonly userId: UserId
  readonly name: string
  readonly role: Role
  /** Until then one may read and not write; null: one may. */
  readonly mutedUntil: number | null
}

/** Who is here now; by name unless they are many. [SOK9] */
export interface Presence {
  readonly online: ReadonlySet<UserId> | null
  readonly count: number
}

/** What was said since one last read: exact, or at least so much. [SND8] */
export interface Unread {
  readonly count: number
  readonly mentions: number
  readonly isExact: boolean
}

/** What one does to a message that is there already. */
export type Deed =
  | {
      readonly type: 'edit'
      readonly seq: Seq
      readonly body: string
      /** Absent ones stay as they are. */
      readonly mentions?: readonly UserId[]
    }
  | { readonly type: 'delete'; readonly seq: Seq }
  | { readonly type: 'react'; readonly seq: Seq; readonly emoji: string; readonly on: boolean }

/** A deed that the room would not do. */
export interface Mishap {
  readonly deed: Deed
  readonly code: FailureCode
}

/** What a message may say beside its words. */
export interface Extras {
  readonly replyTo?: Seq | null
  readonly mentions?: readonly UserId[]
}

/** A message on its way, shown beneath the sequenced ones and replaced by its row without a flicker. */
export interface Draft {
  readonly id: MessageId
  readonly body: string
  readonly replyTo: Seq | null
  readonly mentions: readonly UserId[]
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
  /** Null until the first welcome. */
  readonly presence: ReadonlySignal<Presence | null>
  /** Others who write just now. [SOK10] */
  readonly typing: ReadonlySignal<readonly UserId[]>
  /** How far each has read, where that is told, and oneself always. [SND8] */
  readonly reads: ReadonlySignal<ReadonlyMap<UserId, Seq>>
  /** How far one has read oneself, on any device; null until the first welcome. */
  readonly readSeq: ReadonlySignal<Seq | null>
  readonly unread: ReadonlySignal<Unread | null>
  /** Messages whose edit, deletion or reaction is under way. */
  readonly pending: ReadonlySignal<ReadonlySet<Seq>>
  /** The last deed that the room would not do, until somebody has seen it. */
  readonly mishap: ReadonlySignal<Mishap | null>
  /** Until then slow mode keeps one's next message back; 0 when it does not. [LIM2] */
  readonly slowUntilMs: ReadonlySignal<number>
  /** Trims, mints the id, stores, shows, then sends. Blank text is ignored. [SND1] */
  send(body: string, extras?: Extras): void
  /** Shown when the room's change comes, like everybody's. [SOK6] */
  edit(seq: Seq, body: string, mentions?: readonly UserId[]): void
  remove(seq: Seq): void
  react(seq: Seq, emoji: string, on: boolean): void
  forgetMishap(): void
  /** Everything up to `seq` has been seen. */
  markRead(seq: Seq): void
  /** Somebody writes here, or has emptied the box. */
  type(on: boolean): void
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
