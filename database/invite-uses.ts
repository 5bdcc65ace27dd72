// How an invite is used: counted before the room lets anybody in, given back where it does not.

import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { Failure } from '../protocol/failures.ts'
import type { InviteCode, RoomId, UserId } from '../protocol/ids.ts'
import type { Database } from './client.ts'
import { invites, inviteUses } from './invite-schema.ts'
import { rooms } from './schema.ts'
import { type SignIn, standing, stands, whileStanding } from './standing.ts'

/** Neither revoked nor expired; perhaps used up. One clock, that of Postgres. [V-8] */
export const isValid = and(
  isNull(invites.revokedAt),
  or(isNull(invites.expiresAt), sql`${invites.expiresAt} > now()`),
)

/** Has a use left, too. */
export const isOpen = and(
  isValid,
  or(isNull(invites.usesMax), sql`${invites.uses} < ${invites.usesMax}`),
)

/** Where a valid invite leads, be it used up, as of a moment by the clock of Postgres. */
export interface Lead {
  readonly roomId: RoomId
  readonly createdBy: UserId
  readonly askedAt: string
}

/** Fails `unauthenticated` when the sign-in has ended. */
export async function leadOf(db: Database, caller: SignIn, code: InviteCode): Promise<Lead | null> {
  const asked = db
    .select({
      roomId: rooms.id,
      createdBy: invites.createdBy,
      askedAt: sql<string>`(now() - interval '1 millisecond')::text`,
    })
    .from(invites)
    .innerJoin(rooms, and(eq(rooms.id, invites.roomId), isNull(rooms.deletedAt)))
    .where(and(eq(invites.code, code), isValid))
  const [found] = await whileStanding(db, caller, asked)
  return found ?? null
}

/**
 * Takes a use, or finds one of the caller's own: that came to nothing, or let them in since
 * `askedAt`, by a request of theirs at the same time. False when there is none. The lock is a
 * statement before: what the next one reads is then the latest, so of two who come for the last use
 * one finds it gone, and one person who comes twice at once is counted once.
 */
export async function takeUse(
  db: Database,
  caller: SignIn,
  code: InviteCode,
  askedAt: string,
): Promise<boolean> {
  const { code: used, userId, admittedAt } = inviteUses
  const [, stillIn, { rows }] = await db.batch([
    db.select({ code: invites.code }).from(invites).where(eq(invites.code, code)).for('update'),
    standing(db, caller),
    db.execute(sql`
      with own as (
        select 1 from ${inviteUses} where ${used} = ${code} and ${userId} = ${caller.userId}
          and (${admittedAt} is null or ${admittedAt} >= ${askedAt}::timestamptz)),
      counted as (
        update ${invites} set uses = uses + 1
        where ${invites.code} = ${code} and ${isOpen} and ${stands(caller)}
          and not exists (select from own)
        returning code),
      noted as (
        insert into ${inviteUses} (code, user_id) select code, ${caller.userId}::uuid from counted
        on conflict (code, user_id) do update set used_at = now(), admitted_at = null)
      select 1 from own union all select 1 from counted`),
  ])
  if (stillIn.length === 0) throw new Failure('unauthenticated')
  return rows.length > 0
}

/** The room let them in: from here on the use stays used. */
export async function keepUse(db: Database, caller: SignIn, code: InviteCode): Promise<void> {
  await db.update(inviteUses).set({ admittedAt: sql`now()` }).where(isOf(caller, code))
}

/** The room did not. Only a use that came to nothing goes back, and only once. */
export async function giveUseBack(db: Database, caller: SignIn, code: InviteCode): Promise<void> {
  await db.execute(sql`
    with gone as (
      delete from ${inviteUses}
      where ${inviteUses.code} = ${code} and ${inviteUses.userId} = ${caller.userId}
        and ${inviteUses.admittedAt} is null
      returning code)
    update ${invites} set uses = uses - 1 from gone where ${invites.code} = gone.code`)
}

function isOf({ userId }: SignIn, code: InviteCode): SQL | undefined {
  return and(eq(inviteUses.code, code), eq(inviteUses.userId, userId))
}
