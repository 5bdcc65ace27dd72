// What the Worker may ask of a room, and how the room answers. Typed RPC, no network hop.

import type { History, HistoryQuery } from '../protocol/api/messages.ts'
import type { Member, RoomPatch } from '../protocol/api/rooms.ts'
import type { Person, RoomRow, Visibility } from '../protocol/changes.ts'
import type { Send } from '../protocol/commands.ts'
import type { Refusal } from '../protocol/failures.ts'
import type { Rev, RoomId, Seq, SessionId, UserId } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'

/** A value, or an expected no. A thrown error is never an answer. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** What a directory row knows of a room; enough to open it. */
export interface RoomSeed {
  readonly id: RoomId
  readonly name: string
  readonly topic: string
  readonly visibility: Visibility
  readonly owner: Person
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
  open(seed: RoomSeed): Promise<Answer<RoomView>>
  view(caller: UserId | null): Promise<Answer<RoomView>>
  /** Idempotent. Only public rooms let people in by themselves. */
  join(person: Person): Promise<Answer<RoomView>>
  /** Idempotent. Refused `ownerLeaves` for the owner. Closes the member's sockets. */
  leave(userId: UserId): Promise<Answer<null>>
  change(caller: UserId, patch: RoomPatch): Promise<Answer<RoomView>>
  /** The member's name or avatar became another; no answer but for those who are in. */
  renamePerson(person: Person): Promise<Answer<null>>
  /** Closes every socket with `roomGone` and erases the storage. Idempotent; the Worker checked the right. */
  destroy(): Promise<void>
  /** By role, highest first, then name, then id. `after` is the last member of the page before. */
  members(
    caller: UserId | null,
    page: { after: { role: Role; name: string; id: UserId } | null; limit: number },
  ): Promise<Answer<readonly Member[]>>
  history(caller: UserId | null, query: HistoryQuery): Promise<Answer<History>>
  post(caller: UserId, message: Pick<Send, 'id' | 'body'>): Promise<Answer<Receipt>>
  /** Closes the sockets of these sign-ins, or of all of the user's, with `unauthenticated`. [SOK13] */
  endSessions(userId: UserId, sessions: readonly SessionId[] | 'all'): Promise<void>
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
