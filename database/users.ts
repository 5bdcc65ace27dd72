// Accounts: one row a person.

import { and, eq, isNull, or } from 'drizzle-orm'
import type { UserId } from '../protocol/ids.ts'
import { type AccountRow, accountColumns } from './account-row.ts'
import type { Database } from './client.ts'
import { fold } from './fold.ts'
import { nameWords } from './name-words.ts'
import { users } from './schema.ts'
import { insertSession, type NewSession } from './sessions.ts'
import { type SignIn, stands, whileStanding } from './standing.ts'

export type NewUser = Omit<AccountRow, 'role' | 'createdAt' | 'updatedAt' | 'suspendedAt'> & {
  readonly passwordHash: string
}

/** The account and its first sign-in, or neither. Fails `emailTaken` or `usernameTaken`. */
export async function insertUser(
  db: Database,
  user: NewUser,
  session: NewSession,
): Promise<{ account: AccountRow; expiresAt: Date }> {
  const keys = {
    ...{ emailKey: fold(user.email), usernameKey: fold(user.username) },
    ...{ nameWords: nameWords(user.displayName), usernameWords: nameWords(user.username) },
  }
  const [[account], [begun]] = await db.batch([
    db
      .insert(users)
      .values({ ...user, ...keys })
      .returning(accountColumns),
    insertSession(db, session),
  ])
  if (!account || !begun) throw new Error('An insert without a conflict returns its row.')
  return { account, expiresAt: begun.expiresAt }
}

/** By e-mail address or username: no username looks like an address. */
export async function findByLogin(
  db: Database,
  login: string,
): Promise<{ account: AccountRow; passwordHash: string } | null> {
  const key = fold(login)
  const [found] = await db
    .select({ account: accountColumns, passwordHash: users.passwordHash })
    .from(users)
    .where(and(or(eq(users.emailKey, key), eq(users.usernameKey, key)), isNull(users.deletedAt)))
    .limit(1)
  return found ?? null
}

/** The hash of the caller's own password, or null when the sign-in has ended. [AUT2] */
export async function ownPasswordHash(db: Database, caller: SignIn): Promise<string | null> {
  const [found] = await db
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(and(eq(users.id, caller.userId), stands(caller)))
  return found?.passwordHash ?? null
}

/** Unless the password has changed meanwhile. */
export async function replaceHash(
  db: Database,
  id: UserId,
  { before, after }: { before: string; after: string },
): Promise<void> {
  await db
    .update(users)
    .set({ passwordHash: after })
    .where(and(eq(users.id, id), eq(users.passwordHash, before)))
}

/** The caller's own account, or null when the sign-in has ended. [AUT2] */
export async function ownAccount(db: Database, caller: SignIn): Promise<AccountRow | null> {
  const [account] = await db
    .select(accountColumns)
    .from(users)
    .where(and(eq(users.id, caller.userId), stands(caller)))
  return account ?? null
}

/** Somebody's account, also a suspended one; nobody's, once it was deleted. Fails `unauthenticated` when the caller's sign-in has ended. [AUT2] */
export async function findAccount(
  db: Database,
  caller: SignIn,
  id: UserId,
): Promise<AccountRow | null> {
  const isTheirs = and(eq(users.id, id), isNull(users.deletedAt))
  const found = db.select(accountColumns).from(users).where(isTheirs)
  const [account] = await whileStanding(db, caller, found)
  return account ?? null
}
