// Whether a sign-in still stands, asked in the round trip that needs to know. [AUT2]

import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { Failure } from '../protocol/failures.ts'
import type { SessionId, UserId } from '../protocol/ids.ts'
import type { Database } from './client.ts'
import { sessions, users } from './schema.ts'

/** What an access token says of its bearer; true when it was signed, and perhaps no longer. */
export interface SignIn {
  readonly userId: UserId
  readonly sessionId: SessionId
}

/** Neither ended nor expired, by the clock of Postgres: the one clock all of us share. */
export const isLive = and(isNull(sessions.revokedAt), gt(sessions.expiresAt, sql`now()`))

/** For the `where` of a statement that must have no effect once the sign-in has ended. */
export function stands({ sessionId, userId }: SignIn): SQL {
  return sql`exists (select from ${sessions}
    where ${sessions.id} = ${sessionId} and ${sessions.userId} = ${userId} and ${isLive})`
}

/** Reads beside the check, in one transaction. Fails `unauthenticated` when the sign-in has ended. */
export async function whileStanding<Item extends BatchItem<'pg'>>(
  db: Database,
  caller: SignIn,
  query: Item,
): Promise<Item['_']['result']> {
  const [found, result] = await db.batch([standing(db, caller), query])
  if (found.length === 0) throw new Failure('unauthenticated')
  return result
}

/**
 * As `whileStanding`, and whether the caller runs Parley: by their account as it is now, since the
 * token may be of before.
 */
export async function asSeenBy<Item extends BatchItem<'pg'>>(
  db: Database,
  caller: SignIn,
  query: Item,
): Promise<{ isAdmin: boolean; found: Item['_']['result'] }> {
  const [[viewer], found] = await db.batch([roleOf(db, caller), query])
  if (!viewer) throw new Failure('unauthenticated')
  return { isAdmin: viewer.role === 'admin', found }
}

/** For a batch: no row when the sign-in has ended. */
export function roleOf(db: Database, { sessionId, userId }: SignIn) {
  return db
    .select({ role: users.role })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isLive))
}

/** For a `where`: the caller runs Parley. */
export function runsParley({ userId }: SignIn): SQL {
  return sql`exists (select from ${users} as viewer
    where viewer.id = ${userId} and viewer.role = 'admin')`
}

/** For a batch of more than two: no row when the sign-in has ended. */
export function standing(db: Database, { sessionId, userId }: SignIn) {
  return db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isLive))
}
