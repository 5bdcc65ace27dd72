// The mirror: a room's changed rows, upserted so that arriving late, twice or out of order is harmless.

import { and, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import type { Epoch, Rev, RoomId, Seq, UserId, WebhookId } from '../protocol/ids.ts'
import { forgetRowsMax } from '../protocol/limits.ts'
import { appendAudit } from './audit.ts'
import type { Database } from './client.ts'
import { refusesRows } from './failures.ts'
import { ownerFollows } from './ownership.ts'
import { type DirectoryEntry, entryColumns } from './rooms.ts'
import { rooms, users } from './schema.ts'
import { searchVector } from './search-vector.ts'

/** Rows of one room as of `to`, and its heads. Times are milliseconds since 1970. */
export interface Batch {
  readonly roomId: RoomId
  readonly epoch: Epoch
  readonly to: Rev
  readonly seq: Seq
  readonly memberCount: number
  /** When the newest message was written, though its row be refused; 0: no message is news. */
  readonly newestAt: number
  readonly messages: readonly MessageRow[]
  readonly members: readonly MemberRow[]
  /** Read marks that moved: they take no rev. [SND8] */
  readonly marks: readonly { readonly userId: UserId; readonly seq: Seq }[]
}

/** Somebody whose account was deleted; `erases`: what they said goes with it. */
export interface Gone {
  readonly userId: UserId
  readonly erases: boolean
}

/** What the directory says of the room, and whom of the batch the room has to forget. [S29] */
export type Mirrored = DirectoryEntry & { readonly gone?: readonly Gone[] }

/** Everything a room's archive does in Postgres. */
export function mirrorIn(database: Database) {
  return {
    refusesRows: (error: unknown) => error instanceof UnwritableRows || refusesRows(error),
    write: (batch: Batch) => mirror(database, batch),
    forgetEarlier: (roomId: RoomId, epoch: Epoch) => forgetEarlier(database, roomId, epoch),
    reportParked: (roomId: RoomId, row: { kind: string; key: string; rev: Rev }) =>
      appendAudit(database, { kind: 'rowParked', roomId, detail: { ...row } }),
  }
}

/** Puts on record that a room gave up calling a receiver, until somebody looks at it. */
export function pausesIn(database: Database) {
  return (roomId: RoomId, webhookId: WebhookId, reason: string) =>
    appendAudit(database, { kind: 'webhookPaused', roomId, detail: { webhookId, reason } })
}

/**
 * One transaction, and one at a time of a room. A row of an older epoch, or an older rev of the same,
 * never overwrites a newer one: epochs are UUIDv7, so they compare by age. Rows of a room that is
 * gone or in a later life, or of nobody, are left out rather than refused, and of a deleted account comes
 * no name and no text. Returns what the directory says of the room, which may be news to it; null when there is no such room any more.
 * [API5, R13]
 */
export async function mirror(database: Database, batch: Batch): Promise<Mirrored | null> {
  const [members, messages] = written(() => [upsertMembers(batch), upsertMessages(batch)] as const)
  const results = await database.batch([
    database.execute(sql`select from rooms where id = ${batch.roomId}::uuid for update`),
    database.execute(members),
    database.execute(moveMarks(batch)),
    database.execute(messages),
    database.execute(moveHeads(batch)),
    database.execute(ownerFollows(batch.roomId)),
    database
      .select(entryColumns)
      .from(rooms)
      .where(and(eq(rooms.id, batch.roomId), isNull(rooms.deletedAt))),
    goneAmong(database, batch),
  ])
  const [entry] = results[6]
  return entry ? { ...entry, gone: results[7] } : null
}

/** Of deleted accounts: those whom the room still names, and whose messages it still has. [S29] */
function goneAmong(database: Database, { members, messages }: Batch) {
  const named = members.filter(({ name, state }) => name !== '' || state === 'joined')
  const saying = messages.filter(({ body }) => body !== '')
  const namedIds = named.map(({ userId }) => userId)
  const authorIds = [...new Set(saying.map(({ authorId }) => authorId))]
  const isAmong = (ids: readonly UserId[]) => inArray(users.id, [...ids])
  return database
    .select({ userId: users.id, erases: users.messagesErased })
    .from(users)
    .where(
      and(
        isNotNull(users.deletedAt),
        or(isAmong(namedIds), and(users.messagesErased, isAmong(authorIds))),
      ),
    )
}

/**
 * A restored room begins anew: what its earlier lives left goes first, some rows at a time. The row of
 * the directory takes the new life before them, so that no late batch of an earlier one comes after. [R8]
 */
export async function forgetEarlier(
  database: Database,
  roomId: RoomId,
  epoch: Epoch,
): Promise<boolean> {
  const ofEarlier = sql`room_id = ${roomId}::uuid and epoch < ${epoch}::uuid`
  const [, gone] = await database.batch([
    database.execute(sql`update rooms set epoch = ${epoch}::uuid, rev = 0
      where id = ${roomId}::uuid and epoch < ${epoch}::uuid`),
    database.execute(sql`delete from messages where room_id = ${roomId}::uuid and seq in
      (select seq from messages where ${ofEarlier} order by seq limit ${forgetRowsMax})`),
    database.execute(sql`delete from memberships where ${ofEarlier}`),
  ])
  return (gone.rowCount ?? 0) < forgetRowsMax
}

/** A row that cannot even be written down is refused like one that Postgres refuses. [R15] */
function written<T>(write: () => T): T {
  try {
    return write()
  } catch (error) {
    throw new UnwritableRows('A row cannot be written down.', { cause: error })
  }
}

class UnwritableRows extends Error {}

function upsertMembers({ roomId, epoch, members }: Batch) {
  const rows = members.map((row) => ({ ...row, mutedUntil: isoOrNull(row.mutedUntil) }))
  return sql`
    insert into memberships
      (room_id, user_id, role, state, name, avatar, muted_until, epoch, rev)
    select rooms.id, users.id, row.role, row.state,
      case when users.deleted_at is null then row.name else '' end,
      case when users.deleted_at is null then row.avatar end, row."mutedUntil",
      ${epoch}::uuid, row.rev
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as row("userId" uuid, role text, state text, name text, avatar text,
             "mutedUntil" timestamptz, rev bigint)
    join users on users.id = row."userId"
    join rooms on rooms.id = ${roomId}::uuid and rooms.deleted_at is null
      and (rooms.epoch is null or rooms.epoch <= ${epoch}::uuid)
    on conflict (room_id, user_id) do update
      set role = excluded.role, state = excluded.state, name = excluded.name,
          avatar = excluded.avatar, muted_until = excluded.muted_until,
          read_seq = case when memberships.epoch = excluded.epoch and excluded.name <> ''
                          then memberships.read_seq else 0 end,
          epoch = excluded.epoch, rev = excluded.rev
      where (memberships.epoch, memberships.rev) < (excluded.epoch, excluded.rev)`
}

/** Merged by the greater within one life of the room; a former member has none. */
function moveMarks({ roomId, epoch, marks }: Batch) {
  return sql`
    update memberships set read_seq = greatest(memberships.read_seq, mark.seq)
    from json_to_recordset(${JSON.stringify(marks)}::json) as mark("userId" uuid, seq bigint)
    where room_id = ${roomId}::uuid and user_id = mark."userId" and epoch = ${epoch}::uuid
      and name <> ''`
}

function upsertMessages({ roomId, epoch, messages }: Batch) {
  const rows = messages.map((row) => ({
    ...row,
    search: row.body === '' ? null : searchVector(row.body),
  }))
  return sql`
    insert into messages
      (room_id, seq, id, author_id, kind, body, reply_to, mentions, reactions, notice, search,
       created_at, edited_at, deleted_at, epoch, rev)
    select rooms.id, row.seq, row.id, row."authorId", row.kind,
      case when gone.id is null then row.body else '' end,
      case when gone.id is null then row."replyTo" end,
      case when gone.id is null
        then array(select json_array_elements_text(row.mentions)::uuid) else '{}' end,
      case when gone.id is null then row.reactions else '{}' end, row.notice,
      case when gone.id is null then row.search::tsvector end,
      to_timestamp(row."createdAt" / 1000.0), to_timestamp(row."editedAt" / 1000.0),
      coalesce(to_timestamp(row."deletedAt" / 1000.0), case when gone.id is not null then now() end),
      ${epoch}::uuid, row.rev
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as row(seq bigint, id uuid, "authorId" uuid, kind text, body text, "replyTo" bigint,
             mentions json, reactions jsonb, notice jsonb, search text,
             "createdAt" bigint, "editedAt" bigint, "deletedAt" bigint, rev bigint)
    left join users as gone on gone.id = row."authorId" and gone.messages_erased
      and row.kind = 'message'
    join rooms on rooms.id = ${roomId}::uuid and rooms.deleted_at is null
      and (rooms.epoch is null or rooms.epoch <= ${epoch}::uuid)
    on conflict (room_id, seq) do update
      set id = excluded.id, author_id = excluded.author_id, kind = excluded.kind,
          body = excluded.body, reply_to = excluded.reply_to, mentions = excluded.mentions,
          reactions = excluded.reactions, notice = excluded.notice, search = excluded.search,
          created_at = excluded.created_at, edited_at = excluded.edited_at,
          deleted_at = excluded.deleted_at, epoch = excluded.epoch, rev = excluded.rev
      where (messages.epoch, messages.rev) < (excluded.epoch, excluded.rev)`
}

function moveHeads({ roomId, epoch, to, seq, memberCount, newestAt }: Batch) {
  return sql`
    update rooms
    set epoch = ${epoch}::uuid, rev = ${to}::bigint, seq = ${seq}::bigint,
        member_count = ${memberCount}::integer,
        last_active_at = greatest(last_active_at, to_timestamp(${newestAt}::bigint / 1000.0))
    where id = ${roomId}::uuid and deleted_at is null
      and (epoch is null or (epoch, rev) < (${epoch}::uuid, ${to}::bigint))`
}

const isoOrNull = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
