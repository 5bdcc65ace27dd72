// People as others find them: looked for by name, or asked for by id.

import { and, asc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { UserId } from '../protocol/ids.ts'
import { type AccountRow, accountColumns } from './account-row.ts'
import type { Database } from './client.ts'
import { fold } from './fold.ts'
import { beginnings } from './name-words.ts'
import { users } from './schema.ts'
import { asSeenBy, runsParley, type SignIn } from './standing.ts'

/** Somebody found, and the key of their username, where a page may end. */
export type FoundPerson = AccountRow & { readonly usernameKey: string }

/**
 * By folded username, from the one after `after`. Fails `unauthenticated` when the caller's sign-in has
 * ended.
 */
export async function searchPeople(
  db: Database,
  caller: SignIn,
  page: { readonly query: string; readonly after: string | null; readonly limit: number },
): Promise<{ isAdmin: boolean; found: FoundPerson[] }> {
  const searched = db
    .select({ ...accountColumns, usernameKey: users.usernameKey })
    .from(users)
    .where(
      and(
        isShownTo(caller),
        calledLike(caller, page.query),
        page.after === null ? undefined : gt(users.usernameKey, page.after),
      ),
    )
    .orderBy(asc(users.usernameKey))
    .limit(page.limit)
  return asSeenBy(db, caller, searched)
}

/** Null for nobody the caller may know of. Fails `unauthenticated` when their sign-in has ended. */
export async function findPerson(
  db: Database,
  caller: SignIn,
  id: UserId,
): Promise<{ isAdmin: boolean; found: AccountRow | null }> {
  const asked = db
    .select(accountColumns)
    .from(users)
    .where(and(eq(users.id, id), isShownTo(caller)))
  const { isAdmin, found } = await asSeenBy(db, caller, asked)
  return { isAdmin, found: found[0] ?? null }
}

/** The suspended are shown to those who run Parley, the deleted to nobody. [S29] */
export function isShownTo(caller: SignIn): SQL | undefined {
  return and(isNull(users.deletedAt), or(isNull(users.suspendedAt), runsParley(caller)))
}

/** Every word of the query begins a word of a name; for admins an address may begin with all of it. */
function calledLike(caller: SignIn, query: string): SQL | undefined {
  const key = fold(query)
  if (key === '') return undefined
  const patterns = beginnings(query)
  const byName = patterns.map(
    (pattern) =>
      sql`(${users.nameWords} like ${pattern} or ${users.usernameWords} like ${pattern})`,
  )
  const byAddress = sql`${users.emailKey} like ${`${key.replace(/[\\%_]/g, '\\$&')}%`}`
  return or(patterns.length === 0 ? sql`false` : and(...byName), and(byAddress, runsParley(caller)))
}
