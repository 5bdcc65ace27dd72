// Who is in which room, as the mirror knows it.

import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { RoomId, Seq, UserId } from '../protocol/ids.ts'
import { unreadMax } from '../protocol/limits.ts'
import type { Role } from '../protocol/permissions.ts'
import { bots } from './bot-schema.ts'
import type { Database } from './client.ts'
import type { DirectoryRow } from './rooms.ts'
import { memberships, messages, rooms } from './schema.ts'
import { type SignIn, whileStanding } from './standing.ts'

/** Two lines of a list. */
const excerptCharactersMax = 200

export interface JoinedRoom extends DirectoryRow {
  readonly memberCount: number
  readonly role: Role
  readonly lastActiveAt: Date
  readonly readSeq: Seq
  readonly unread: number
  readonly unreadMentions: number
  readonly lastMessage: {
    readonly seq: Seq
    readonly excerpt: string
    readonly createdAt: Date
    readonly authorName: string | null
  } | null
}

/** The caller's rooms, newest activity first. Fails `unauthenticated` when the sign-in has ended. */
export async function listJoinedRooms(
  db: Database,
  caller: SignIn,
  page: { readonly after: { at: Date; id: RoomId } | null; readonly limit: number },
): Promise<JoinedRoom[]> {
  const author = alias(memberships, 'author')
  const joined = db
    .select({
      id: rooms.id,
      name: rooms.name,
      topic: rooms.topic,
      visibility: rooms.visibility,
      memberCount: rooms.memberCount,
      role: memberships.role,
      lastActiveAt: rooms.lastActiveAt,
      readSeq: memberships.readSeq,
      unread: unreadWhere(sql`true`),
      unreadMentions: unreadWhere(
        sql`cardinality(unread.mentions) > 0 and ${memberships.userId} = any (unread.mentions)`,
      ),
      seq: messages.seq,
      excerpt: sql<string>`left(${messages.body}, ${excerptCharactersMax})`,
      createdAt: messages.createdAt,
      authorName: sql<string | null>`coalesce(${author.name}, ${bots.name})`,
    })
    .from(memberships)
    .innerJoin(rooms, eq(rooms.id, memberships.roomId))
    .leftJoin(messages, and(eq(messages.roomId, rooms.id), eq(messages.seq, newestSeq)))
    .leftJoin(author, and(eq(author.roomId, rooms.id), eq(author.userId, messages.authorId)))
    .leftJoin(bots, eq(bots.id, messages.authorId)) // Of no bot the mirror knows.
    .where(
      and(
        eq(memberships.userId, caller.userId),
        eq(memberships.state, 'joined'),
        isNull(rooms.deletedAt),
        page.after ? isBefore(page.after) : undefined,
      ),
    )
    .orderBy(desc(rooms.lastActiveAt), desc(rooms.id))
    .limit(page.limit)
  const rows = await whileStanding(db, caller, joined)
  return rows.map(({ seq, excerpt, createdAt, authorName, ...room }) => ({
    ...room,
    lastMessage: seq && createdAt ? { seq, excerpt, createdAt, authorName } : null,
  }))
}

/** Every room the person is in, as far as the mirror knows. */
export async function roomsOf(db: Database, userId: UserId): Promise<RoomId[]> {
  const found = await db
    .select({ roomId: memberships.roomId })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.state, 'joined')))
  return found.map(({ roomId }) => roomId)
}

/** Of what is still shown: neither a notice nor a tombstone. */
const newestSeq = sql<Seq>`(select shown.seq from ${messages} as shown
  where shown.room_id = ${rooms.id} and shown.kind = 'message' and shown.deleted_at is null
  order by shown.seq desc limit 1)`

/** Others' messages after the mark that are still there, counted no further than it is shown. [SND8] */
function unreadWhere(isMeant: SQL): SQL<number> {
  return sql<number>`(select count(*)::integer from (
    select from ${messages} as unread
    where unread.room_id = ${rooms.id} and unread.seq > ${memberships.readSeq}
      and unread.author_id <> ${memberships.userId}
      and unread.kind = 'message' and unread.deleted_at is null and ${isMeant}
    limit ${unreadMax}) as counted)`
}

function isBefore({ at, id }: { at: Date; id: RoomId }): SQL {
  return sql`(${rooms.lastActiveAt}, ${rooms.id}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`
}
