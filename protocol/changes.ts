// The rows a room tells: a message, a member, the room itself; whole, or only what changed.

import * as v from 'valibot'
import { Epoch, MessageId, Rev, RoomId, Seq, UserId } from './ids.ts'
import { editWindowSecondsMax, slowModeSecondsMax } from './limits.ts'
import { Role } from './permissions.ts'

const Time = v.pipe(v.number(), v.safeInteger()) // Milliseconds since 1970, UTC.

export const Visibility = v.picklist(['public', 'private'])
export type Visibility = v.InferOutput<typeof Visibility>

/** Nobody, but something that a room's owner made; absent for people. */
export const botFlag = { isBot: v.exactOptional(v.literal(true)) }

/** What everyone in a room may know of somebody; `name` is empty for a former member. [S29] */
export const Person = v.object({
  id: UserId,
  name: v.string(),
  avatar: v.nullable(v.string()),
  ...botFlag,
})
export type Person = v.InferOutput<typeof Person>

/** What a line that the room wrote tells; its author is who did it. */
export const Notice = v.variant('event', [
  v.object({ event: v.literal('joined'), userId: UserId }),
  v.object({ event: v.literal('left'), userId: UserId }),
  v.object({ event: v.literal('removed'), userId: UserId }),
  v.object({ event: v.literal('banned'), userId: UserId }),
  v.object({ event: v.literal('roleChanged'), userId: UserId, role: Role }),
  v.object({ event: v.literal('renamed'), name: v.string() }),
])
export type Notice = v.InferOutput<typeof Notice>

/** Who set which emoji, in the order of setting. [SND7] */
export const Reactions = v.record(v.string(), v.array(UserId))
export type Reactions = v.InferOutput<typeof Reactions>

const messageFields = {
  id: MessageId,
  authorId: UserId,
  kind: v.picklist(['message', 'notice']),
  body: v.string(),
  /** The message it answers, which may have been deleted since. [SND5] */
  replyTo: v.nullable(Seq),
  mentions: v.array(UserId),
  reactions: Reactions,
  /** Null but for a notice. */
  notice: v.nullable(Notice),
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
  replyTo: null,
  mentions: [],
  reactions: {},
  notice: null,
  editedAt: null,
  deletedAt: null,
} as const satisfies Partial<MessageRow>

export const MemberState = v.picklist(['joined', 'left', 'removed', 'banned'])
export type MemberState = v.InferOutput<typeof MemberState>

const memberFields = {
  /** Empty for a former member, whose account was deleted: nobody else has no name. [S29] */
  name: v.string(),
  avatar: v.nullable(v.string()),
  role: Role,
  state: MemberState,
  /** Until then they may read and not write; null: they may. */
  mutedUntil: v.nullable(Time),
}

export const MemberRow = v.object({ userId: UserId, rev: Rev, ...memberFields, ...botFlag })
export type MemberRow = v.InferOutput<typeof MemberRow>

export const MemberChange = v.object({
  userId: UserId,
  rev: Rev,
  ...v.partial(v.object(memberFields)).entries,
  ...botFlag,
})
export type MemberChange = v.InferOutput<typeof MemberChange>

/** What a room's moderators decide about it. */
export const RoomSettings = v.object({
  /** Pause between two messages of one member; 0: none. Moderators are exempt. [LIM2] */
  slowModeSeconds: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.maxValue(slowModeSecondsMax, `must be at most ${slowModeSecondsMax}`),
  ),
  /** How long an author may edit a message; null: always, 0: never. [SND6] */
  editWindowSeconds: v.nullable(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(editWindowSecondsMax, `must be at most ${editWindowSecondsMax}`),
    ),
  ),
  /** The least role that may invite. */
  invitesBy: v.picklist(['member', 'moderator']),
})
export type RoomSettings = v.InferOutput<typeof RoomSettings>

export const defaultSettings: RoomSettings = {
  slowModeSeconds: 0,
  editWindowSeconds: null,
  invitesBy: 'moderator',
}

export const RoomRow = v.object({
  id: RoomId,
  rev: Rev,
  name: v.string(),
  topic: v.string(),
  visibility: Visibility,
  memberCount: v.number(),
  settings: RoomSettings,
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
