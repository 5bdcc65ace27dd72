// Lists of rooms beside the directory and one's own: somebody else's, and all there are.

import { and, asc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { RoomId, UserId } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'
import type { Database } from './client.ts'
import { isShownTo } from './people.ts'
import type { DirectoryRow } from './rooms.ts'
import { memberships, rooms, users } from './schema.ts'
import { type SignIn, whileStanding } from './standing.ts'

/** `role` is the caller's own, null where they are not in. */
export interface SeenRoom extends DirectoryRow {
  readonly nameKey: string
  readonly memberCount: number
  readonly role: Role | null
}

/** Where a page of rooms ended: private names may be the same. */
export interface NamePlace {
  readonly nameKey: string
  readonly id: RoomId
}

export interface RoomFacts {
  readonly id: RoomId
  readonly name: string
  readonly visibility: DirectoryRow['visibility']
  readonly ownerId: UserId
  readonly memberCount: number
  readonly createdAt: Date
  readonly lastActiveAt: Date
  readonly deletedAt: Date | null
}

/** Rooms that somebody is in, by name, as far as the caller may know: public ones and shared ones. */
export async function listRoomsOf(
  db: Database,
  caller: SignIn,
  userId: UserId,
  page: { readonly after: NamePlace | null; readonly limit: number },
): Promise<SeenRoom[]> {
  const own = alias(memberships, 'own')
  const listed = db
    .select({
      id: rooms.id,
      name: rooms.name,
      topic: rooms.topic,
      visibility: rooms.visibility,
      nameKey: rooms.nameKey,
      memberCount: rooms.memberCount,
      role: own.role,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(rooms, and(eq(rooms.id, memberships.roomId), isNull(rooms.deletedAt)))
    .leftJoin(
      own,
      and(eq(own.roomId, rooms.id), eq(own.userId, caller.userId), eq(own.state, 'joined')),
    )
    .where(
      and(
        eq(memberships.userId, userId),
        eq(memberships.state, 'joined'),
        isShownTo(caller),
        or(eq(rooms.visibility, 'public'), sql`${own.role} is not null`),
        page.after ? isAfter(page.after) : undefined,
      ),
    )
    .orderBy(asc(rooms.nameKey), asc(rooms.id))
    .limit(page.limit)
  return whileStanding(db, caller, listed)
}

/** Every room there is, by id, which is by age; those being deleted as well. */
export async function listAllRooms(
  db: Database,
  caller: SignIn,
  page: { readonly after: RoomId | null; readonly limit: number },
): Promise<RoomFacts[]> {
  const listed = db
    .select({
      id: rooms.id,
      name: rooms.name,
      visibility: rooms.visibility,
      ownerId: rooms.ownerId,
      memberCount: rooms.memberCount,
      createdAt: rooms.createdAt,
      lastActiveAt: rooms.lastActiveAt,
      deletedAt: rooms.deletedAt,
    })
    .from(rooms)
    .where(page.after ? gt(rooms.id, page.after) : undefined)
    .orderBy(asc(rooms.id))
    .limit(page.limit)
  return whileStanding(db, caller, listed)
}

function isAfter({ nameKey, id }: NamePlace): SQL {
  return sql`(${rooms.nameKey}, ${rooms.id}) > (${nameKey}, ${id}::uuid)`
}
