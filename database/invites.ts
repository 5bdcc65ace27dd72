// Invites: made, listed, shown, revoked.

import { and, desc, eq, gte, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { Failure } from '../protocol/failures.ts'
import type { InviteCode, RoomId, UserId } from '../protocol/ids.ts'
import { invitesPerMemberMax } from '../protocol/limits.ts'
import type { Database } from './client.ts'
import { invites } from './invite-schema.ts'
import { isOpen } from './invite-uses.ts'
import type { DirectoryRow } from './rooms.ts'
import { rooms, users } from './schema.ts'
import { type SignIn, standing, stands, whileStanding } from './standing.ts'

export interface NewInvite {
  readonly code: InviteCode
  readonly roomId: RoomId
  readonly expiresIn: number | undefined
  readonly maxUses: number | undefined
}

export interface InviteRow {
  readonly code: InviteCode
  readonly creator: { readonly id: UserId; readonly name: string }
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly maxUses: number | null
  readonly uses: number
}

/** What the link alone tells. */
export type InvitedRoom = Omit<DirectoryRow, 'id'> & { readonly memberCount: number }

/** Where a page of invites ended. */
export interface InvitePlace {
  readonly at: Date
  readonly code: InviteCode
}

/**
 * One more than a member may hold open revokes their oldest. Null when there is no such room; fails
 * `unauthenticated` when the sign-in has ended.
 */
export async function insertInvite(
  db: Database,
  caller: SignIn,
  { code, roomId, expiresIn, maxUses }: NewInvite,
): Promise<InviteRow | null> {
  const isTheirs = and(eq(invites.roomId, roomId), eq(invites.createdBy, caller.userId), isOpen)
  const beyond = db
    .select({ code: invites.code })
    .from(invites)
    .where(isTheirs)
    .orderBy(desc(invites.createdAt), desc(invites.code))
    .offset(invitesPerMemberMax)
  const [stillIn, , , [made]] = await db.batch([
    standing(db, caller),
    db.execute(sql`
      insert into ${invites} (code, room_id, created_by, expires_at, uses_max)
      select ${code}, ${rooms.id}, ${caller.userId}::uuid,
        now() + make_interval(secs => ${expiresIn ?? null}::integer), ${maxUses ?? null}::integer
      from ${rooms} where ${rooms.id} = ${roomId} and ${isThere} and ${stands(caller)}`),
    db.update(invites).set({ revokedAt: sql`now()` }).where(inArray(invites.code, beyond)),
    shown(db, eq(invites.code, code)),
  ])
  if (stillIn.length === 0) throw new Failure('unauthenticated')
  return made ?? null
}

/** Those of a room that are open, newest first; of one creator only, where one is named. */
export async function listInvites(
  db: Database,
  caller: SignIn,
  roomId: RoomId,
  page: {
    readonly by: UserId | null
    readonly after: InvitePlace | null
    readonly limit: number
  },
): Promise<InviteRow[]> {
  const listed = shown(
    db,
    and(
      eq(invites.roomId, roomId),
      isOpen,
      page.by ? eq(invites.createdBy, page.by) : undefined,
      page.after ? isBefore(page.after) : undefined,
    ),
  ).limit(page.limit)
  return whileStanding(db, caller, listed)
}

/** The room an open invite leads to, as the directory knows it, and who invites. */
export async function findInvited(
  db: Database,
  code: InviteCode,
): Promise<{ roomId: RoomId; createdBy: UserId; shown: InvitedRoom } | null> {
  const [found] = await db
    .select({
      roomId: rooms.id,
      createdBy: invites.createdBy,
      name: rooms.name,
      topic: rooms.topic,
      visibility: rooms.visibility,
      memberCount: rooms.memberCount,
    })
    .from(invites)
    .innerJoin(rooms, eq(rooms.id, invites.roomId))
    .where(and(eq(invites.code, code), isOpen, isThere))
  if (!found) return null
  const { roomId, createdBy, ...shown } = found
  return { roomId, createdBy, shown }
}

/** Whose it is, and of which room; null for one that was revoked. Fails `unauthenticated`. */
export async function ownerOfInvite(
  db: Database,
  caller: SignIn,
  code: InviteCode,
): Promise<{ roomId: RoomId; createdBy: UserId } | null> {
  const asked = db
    .select({ roomId: invites.roomId, createdBy: invites.createdBy })
    .from(invites)
    .innerJoin(rooms, eq(rooms.id, invites.roomId))
    .where(and(eq(invites.code, code), isNull(invites.revokedAt), isThere))
  const [found] = await whileStanding(db, caller, asked)
  return found ?? null
}

export async function revokeInvite(db: Database, caller: SignIn, code: InviteCode): Promise<void> {
  const revoked = db
    .update(invites)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(invites.code, code), isNull(invites.revokedAt), stands(caller)))
  await whileStanding(db, caller, revoked)
}

/** Removes what opens nothing any more and is a day old. */
export async function sweepInvites(db: Database): Promise<void> {
  const yesterday = sql`now() - interval '1 day'`
  const isUsedUp = and(gte(invites.uses, invites.usesMax), lt(invites.createdAt, yesterday))
  await db
    .delete(invites)
    .where(or(lt(invites.expiresAt, yesterday), lt(invites.revokedAt, yesterday), isUsedUp))
}

/** Newest first, as a list shows them. */
function shown(db: Database, which: SQL | undefined) {
  return db
    .select({
      code: invites.code,
      creator: { id: users.id, name: users.displayName },
      createdAt: invites.createdAt,
      expiresAt: invites.expiresAt,
      maxUses: invites.usesMax,
      uses: invites.uses,
    })
    .from(invites)
    .innerJoin(users, eq(users.id, invites.createdBy))
    .where(which)
    .orderBy(desc(invites.createdAt), desc(invites.code))
}

const isThere = isNull(rooms.deletedAt)

function isBefore({ at, code }: InvitePlace): SQL {
  return sql`(${invites.createdAt}, ${invites.code}) < (${at.toISOString()}::timestamptz, ${code})`
}
