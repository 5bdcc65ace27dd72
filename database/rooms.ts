// The room directory: who has which name, and what a room that was never opened is made of.

import { and, asc, eq, gt, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { RoomPatch } from '../protocol/api/rooms.ts'
import type { Person, Visibility } from '../protocol/changes.ts'
import type { RoomId } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'
import type { Database } from './client.ts'
import { fold } from './fold.ts'
import { memberships, rooms, users } from './schema.ts'
import { type SignIn, stands, whileStanding } from './standing.ts'

export interface DirectoryRow {
  readonly id: RoomId
  readonly name: string
  readonly topic: string
  readonly visibility: Visibility
}

export interface ListedRoom extends DirectoryRow {
  readonly nameKey: string
  readonly memberCount: number
  readonly role: Role | null
}

/** What the directory says of a room. A higher `version` is a later word. */
export type DirectoryEntry = Omit<DirectoryRow, 'id'> & { readonly version: number }

/** What a room is opened with: the owner under the name of the moment `asOf`, in milliseconds. */
export interface RoomSeed extends DirectoryEntry {
  readonly id: RoomId
  readonly owner: Person & { readonly asOf: number }
}

export const entryColumns = {
  name: rooms.name,
  topic: rooms.topic,
  visibility: rooms.visibility,
  version: rooms.version,
}

const ownerColumns = { id: users.id, name: users.displayName, updatedAt: users.updatedAt }

const isThere = isNull(rooms.deletedAt)

/**
 * Takes the name and makes the caller the owner. Null when the sign-in has ended; fails `nameTaken`.
 */
export async function insertRoom(
  db: Database,
  caller: SignIn,
  room: DirectoryRow,
): Promise<RoomSeed | null> {
  const { id, name, topic, visibility } = room
  const { rows } = await db.execute<{ name: string; asOf: number; version: number }>(sql`
    with owner as (select ${users.id}, ${users.displayName}, ${users.updatedAt} from ${users}
      where ${users.id} = ${caller.userId} and ${stands(caller)}),
    made as (insert into ${rooms} (id, name, name_key, topic, visibility, owner_id)
      select ${id}::uuid, ${name}, ${fold(name)}, ${topic}, ${visibility}, owner.id from owner
      returning version)
    select owner.display_name as name, made.version,
      (extract(epoch from owner.updated_at) * 1000)::float8 as "asOf" from owner, made`)
  const [made] = rows
  if (!made) return null
  const owner = { id: caller.userId, name: made.name, avatar: null, asOf: made.asOf }
  return { ...room, version: made.version, owner }
}

/** Null for a room that does not exist, or is being deleted: such a room does not open. [D-21] */
export async function findSeed(db: Database, id: RoomId): Promise<RoomSeed | null> {
  const [found] = await db
    .select({ id: rooms.id, ...entryColumns, owner: ownerColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(and(eq(rooms.id, id), isThere))
  if (!found) return null
  const { owner, ...room } = found
  const { updatedAt, ...person } = owner
  return { ...room, owner: { ...person, avatar: null, asOf: updatedAt.getTime() } }
}

/** Public rooms by folded name, from the one after `after`; `caller` learns its own roles. */
export async function listDirectory(
  db: Database,
  caller: SignIn | null,
  page: { readonly query: string; readonly after: string | null; readonly limit: number },
): Promise<ListedRoom[]> {
  const own = caller ? eq(memberships.userId, caller.userId) : sql`false`
  const listed = db
    .select({
      id: rooms.id,
      ...entryColumns,
      nameKey: rooms.nameKey,
      memberCount: rooms.memberCount,
      role: memberships.role,
    })
    .from(rooms)
    .leftJoin(
      memberships,
      and(eq(memberships.roomId, rooms.id), eq(memberships.state, 'joined'), own),
    )
    .where(
      and(
        eq(rooms.visibility, 'public'),
        isThere,
        page.after === null ? undefined : gt(rooms.nameKey, page.after),
        namedLike(page.query),
      ),
    )
    .orderBy(asc(rooms.nameKey))
    .limit(page.limit)
  return caller ? whileStanding(db, caller, listed) : listed
}

/**
 * What the directory says from now on, or null when the room is gone. Fails `unauthenticated` when
 * the sign-in has ended, and `nameTaken`.
 */
export async function changeRoom(
  db: Database,
  caller: SignIn,
  id: RoomId,
  { name, topic, visibility }: Omit<RoomPatch, 'settings'>,
): Promise<DirectoryEntry | null> {
  const key = name !== undefined && { nameKey: fold(name) }
  const change = db
    .update(rooms)
    .set({ name, topic, visibility, ...key, version: sql`${rooms.version} + 1` })
    .where(and(eq(rooms.id, id), isThere, stands(caller)))
    .returning(entryColumns)
  const [entry] = await whileStanding(db, caller, change)
  return entry ?? null
}

/** Puts back what a change replaced that the room denied; nothing, where another came after it. */
export async function undoChange(
  db: Database,
  { id, name, topic, visibility }: DirectoryRow,
  version: number,
): Promise<void> {
  await db
    .update(rooms)
    .set({ name, nameKey: fold(name), topic, visibility, version: version + 1 })
    .where(and(eq(rooms.id, id), eq(rooms.version, version)))
}

/**
 * The first step of a deletion, once the room has said that the caller may take it: from here on the
 * sweep finishes it. Resolves to what takes this mark back, and no later one; null when there is no such
 * room. Fails `unauthenticated` when the sign-in has ended.
 */
export async function markDeleted(
  db: Database,
  caller: SignIn,
  id: RoomId,
): Promise<string | null> {
  const mark = db
    .update(rooms)
    .set({ deletedAt: sql`now()` })
    .where(and(eq(rooms.id, id), stands(caller)))
    .returning({ at: sql<string>`${rooms.deletedAt}::text` })
  const [marked] = await whileStanding(db, caller, mark)
  return marked?.at ?? null
}

/** The room denied it after all. */
export async function takeMarkBack(db: Database, id: RoomId, mark: string): Promise<void> {
  await db
    .update(rooms)
    .set({ deletedAt: null })
    .where(and(eq(rooms.id, id), sql`${rooms.deletedAt} = ${mark}::timestamptz`))
}

/** Whether the caller's own room is on its way out, and has no word of its own any more. */
export async function isBeingDeleted(db: Database, caller: SignIn, id: RoomId): Promise<boolean> {
  const asked = db
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.id, id), eq(rooms.ownerId, caller.userId), isNotNull(rooms.deletedAt)))
  return (await whileStanding(db, caller, asked)).length > 0
}

