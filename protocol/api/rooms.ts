// Rooms over HTTP: the directory, my rooms, one room, its members.

import * as v from 'valibot'
import { Person, RoomSettings, Visibility } from '../changes.ts'
import { RoomId, Seq, UserId } from '../ids.ts'
import {
  queryCharactersMax,
  roomNameCharactersMax,
  roomNameCharactersMin,
  topicCharactersMax,
} from '../limits.ts'
import { Role } from '../permissions.ts'
import { name, prose } from '../text.ts'
import { IsoTime, Moment } from './moment.ts'
import { Limit, Next, PageCursor } from './page.ts'

export const RoomName = name(roomNameCharactersMin, roomNameCharactersMax)
export const Topic = prose(0, topicCharactersMax)

export const CreateRoomRequest = v.strictObject({
  name: RoomName,
  topic: v.optional(Topic, ''),
  visibility: Visibility,
})
export type CreateRoomRequest = v.InferOutput<typeof CreateRoomRequest>

/** PATCH: an absent field stays. */
export const RoomPatch = v.strictObject({
  name: v.optional(RoomName),
  topic: v.optional(Topic),
  visibility: v.optional(Visibility),
  settings: v.optional(
    v.strictObject({
      slowModeSeconds: v.exactOptional(RoomSettings.entries.slowModeSeconds),
      editWindowSeconds: v.exactOptional(RoomSettings.entries.editWindowSeconds),
      invitesBy: v.exactOptional(RoomSettings.entries.invitesBy),
    }),
  ),
})
export type RoomPatch = v.InferOutput<typeof RoomPatch>

export const DirectoryQuery = v.strictObject({
  query: v.optional(v.pipe(v.string(), v.maxLength(queryCharactersMax)), ''),
  cursor: PageCursor,
  limit: Limit,
})

export const ListQuery = v.strictObject({ cursor: PageCursor, limit: Limit })

/** A room as one may know it; `role` is the caller's own, null for somebody outside. */
export const RoomCard = v.object({
  id: RoomId,
  name: v.string(),
  topic: v.string(),
  visibility: Visibility,
  memberCount: v.number(),
  role: v.nullable(Role),
})
export type RoomCard = v.InferOutput<typeof RoomCard>

/** One room, asked for by itself. */
export const RoomDetails = v.object({ ...RoomCard.entries, settings: RoomSettings })
export type RoomDetails = v.InferOutput<typeof RoomDetails>

/** Public rooms, by folded name; `role` tells those one is in. */
export const Directory = v.object({ rooms: v.array(RoomCard), next: Next })
export type Directory = v.InferOutput<typeof Directory>

/** A room of mine: newest activity first. */
export const MyRoom = v.object({
  ...RoomCard.entries,
  role: Role,
  lastActiveAt: IsoTime,
  /** One's own read mark, and what lies after it: exact up to 99, and 100 for more. [SND8] */
  readSeq: Seq,
  unread: v.number(),
  unreadMentions: v.number(),
  lastMessage: v.nullable(
    v.object({ seq: Seq, authorName: v.string(), excerpt: v.string(), createdAt: IsoTime }),
  ),
})
export type MyRoom = v.InferOutput<typeof MyRoom>

export const MyRooms = v.object({ rooms: v.array(MyRoom), next: Next })
export type MyRooms = v.InferOutput<typeof MyRooms>

export const Member = v.object({
  ...Person.entries,
  role: Role,
  /** ISO 8601 over REST; null: they may write. */
  mutedUntil: v.nullable(IsoTime),
})
export type Member = v.InferOutput<typeof Member>

/** By role, highest first, then name. */
export const Members = v.object({ members: v.array(Member), next: Next })
export type Members = v.InferOutput<typeof Members>

/**
 * PUT `/rooms/{id}/members/{userId}`: the role or the silence. `role: "owner"` hands the room over, and
 * leaves its owner a moderator.
 */
export const MemberPatch = v.union(
  [
    v.strictObject({ role: v.picklist(['member', 'moderator', 'owner']) }),
    v.strictObject({ mutedUntil: v.nullable(Moment) }),
  ],
  'must hold a role above guest, or mutedUntil alone',
)
export type MemberPatch = v.InferOutput<typeof MemberPatch>

export const MemberPath = v.object({ roomId: RoomId, userId: UserId })

/** Whom the room keeps out, by name. */
export const Bans = v.object({ banned: v.array(Person), next: Next })
export type Bans = v.InferOutput<typeof Bans>

export const RoomPath = v.object({ roomId: RoomId })

/** `ndjson`, lines that `restore` takes back; or `sqlite`, a database to ask. */
export const ExportQuery = v.strictObject({
  format: v.optional(v.picklist(['ndjson', 'sqlite']), 'ndjson'),
})
