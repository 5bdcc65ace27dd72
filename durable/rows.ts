// The tables' rows in the shape of the contract: how each is selected, and how it is read.

import type { MemberRow, MessageChange, MessageRow, RoomRow } from '../protocol/changes.ts'
import type { MemberEntry } from './room-calls.ts'
import type { SqlValue } from './sql.ts'

/** The columns under the names of the contract's rows, for every SELECT of one. */
export const columns = {
  room: `id, rev, name, topic, visibility, member_count AS memberCount,
    slow_mode_seconds AS slowModeSeconds, edit_window_seconds AS editWindowSeconds,
    invites_by AS invitesBy`,
  message: `seq, coalesce(altered, rev) AS rev, id, author AS authorId, kind, body,
    reply_to AS replyTo, mentions, reactions, notice,
    created_at AS createdAt, edited_at AS editedAt, deleted_at AS deletedAt`,
  member: `user AS userId, rev, name, avatar, role, state, muted_until AS mutedUntil,
    rights IS NOT NULL AS isBot`,
} as const

/** A role's place in the members' list. An index is on it: every word of it counts. */
export const rankSql =
  "CASE role WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 WHEN 'member' THEN 2 ELSE 3 END"

type Stored<Row, Json extends keyof Row> = Omit<Row, Json> & Record<Json, string | null>

/** Lists and objects lie as JSON; null is the empty one, which most messages have. */
export type StoredMessage = Stored<MessageRow, 'mentions' | 'reactions' | 'notice'> &
  Record<string, SqlValue>

export type StoredRoom = Omit<RoomRow, 'settings'> & RoomRow['settings'] & Record<string, SqlValue>

/** SQLite has no booleans, and people's rows no flag. */
type Flagged<Row> = Omit<Row, 'isBot'> & { readonly isBot: number } & Record<string, SqlValue>

export type StoredMember = Flagged<MemberRow>
export type StoredEntry = Flagged<MemberEntry>

export function messageOf(row: StoredMessage): MessageRow {
  return {
    seq: row.seq,
    rev: row.rev,
    id: row.id,
    authorId: row.authorId,
    kind: row.kind,
    body: row.body,
    replyTo: row.replyTo,
    mentions: row.mentions === null ? [] : JSON.parse(row.mentions),
    reactions: row.reactions === null ? {} : JSON.parse(row.reactions),
    notice: row.notice === null ? null : JSON.parse(row.notice),
    createdAt: row.createdAt,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
  }
}

export function memberOf(row: StoredMember): MemberRow {
  const { userId, rev, name, avatar, role, state, mutedUntil } = row
  return { userId, rev, name, avatar, role, state, mutedUntil, ...flagOf(row) }
}

export function entryOf(row: StoredEntry): MemberEntry {
  const { id, name, avatar, role, mutedUntil } = row
  return { id, name, avatar, role, mutedUntil, ...flagOf(row) }
}

function flagOf({ isBot }: { readonly isBot: number }): { isBot?: true } {
  return isBot === 1 ? { isBot: true } : {}
}

/** A message that nobody holds yet, without what is at its default. */
export function birthOf(row: MessageRow): MessageChange {
  const { seq, rev, id, authorId, body, createdAt } = row
  const always = { seq, rev, id, authorId, body, createdAt }
  if (isPlain(row)) return always
  const { kind, replyTo, notice, mentions, reactions, editedAt, deletedAt } = row
  return {
    ...always,
    ...(kind !== 'message' && { kind, notice }),
    ...(replyTo !== null && { replyTo }),
    ...(mentions.length > 0 && { mentions }),
    ...(Object.keys(reactions).length > 0 && { reactions }),
    ...(editedAt !== null && { editedAt }),
    ...(deletedAt !== null && { deletedAt }),
  }
}

/** Nothing but said, as most are. A restored room has births to which more happened in the life before. */
export function isPlain(row: MessageRow): boolean {
  const { kind, replyTo, mentions, reactions, editedAt, deletedAt } = row
  const isFresh = editedAt === null && deletedAt === null && Object.keys(reactions).length === 0
  return isFresh && kind === 'message' && replyTo === null && mentions.length === 0
}

export function roomOf(row: StoredRoom): RoomRow {
  const { id, rev, name, topic, visibility, memberCount } = row
  const { slowModeSeconds, editWindowSeconds, invitesBy } = row
  const settings = { slowModeSeconds, editWindowSeconds, invitesBy }
  return { id, rev, name, topic, visibility, memberCount, settings }
}

/** A list or an object as it lies; null for an empty one. */
export function jsonOrNull(value: object): string | null {
  return Object.keys(value).length === 0 ? null : JSON.stringify(value)
}
