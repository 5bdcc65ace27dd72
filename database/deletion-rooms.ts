// How far a deletion is: which rooms it has to visit, which it has, and what anybody may read of it.

import { and, asc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { deletionReportDays } from '../protocol/account-limits.ts'
import type { AuditKind } from '../protocol/api/admin.ts'
import type { SaidFate } from '../protocol/api/deletions.ts'
import type { DeletionCode, RoomId, UserId } from '../protocol/ids.ts'
import { auditLog } from './audit-schema.ts'
import type { Database } from './client.ts'
import { deletionRooms, deletions, type RoomFate } from './deletion-schema.ts'
import { rooms, users } from './schema.ts'

/** Who is to be forgotten, and how. */
export interface Whose {
  readonly userId: UserId
  readonly messages: SaidFate
}

export interface Deletion extends Whose {
  readonly code: DeletionCode
}

export interface Report {
  readonly messages: SaidFate
  readonly beganAt: Date
  readonly endedAt: Date | null
  readonly total: number
  readonly visited: number
  readonly handedOver: number
  readonly deleted: number
  readonly erased: number
}

const columns = {
  code: deletions.code,
  userId: deletions.userId,
  messages: deletions.messages,
}

/** Null for one that has ended, or never was. */
export async function findRunning(db: Database, code: DeletionCode): Promise<Deletion | null> {
  const isRunning = and(eq(deletions.code, code), isNull(deletions.endedAt))
  const [found] = await db.select(columns).from(deletions).where(isRunning)
  return found ?? null
}

/** Those that their own request did not bring to an end. */
export function unfinished(db: Database, limit: number): Promise<Deletion[]> {
  return db
    .select(columns)
    .from(deletions)
    .where(and(isNull(deletions.endedAt), lt(deletions.beganAt, sql`now() - interval '1 minute'`)))
    .orderBy(asc(deletions.beganAt))
    .limit(limit)
}

/**
 * Adds the rooms that somebody is or was in, owns, or said something in, as far as Postgres knows by
 * now: what it learns later, the room hears of from its own archive. Says which are still to be visited.
 */
export async function roomsToVisit(
  db: Database,
  { code, userId }: Deletion,
  limit: number,
): Promise<RoomId[]> {
  const [, found] = await db.batch([
    db.execute(sql`
      insert into ${deletionRooms} (code, room_id)
      select ${code}, known.room_id from (
        select room_id from memberships where user_id = ${userId}::uuid
        union select distinct room_id from messages where author_id = ${userId}::uuid
        union select id from rooms where owner_id = ${userId}::uuid
        union select invites.room_id from invite_uses
          join invites on invites.code = invite_uses.code where invite_uses.user_id = ${userId}::uuid
        union select room_id from audit_log where room_id is not null
          and (actor_id = ${userId}::uuid or subject_id = ${userId}::uuid)
      ) as known join rooms on rooms.id = known.room_id on conflict do nothing`),
    db
      .select({ roomId: deletionRooms.roomId })
      .from(deletionRooms)
      .where(and(eq(deletionRooms.code, code), isNull(deletionRooms.fate)))
      .orderBy(asc(deletionRooms.roomId))
      .limit(limit),
  ])
  return found.map(({ roomId }) => roomId)
}

/** `erased` is all that the room has erased by now, so that an answer that was lost is counted once. */
export async function noteVisit(
  db: Database,
  { code }: Deletion,
  roomId: RoomId,
  visit: Visit,
): Promise<void> {
  await visited(db, code, roomId, visit)
}

interface Visit {
  readonly fate: RoomFate | null
  readonly erased: number
}

function visited(db: Database, code: DeletionCode | null, roomId: RoomId, { fate, erased }: Visit) {
  return db
    .update(deletionRooms)
    .set({
      fate: sql`coalesce(${deletionRooms.fate}, ${fate})`,
      erased: sql`greatest(${deletionRooms.erased}, ${erased}::integer)`,
    })
    .where(and(sql`${deletionRooms.code} = ${code}`, eq(deletionRooms.roomId, roomId)))
}

/**
 * Nobody is in the room any more, so it goes: marked, and counted with that. What is left of it is its
 * deletion's, which the sweep finishes like any other; the account's has not ended before. A code of
 * null counts nothing.
 */
export async function noteDeserted(
  db: Database,
  code: DeletionCode | null,
  roomId: RoomId,
  erased: number,
): Promise<void> {
  await db.batch([
    db
      .update(rooms)
      .set({ deletedAt: sql`now()` })
      .where(and(eq(rooms.id, roomId), isNull(rooms.deletedAt))),
    visited(db, code, roomId, { fate: 'deleted', erased }),
  ])
}

/** Once every room was visited, and those that go are gone; on record with it, and once. */
/** Whether it ended by this call: each ends once. */
export async function endDeletion(db: Database, { code }: Deletion): Promise<boolean> {
  const kind: AuditKind = 'deletionEnded'
  const { rows } = await db.execute(sql`
    with ended as (update ${deletions} set ended_at = now()
      where ${deletions.code} = ${code} and ${isNull(deletions.endedAt)} and not exists (
        select from ${deletionRooms} left join ${rooms} on ${rooms.id} = ${deletionRooms.roomId}
        where ${deletionRooms.code} = ${code} and (${isNull(deletionRooms.fate)}
          or (${deletionRooms.fate} = 'deleted' and ${isNotNull(rooms.id)})))
      returning user_id)
    insert into ${auditLog} (id, kind, subject_id, detail)
    select ${uuidv7()}::uuid, ${kind}, ended.user_id, (
      select jsonb_build_object('rooms', count(*), 'erased', coalesce(sum(erased), 0))
      from ${deletionRooms} where ${deletionRooms.code} = ${code}) from ended returning id`)
  return rows.length > 0
}

export async function findReport(db: Database, code: DeletionCode): Promise<Report | null> {
  const { messages, beganAt, endedAt } = deletions
  const { fate, erased } = deletionRooms
  const [found] = await db
    .select({
      ...{ messages, beganAt, endedAt },
      total: sql<number>`count(${deletionRooms.roomId})::integer`,
      visited: sql<number>`count(${fate})::integer`,
      handedOver: sql<number>`count(*) filter (where ${fate} = 'handedOver')::integer`,
      deleted: sql<number>`count(*) filter (where ${fate} = 'deleted')::integer`,
      erased: sql<number>`coalesce(sum(${erased}), 0)::integer`,
    })
    .from(deletions)
    .leftJoin(deletionRooms, eq(deletionRooms.code, deletions.code))
    .where(and(eq(deletions.code, code), isReadable))
    .groupBy(deletions.code)
  return found ?? null
}

const isReadable = sql`(${deletions.endedAt} is null
  or ${deletions.endedAt} > now() - make_interval(days => ${deletionReportDays}))`

/** Reports that nobody can read any more. */
export async function sweepDeletions(db: Database): Promise<void> {
  await db.delete(deletions).where(sql`not ${isReadable}`)
}

const said = sql<SaidFate>`case when ${users.messagesErased} then 'erase' else 'keep' end`

/** Any of those whose owner is no more, though their deletion had ended: made, or restored, in that moment. */
export async function ownedByNobody(
  db: Database,
  limit: number,
): Promise<({ roomId: RoomId } & Whose)[]> {
  const running = db
    .select({ userId: deletions.userId })
    .from(deletions)
    .where(isNull(deletions.endedAt))
  return db
    .select({ roomId: rooms.id, userId: users.id, messages: said })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(
      and(
        isNotNull(users.deletedAt),
        isNull(rooms.deletedAt),
        sql`not ${inArray(users.id, running)}`,
      ),
    )
    .orderBy(sql`random()`) // One that cannot be asked is not always among the first.
    .limit(limit)
}
