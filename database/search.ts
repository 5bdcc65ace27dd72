// Search over all of somebody's rooms, in the mirror.

import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { MessageId, RoomId, Seq, UserId } from '../protocol/ids.ts'
import { bots } from './bot-schema.ts'
import type { Database } from './client.ts'
import { memberships, messages, rooms } from './schema.ts'
import { searchQuery } from './search-vector.ts'
import { type SignIn, whileStanding } from './standing.ts'

export interface FoundMessage {
  readonly roomId: RoomId
  readonly roomName: string
  readonly seq: Seq
  readonly id: MessageId
  readonly authorId: UserId
  readonly authorName: string | null
  readonly createdAt: Date
  readonly body: string
  readonly rank: number
}

/** Where a page of hits ended. */
export interface HitPlace {
  readonly rank: number
  readonly at: Date
  readonly roomId: RoomId
  readonly seq: Seq
}

/**
 * Best first, of those as good the newest. Only rooms that the caller is in as far as the mirror
 * knows, and that are there. [V-6]
 */
export async function searchEverywhere(
  db: Database,
  caller: SignIn,
  page: { readonly query: string; readonly after: HitPlace | null; readonly limit: number },
): Promise<FoundMessage[]> {
  const terms = searchQuery(page.query)
  if (terms === null) return []
  const rank = sql<number>`ts_rank(${messages.search}, ${terms}::tsquery)::float8`
  const author = alias(memberships, 'author')
  const found = db
    .select({
      roomId: messages.roomId,
      roomName: rooms.name,
      seq: messages.seq,
      id: messages.id,
      authorId: messages.authorId,
      authorName: sql<string | null>`coalesce(${author.name}, ${bots.name})`,
      createdAt: messages.createdAt,
      body: messages.body,
      rank,
    })
    .from(messages)
    .innerJoin(rooms, and(eq(rooms.id, messages.roomId), isNull(rooms.deletedAt)))
    .innerJoin(memberships, isIn(caller))
    .leftJoin(author, and(eq(author.roomId, rooms.id), eq(author.userId, messages.authorId)))
    .leftJoin(bots, eq(bots.id, messages.authorId)) // Of no bot the mirror knows.
    .where(
      and(
        sql`${messages.search} is not null and ${messages.search} @@ ${terms}::tsquery`,
        isNull(messages.deletedAt),
        page.after ? isAfter(page.after, rank) : undefined,
      ),
    )
    .orderBy(
      sql`${rank} desc, ${messages.createdAt} desc, ${messages.roomId} desc, ${messages.seq} desc`,
    )
    .limit(page.limit)
  return whileStanding(db, caller, found)
}

function isIn({ userId }: SignIn): SQL | undefined {
  return and(
    eq(memberships.roomId, messages.roomId),
    eq(memberships.userId, userId),
    eq(memberships.state, 'joined'),
  )
}

function isAfter({ rank, at, roomId, seq }: HitPlace, ownRank: SQL): SQL {
  return sql`(${ownRank}, ${messages.createdAt}, ${messages.roomId}, ${messages.seq})
    < (${rank}::float8, ${at.toISOString()}::timestamptz, ${roomId}::uuid, ${seq}::bigint)`
}
