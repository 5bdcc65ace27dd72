// The rows a room tells: a message, a member, the room itself; whole, or only what changed.

import * as v from 'valibot'
import { Epoch, MessageId, Rev, RoomId, Seq, UserId } from './ids.ts'
import { Role } from './permissions.ts'

const Time = v.pipe(v.number(), v.safeInteger()) // Milliseconds since 1970, UTC.

export const Visibility = v.picklist(['public', 'private'])
export type Visibility = v.InferOutput<typeof Visibility>

/** What everyone in a room may know of somebody. */
export const Person = v.object({
  id: UserId,
  name: v.string(),
  avatar: v.nullable(v.string()),
})
export type Person = v.InferOutput<typeof Person>

const messageFields = {
  id: MessageId,
  authorId: UserId,
  kind: v.picklist(['message', 'notice']),
  body: v.string(),
  createdAt: Time,
  editedAt: v.nullable(Time),
  deletedAt: v.nullable(Time),
}

/** `seq`, `rev` and every field: rows of a snapshot, of a catch-up and of history. */
export const MessageRow = v.object({ seq: Seq, rev: Rev, ...messageFields })
export type MessageRow = v.InferOutput<typeof MessageRow>

/** `seq`, `rev` and the fields that changed; for a birth, the fields that are not at their default. */
export const MessageChange = v.object({
  seq: Seq,
  rev: Rev,
  ...v.partial(v.object(messageFields)).entries,
})
export type MessageChange = v.InferOutput<typeof MessageChange>

/** What a message is unless its row says otherwise. */
export const messageDefaults = {
  kind: 'message',
  body: '',
  editedAt: null,
  deletedAt: null,
} as const

const memberFields = {
  name: v.string(),
  avatar: v.nullable(v.string()),
  role: Role,
  state: v.picklist(['joined', 'left', 'removed', 'banned']),
}

export const MemberRow = v.object({ userId: UserId, rev: Rev, ...memberFields })
export type MemberRow = v.InferOutput<typeof MemberRow>

export const MemberChange = v.object({
  userId: UserId,
  rev: Rev,
  ...v.partial(v.object(memberFields)).entries,
})
export type MemberChange = v.InferOutput<typeof MemberChange>

export const RoomRow = v.object({
  id: RoomId,
  rev: Rev,
  name: v.string(),
  topic: v.string(),
  visibility: Visibility,
  memberCount: v.number(),
})
export type RoomRow = v.InferOutput<typeof RoomRow>

/** Rows by kind, each list in `rev` order. What every reader of a room is given. */
export interface Changes {
  readonly messages: readonly MessageChange[]
  readonly members: readonly MemberChange[]
  readonly room: RoomRow | null
}

/** Where a reader stands: the last rev it applied, of which life of the room. */
export const Cursor = v.object({ epoch: Epoch, rev: Rev })
export type Cursor = v.InferOutput<typeof Cursor>