/** The last step, once the object is erased. The mirror's rows go with it. */
export async function removeRoom(db: Database, id: RoomId): Promise<void> {
  await db.delete(rooms).where(and(eq(rooms.id, id), isNotNull(rooms.deletedAt)))
}

/** Deletions that somebody began and did not finish. */
export async function halfDeleted(db: Database, limit: number): Promise<RoomId[]> {
  const found = await db
    .select({ id: rooms.id })
    .from(rooms)
    .where(lt(rooms.deletedAt, sql`now() - interval '1 minute'`))
    .orderBy(asc(rooms.deletedAt))
    .limit(limit)
  return found.map(({ id }) => id)
}

/**
 * Rooms in nobody's list: their object was not opened when they were created, or could not tell the
 * mirror yet.
 */
export async function neverMirrored(db: Database, limit: number): Promise<RoomId[]> {
  const found = await db
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(isNull(rooms.epoch), isThere, lt(rooms.createdAt, sql`now() - interval '1 minute'`)))
    .orderBy(asc(rooms.createdAt))
    .limit(limit)
  return found.map(({ id }) => id)
}

/** Text, never a pattern: what means something to `like` is escaped. [S10] */
function namedLike(query: string): SQL | undefined {
  const key = fold(query)
  if (key === '') return undefined
  return sql`${rooms.nameKey} like ${`%${key.replace(/[\\%_]/g, '\\$&')}%`}`
}
