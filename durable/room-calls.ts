// What the Worker may ask of a room, and how the room answers. Typed RPC, no network hop.

import type { History, HistoryQuery } from '../protocol/api/messages.ts'
import type { Member } from '../protocol/api/rooms.ts'
import type { Person, RoomRow, Visibility } from '../protocol/changes.ts'
import type { Send } from '../protocol/commands.ts'
import type { Refusal } from '../protocol/failures.ts'
import type { Rev, RoomId, Seq, SessionId, UserId } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'

/** A value, or an expected no. A thrown error is never an answer. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** What the directory says of a room. A higher `version` is a later word. */
export interface DirectoryEntry {
  readonly name: string
  readonly topic: string
  readonly visibility: Visibility
  readonly version: number
}

/** A directory row; enough to open its room. */
export interface RoomSeed extends DirectoryEntry {
  readonly id: RoomId
  readonly owner: PersonAsOf
}

/** Who is asking, by a token that verified. A room refuses a sign-in it was told has ended. [AUT2] */
export interface Asker {
  readonly userId: UserId
  readonly sessionId: SessionId
}

/** A person under the name of a certain moment, in milliseconds: an older one never replaces it. */
export interface PersonAsOf extends Person {
  readonly asOf: number
}

export interface RoomView {
  readonly room: RoomRow
  /** The caller's own; null for somebody outside. */
  readonly role: Role | null
}

/** An accepted message; `isNew` is false for a repeat of one the room already had. [SND2] */
export interface Receipt {
  readonly seq: Seq
  readonly rev: Rev
  readonly at: number
  readonly isNew: boolean
}

/**
 * Every call on a room that was never opened is refused `notFound` and leaves no storage behind;
 * `open` is idempotent. A private room refuses whoever is not in it with `notFound`.
 */
export interface RoomCalls {
  /** Refused `notFound` when the directory, asked again, no longer knows the room. */
  open(seed: RoomSeed): Promise<Answer<RoomView>>
  view(caller: Asker | null): Promise<Answer<RoomView>>
  /** Idempotent. Only public rooms let people in by themselves. */
  join(caller: Asker, person: PersonAsOf): Promise<Answer<RoomView>>
  /** Idempotent. Refused `ownerLeaves` for the owner. Closes the member's sockets. */
  leave(caller: Asker): Promise<Answer<null>>
  /** The directory decided; an entry older than the one it has changes nothing. */
  change(caller: Asker, entry: DirectoryEntry): Promise<Answer<RoomView>>
  /** Asks the directory what it says of this room: after a change whose outcome is unknown. */
  refresh(): Promise<void>
  /** The member's name or avatar became another; no answer but for those who are in. */
  renamePerson(person: PersonAsOf): Promise<Answer<null>>
  /** Closes every socket with `roomGone` and erases the storage. Idempotent; the Worker checked the right. */
  destroy(): Promise<void>
  /** By role, highest first, then name, then id. `after` is the last member of the page before. */
  members(
    caller: Asker | null,
    page: { after: MemberPlace | null; limit: number },
  ): Promise<Answer<readonly Member[]>>
  history(caller: Asker | null, query: HistoryQuery): Promise<Answer<History>>
  post(caller: Asker, message: Pick<Send, 'id' | 'body'>): Promise<Answer<Receipt>>
  /** Ends these sign-ins here: closes their sockets, and refuses them until `untilMs`. [SOK13, AUT2] */
  endSessions(userId: UserId, sessions: readonly SessionId[], untilMs: number): Promise<void>
}

/** Where a page of members ended; the row itself may be gone by now. */
export interface MemberPlace {
  readonly role: Role
  readonly name: string
  readonly id: UserId
}

/**
 * The upgrade carries the verified caller in these headers. They are set by `room-stub.ts` on a
 * request of its own making: nothing a client sends under these names reaches a room.
 */
export const callerHeaders = {
  userId: 'x-parley-user',
  sessionId: 'x-parley-session',
  /** Milliseconds since 1970. */
  expiresAt: 'x-parley-expires',
} as const
