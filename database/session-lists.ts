// A person's sign-ins, listed and ended: by themselves, or by those who run Parley.

import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { Failure } from '../protocol/failures.ts'
import type { SessionId, UserId } from '../protocol/ids.ts'
import type { Database } from './client.ts'
import { sessions, users } from './schema.ts'
import { type Ended, endedOf, revoke } from './sessions.ts'
import { isLive, roleOf, runsParley, type SignIn, stands, whileStanding } from './standing.ts'

export interface SignInRow {
  readonly id: SessionId
  /** The client's `User-Agent`, in part. */
  readonly device: string
  readonly place: string | null
  readonly createdAt: Date
  readonly usedAt: Date
  readonly expiresAt: Date
}

/** Where a page of sign-ins ended. */
export interface SignInPlace {
  readonly at: Date
  readonly id: SessionId
}

/**
 * Those that stand, newest use first. One person holds few, so the index that finds them need not sort
 * them. Fails `unauthenticated` when the caller's own has ended. [V-7]
 */
export async function listSignIns(
  db: Database,
  caller: SignIn,
  userId: UserId,
  page: { readonly after: SignInPlace | null; readonly limit: number },
): Promise<SignInRow[]> {
  const { id, device, place, createdAt, usedAt, expiresAt } = sessions
  const listed = db
    .select({ id, device, place, createdAt, usedAt, expiresAt })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isLive, page.after ? isBefore(page.after) : undefined))
    .orderBy(desc(sessions.usedAt), desc(sessions.id))
    .limit(page.limit)
  return whileStanding(db, caller, listed)
}

/** One of the caller's own; null for any other. Fails `unauthenticated`. [AUT2, V-14] */
export async function endOwnSignIn(
  db: Database,
  caller: SignIn,
  id: SessionId,
): Promise<Ended | null> {
  const own = and(eq(sessions.id, id), eq(sessions.userId, caller.userId), isLive)
  return endedOf(await whileStanding(db, caller, revoke(db, and(own, stands(caller)))))
}

/** All of somebody's, by those who run Parley. Null for nobody. Fails `unauthenticated`. [AUT2] */
export async function endSignInsOf(
  db: Database,
  caller: SignIn,
  userId: UserId,
): Promise<Ended | null> {
  const isAllowed = and(stands(caller), runsParley(caller))
  const [[viewer], [found], ended] = await db.batch([
    roleOf(db, caller),
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, userId), isNull(users.deletedAt))),
    revoke(db, and(eq(sessions.userId, userId), isLive, isAllowed)),
  ])
  if (!viewer) throw new Failure('unauthenticated')
  if (!found || viewer.role !== 'admin') return null
  return endedOf(ended) ?? { userId, sessions: [] }
}

function isBefore({ at, id }: SignInPlace): SQL {
  return sql`(${sessions.usedAt}, ${sessions.id}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`
}
