// Sign-ins: begun, renewed, ended.

import { and, desc, eq, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import {
  refreshGraceSeconds,
  refreshTokenSeconds,
  sessionsPerUserMax,
} from '../protocol/account-limits.ts'
import type { SessionId, UserId } from '../protocol/ids.ts'
import { type AccountRow, accountColumns } from './account-row.ts'
import type { Database } from './client.ts'
import { sessions, users } from './schema.ts'
import { isLive, type SignIn, stands } from './standing.ts'

export interface NewSession {
  readonly id: SessionId
  readonly userId: UserId
  readonly tokenHash: string
  readonly device: string
  readonly place: string | null
}

/** Whose refresh token it is. It need not be the current one. */
export interface TokenProof {
  readonly sessionId: SessionId
  readonly tokenHash: string
}

export type Ended = { readonly userId: UserId; readonly sessions: readonly SessionId[] }

export function insertSession(db: Database, session: NewSession) {
  return db
    .insert(sessions)
    .values({ ...session, expiresAt: expiry })
    .returning({ expiresAt: sessions.expiresAt })
}

/**
 * Begins a sign-in; whatever one person then holds beyond the limit ends, the oldest first. [V-7] Null
 * when the account no longer has the password that was shown, or was suspended: the row is locked, so
 * whoever changes either finds this sign-in, and ends it. [V-13]
 */
export async function beginSession(
  db: Database,
  session: NewSession,
  shownHash: string,
): Promise<{ expiresAt: Date; ended: SessionId[] } | null> {
  const beyond = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, session.userId), isLive))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .offset(sessionsPerUserMax)
  const [[begun], ended] = await db.batch([
    insertProven(db, session, shownHash),
    revoke(db, inArray(sessions.id, beyond)),
  ])
  return begun ? { expiresAt: begun.expiresAt, ended: ended.map(({ id }) => id) } : null
}

function insertProven(db: Database, session: NewSession, shownHash: string) {
  const { id, userId, tokenHash, device, place } = session
  const row = db
    .select({
      id: sql`${id}::uuid`.as('id'),
      userId: users.id,
      tokenHash: sql`${tokenHash}`.as('token_hash'),
      previousHash: sql`null`.as('previous_hash'),
      device: sql`${device}`.as('device'),
      place: sql`${place}`.as('place'),
      createdAt: sql`now()`.as('created_at'),
      usedAt: sql`now()`.as('used_at'),
      expiresAt: sql`${expiry}`.as('expires_at'),
      revokedAt: sql`null::timestamptz`.as('revoked_at'),
    })
    .from(users)
    .where(
      and(
        ...[eq(users.id, userId), eq(users.passwordHash, shownHash)],
        ...[isNull(users.suspendedAt), isNull(users.deletedAt)],
      ),
    )
    .for('share')
  return db.insert(sessions).select(row).returning({ expiresAt: sessions.expiresAt })
}

const expiry = sql`now() + make_interval(secs => ${refreshTokenSeconds})`

/** A sign-in as a refresh left it, and the account it is of. */
export interface Renewal {
  readonly account: AccountRow
  readonly expiresAt: Date
  readonly tokenHash: string
  readonly previousHash: string | null
  /** The last renewal is young enough for its answer to have been lost. [S12] */
  readonly isFresh: boolean
}

/**
 * Puts `next` in the place of the current token, if that is what was shown: one guarded update, so
 * of many at once one wins. Either way it tells how things stand after; null: the sign-in is over.
 */
export async function renewSession(
  db: Database,
  shown: TokenProof,
  next: string,
): Promise<Renewal | null> {
  const isShown = and(eq(sessions.id, shown.sessionId), isLive)
  const [, [after]] = await db.batch([
    db
      .update(sessions)
      .set({ tokenHash: next, previousHash: shown.tokenHash, usedAt: sql`now()` })
      .where(and(isShown, eq(sessions.tokenHash, shown.tokenHash))),
    db
      .select({
        account: accountColumns,
        expiresAt: sessions.expiresAt,
        tokenHash: sessions.tokenHash,
        previousHash: sessions.previousHash,
        isFresh: sql<boolean>`${sessions.usedAt} >= now() - make_interval(secs => ${refreshGraceSeconds})`,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(isShown),
  ])
  return after ?? null
}

/** Ends one sign-in whose token was shown after its time. */
export async function endStolen(db: Database, sessionId: SessionId): Promise<Ended | null> {
  return endedOf(await revoke(db, eq(sessions.id, sessionId)))
}

/** Ends the caller's sign-in, or all of the person's; nothing, if it had ended before. */
export async function endSessions(
  db: Database,
  by: SignIn | TokenProof,
  everywhere: boolean,
): Promise<Ended | null> {
  const own = eq(sessions.id, by.sessionId)
  const proven = 'userId' in by ? stands(by) : holds(by)
  const ofTheSamePerson = sql`${sessions.userId} = (
    select mine.user_id from ${sessions} as mine where mine.id = ${by.sessionId})`
  return endedOf(await revoke(db, and(proven, everywhere ? ofTheSamePerson : own)))
}

/** Removes what is over and can no longer be mistaken for anything. */
export async function sweepSessions(db: Database): Promise<void> {
  const yesterday = sql`now() - interval '1 day'`
  await db
    .delete(sessions)
    .where(or(lt(sessions.expiresAt, yesterday), lt(sessions.revokedAt, yesterday)))
}

function holds({ sessionId, tokenHash }: TokenProof): SQL {
  return sql`exists (select from ${sessions} as shown where shown.id = ${sessionId}
    and ${tokenHash} in (shown.token_hash, shown.previous_hash)
    and shown.revoked_at is null and shown.expires_at > now())`
}

export function revoke(db: Database, which: SQL | undefined) {
  return db
    .update(sessions)
    .set({ revokedAt: sql`now()` })
    .where(and(which, isNull(sessions.revokedAt)))
    .returning({ id: sessions.id, userId: sessions.userId })
}

export function endedOf(rows: readonly { id: SessionId; userId: UserId }[]): Ended | null {
  const [first] = rows
  return first ? { userId: first.userId, sessions: rows.map(({ id }) => id) } : null
}
