// Changes of an account: by its owner, or by those who run Parley.

import { and, eq, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { AccountPatch } from '../protocol/api/accounts.ts'
import { Failure } from '../protocol/failures.ts'
import type { UserId } from '../protocol/ids.ts'
import { type AccountRow, accountColumns } from './account-row.ts'
import type { Database } from './client.ts'
import { fold } from './fold.ts'
import { nameWords } from './name-words.ts'
import { sessions, users } from './schema.ts'
import { type Ended, endedOf, revoke } from './sessions.ts'
import { roleOf, type SignIn, standing, stands } from './standing.ts'

/** An account, and what this change found in its place. */
export interface AccountChange {
  readonly before: Omit<AccountRow, 'id' | 'createdAt' | 'updatedAt'>
  readonly after: AccountRow
}

/** What one may change of oneself: rights are nobody's own to give. [D-23] */
export type OwnPatch = Omit<AccountPatch, 'password' | 'role' | 'suspended'>

/**
 * `proof` is the password's hash that was matched, where the change needs it. Fails `unauthenticated`
 * when the sign-in has ended, `wrongCredentials` when the password has changed meanwhile, `emailTaken`
 * and `usernameTaken`. [AUT2]
 */
export async function changeOwnAccount(
  db: Database,
  caller: SignIn,
  patch: OwnPatch,
  proof: string | null,
): Promise<AccountChange> {
  const isProven = proof === null ? undefined : eq(users.passwordHash, proof)
  const change = changed(db, patch, and(eq(users.id, caller.userId), stands(caller), isProven))
  const [[stood], [row]] = await db.batch([standing(db, caller), change])
  if (!stood) throw new Failure('unauthenticated')
  if (!row) throw new Failure('wrongCredentials')
  return row
}

/**
 * The new hash in the place of `from`, and every other sign-in of the person ended: both or neither.
 * Fails as above. [V-13]
 */
export async function replacePassword(
  db: Database,
  caller: SignIn,
  hash: { readonly from: string; readonly to: string },
): Promise<Ended> {
  const { userId, sessionId } = caller
  // A hash is salted: that the account has this one means that it was put there just now.
  const isReplaced = sql`exists (select from ${users}
    where ${users.id} = ${userId} and ${users.passwordHash} = ${hash.to})`
  const [[stood], [replaced], ended] = await db.batch([
    standing(db, caller),
    db
      .update(users)
      .set({ passwordHash: hash.to })
      .where(and(eq(users.id, userId), eq(users.passwordHash, hash.from), stands(caller)))
      .returning({ id: users.id }),
    revoke(db, and(eq(sessions.userId, userId), ne(sessions.id, sessionId), isReplaced)),
  ])
  if (!stood) throw new Failure('unauthenticated')
  if (!replaced) throw new Failure('wrongCredentials')
  return { userId, sessions: ended.map(({ id }) => id) }
}

/**
 * By those who run Parley, of somebody else: so one of them always stays. Whoever is suspended has no
 * sign-in left. Null for nobody, and for a caller who does not run Parley, or no more. Fails
 * `unauthenticated`, `emailTaken` and `usernameTaken`. [AUT2, D-23]
 */
export async function changeAccountOf(
  db: Database,
  caller: SignIn,
  id: UserId,
  { suspended, ...patch }: Omit<AccountPatch, 'password'>,
): Promise<(AccountChange & { readonly ended: Ended | null }) | null> {
  const isOther = and(eq(users.id, id), ne(users.id, caller.userId))
  const isSuspended = sql`exists (select from ${users}
    where ${users.id} = ${id} and ${isNotNull(users.suspendedAt)})`
  const [[viewer], [row], ended] = await db.batch([
    roleOf(db, caller),
    changed(db, { ...patch, ...suspension(suspended) }, and(isOther, isStillAdmin(caller))),
    revoke(db, and(eq(sessions.userId, id), isSuspended)),
  ])
  if (!viewer) throw new Failure('unauthenticated')
  return row ? { ...row, ended: endedOf(ended) } : null
}

/**
 * For one change at a time: of two who take this right from each other at once, the second has lost it
 * when it is their turn, and changes nothing. All of them are locked, in one order, before anybody else is.
 */
function isStillAdmin(caller: SignIn): SQL {
  return sql`${stands(caller)} and (select bool_or(admins.id = ${caller.userId}) from (
    select ${users.id} from ${users} where ${users.role} = 'admin' and ${users.suspendedAt} is null
    order by ${users.id} for no key update) as admins)`
}

function suspension(suspended: boolean | undefined): { suspendedAt?: SQL | null } {
  if (suspended === undefined) return {}
  return { suspendedAt: suspended ? sql`coalesce(${users.suspendedAt}, now())` : null }
}

type Columns = OwnPatch & Pick<AccountPatch, 'role'> & { readonly suspendedAt?: SQL | null }

/** One statement that locks the row, so that `before` is what this very change replaced. */
function changed(db: Database, patch: Columns, which: SQL | undefined) {
  const { email, username, displayName } = patch
  // Asked of the row that was waited for: nothing comes back to an account that was being deleted. [S29]
  const isTheirs = and(which, isNull(users.deletedAt))
  const before = db
    .$with('before')
    .as(db.select(accountColumns).from(users).where(isTheirs).for('no key update'))
  return db
    .with(before)
    .update(users)
    .set({
      ...patch,
      ...(email !== undefined && { emailKey: fold(email) }),
      ...(username !== undefined && { usernameKey: fold(username) }),
      ...(username !== undefined && { usernameWords: nameWords(username) }),
      ...(displayName !== undefined && { nameWords: nameWords(displayName) }),
      updatedAt: later,
    })
    .from(before)
    .where(eq(users.id, before.id))
    .returning({
      after: accountColumns,
      before: {
        ...{ email: before.email, username: before.username, displayName: before.displayName },
        ...{ phone: before.phone, age: before.age, bio: before.bio },
        ...{ role: before.role, suspendedAt: before.suspendedAt },
      },
    })
}

/** Not the transaction's own time, which may be before that of a change it had to wait for. */
const later = sql`greatest(clock_timestamp(), ${users.updatedAt} + interval '1 millisecond')`
