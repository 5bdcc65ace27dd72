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

const directoryColumns = {
  id: rooms.id,
  name: rooms.name,
  topic: rooms.topic,
  visibility: rooms.visibility,
}

const isThere = isNull(rooms.deletedAt)

/**
 * Takes the name and makes the caller the owner. Null when the sign-in has ended; fails `nameTaken`.
 */
export async function insertRoom(
  db: Database,
  caller: SignIn,
  room: DirectoryRow,
): Promise<Person | null> {
  const { id, name, topic, visibility } = room
  const { rows } = await db.execute<{ name: string }>(sql`
    with owner as (select ${users.id}, ${users.displayName} from ${users}
      where ${users.id} = ${caller.userId} and ${stands(caller)}),
    made as (insert into ${rooms} (id, name, name_key, topic, visibility, owner_id)
      select ${id}::uuid, ${name}, ${fold(name)}, ${topic}, ${visibility}, owner.id from owner)
    select owner.display_name as name from owner`)
  const [owner] = rows
  return owner ? { id: caller.userId, name: owner.name, avatar: null } : null
}

/** Null for a room that does not exist, or is being deleted: such a room does not open. [D-21] */
export async function findSeed(
  db: Database,
  id: RoomId,
): Promise<(DirectoryRow & { readonly owner: Person }) | null> {
  const [found] = await db
    .select({ ...directoryColumns, ownerId: users.id, ownerName: users.displayName })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(and(eq(rooms.id, id), isThere))
  if (!found) return null
  const { ownerId, ownerName, ...room } = found
  return { ...room, owner: { id: ownerId, name: ownerName, avatar: null } }
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
      ...directoryColumns,
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

/** False when the sign-in has ended or the room is gone; fails `nameTaken`. */
export async function changeRoom(
  db: Database,
  caller: SignIn,
  id: RoomId,
  patch: RoomPatch,
): Promise<boolean> {
  const changed = await db
    .update(rooms)
    .set({ ...patch, ...(patch.name !== undefined && { nameKey: fold(patch.name) }) })
    .where(and(eq(rooms.id, id), isThere, stands(caller)))
    .returning({ id: rooms.id })
  return changed.length > 0
}

/** The first step of a deletion: from here on the sweep finishes it. False as in `changeRoom`. */
export async function markDeleted(db: Database, caller: SignIn, id: RoomId): Promise<boolean> {
  const marked = await db
    .update(rooms)
    .set({ deletedAt: sql`now()` })
    .where(and(eq(rooms.id, id), isThere, stands(caller)))
    .returning({ id: rooms.id })
  return marked.length > 0
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

/** Text, never a pattern: what means something to `like` is escaped. [S10] */
function namedLike(query: string): SQL | undefined {
  const key = fold(query)
  if (key === '') return undefined
  return sql`${rooms.nameKey} like ${`%${key.replace(/[\\%_]/g, '\\$&')}%`}`
}
