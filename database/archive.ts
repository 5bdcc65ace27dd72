// The mirror: a room's changed rows, upserted so that arriving late, twice or out of order is harmless.

import { and, eq, isNull, sql } from 'drizzle-orm'
import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import type { Epoch, Rev, RoomId, Seq } from '../protocol/ids.ts'
import type { Database } from './client.ts'
import { type DirectoryEntry, entryColumns } from './rooms.ts'
import { rooms } from './schema.ts'

/** Rows of one room as of `to`, and its heads. Times are milliseconds since 1970. */
export interface Batch {
  readonly roomId: RoomId
  readonly epoch: Epoch
  readonly to: Rev
  readonly seq: Seq
  readonly memberCount: number
  readonly messages: readonly MessageRow[]
  readonly members: readonly MemberRow[]
}

/**
 * One transaction. A row of an older epoch, or an older rev of the same, never overwrites a newer
 * one: epochs are UUIDv7, so they compare by age. Rows of a room that is gone, or of a person who
 * is, are left out rather than refused. Returns what the directory says of the room, which may be
 * news to it; null when there is no such room any more. [API5, R13]
 */
export async function mirror(database: Database, batch: Batch): Promise<DirectoryEntry | null> {
  const [, , , [entry]] = await database.batch([
    database.execute(upsertMembers(batch)),
    database.execute(upsertMessages(batch)),
    database.execute(moveHeads(batch)),
    database
      .select(entryColumns)
      .from(rooms)
      .where(and(eq(rooms.id, batch.roomId), isNull(rooms.deletedAt))),
  ])
  return entry ?? null
}

function upsertMembers({ roomId, epoch, members }: Batch) {
  return sql`
    insert into memberships (room_id, user_id, role, state, name, avatar, epoch, rev)
    select rooms.id, users.id, row.role, row.state, row.name, row.avatar, ${epoch}::uuid, row.rev
    from json_to_recordset(${JSON.stringify(members)}::json)
      as row("userId" uuid, role text, state text, name text, avatar text, rev bigint)
    join users on users.id = row."userId"
    join rooms on rooms.id = ${roomId}::uuid and rooms.deleted_at is null
    on conflict (room_id, user_id) do update
      set role = excluded.role, state = excluded.state, name = excluded.name,
          avatar = excluded.avatar, epoch = excluded.epoch, rev = excluded.rev
      where (memberships.epoch, memberships.rev) < (excluded.epoch, excluded.rev)`
}

function upsertMessages({ roomId, epoch, messages }: Batch) {
  return sql`
    insert into messages
      (room_id, seq, id, author_id, kind, body, created_at, edited_at, deleted_at, epoch, rev)
    select rooms.id, row.seq, row.id, row."authorId", row.kind, row.body,
      to_timestamp(row."createdAt" / 1000.0), to_timestamp(row."editedAt" / 1000.0),
      to_timestamp(row."deletedAt" / 1000.0), ${epoch}::uuid, row.rev
    from json_to_recordset(${JSON.stringify(messages)}::json)
      as row(seq bigint, id uuid, "authorId" uuid, kind text, body text,
             "createdAt" bigint, "editedAt" bigint, "deletedAt" bigint, rev bigint)
    join rooms on rooms.id = ${roomId}::uuid and rooms.deleted_at is null
    on conflict (room_id, seq) do update
      set id = excluded.id, author_id = excluded.author_id, kind = excluded.kind,
          body = excluded.body, created_at = excluded.created_at, edited_at = excluded.edited_at,
          deleted_at = excluded.deleted_at, epoch = excluded.epoch, rev = excluded.rev
      where (messages.epoch, messages.rev) < (excluded.epoch, excluded.rev)`
}

function moveHeads({ roomId, epoch, to, seq, memberCount, messages }: Batch) {
  const newest = messages.reduce((time, { createdAt }) => Math.max(time, createdAt), 0)
  return sql`
    update rooms
    set epoch = ${epoch}::uuid, rev = ${to}::bigint, seq = ${seq}::bigint,
        member_count = ${memberCount}::integer,
        last_active_at = greatest(last_active_at, to_timestamp(${newest}::bigint / 1000.0))
    where id = ${roomId}::uuid and deleted_at is null
      and (epoch is null or (epoch, rev) < (${epoch}::uuid, ${to}::bigint))`
}
