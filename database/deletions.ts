// An account goes: what it was is taken from it at once, and what its rooms have to forget is written down.

import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { SaidFate } from '../protocol/api/deletions.ts'
import { Failure } from '../protocol/failures.ts'
import type { DeletionCode, SessionId, UserId } from '../protocol/ids.ts'
import { bots } from './bot-schema.ts'
import type { Database } from './client.ts'
import { deletions } from './deletion-schema.ts'
import { invites } from './invite-schema.ts'
import { sessions, users } from './schema.ts'
import type { Ended } from './sessions.ts'
import { roleOf, runsParley, type SignIn, stands } from './standing.ts'

/** What is to become of somebody, under a code that nobody has seen yet. */
export interface NewDeletion {
  readonly code: DeletionCode
  readonly messages: SaidFate
}

/**
 * By themselves; `proof` is the password's hash that was matched. Fails `unauthenticated` when the
 * sign-in has ended, `wrongCredentials` when the password has changed meanwhile, and `lastAdmin`. [S29]
 */
export async function deleteOwnAccount(
  db: Database,
  caller: SignIn,
  deletion: NewDeletion,
  proof: string,
): Promise<Ended> {
  const isProven = and(eq(users.passwordHash, proof), stands(caller), staysInGoodHands(caller))
  const gone = await erase(db, caller, caller.userId, deletion, isProven)
  if (gone) return gone
  const [now] = await db
    .select({ hash: users.passwordHash })
    .from(users)
    .where(and(eq(users.id, caller.userId), stands(caller)))
  if (!now) throw new Failure('unauthenticated')
  throw new Failure(now.hash === proof ? 'lastAdmin' : 'wrongCredentials')
}

/**
 * By those who run Parley, of somebody else: so one of them always stays. Null for nobody, and for a
 * caller who does not run Parley, or no more. Fails `unauthenticated`. [S29, D-23]
 */
export function deleteAccountOf(
  db: Database,
  caller: SignIn,
  id: UserId,
  deletion: NewDeletion,
): Promise<Ended | null> {
  const isAllowed = sql`${users.id} <> ${caller.userId} and ${stands(caller)}
    and ${runsParley(caller)} and (select bool_or(admins.id = ${caller.userId})
      from (${lockedAdmins}) as admins)`
  return erase(db, caller, id, deletion, isAllowed)
}

/**
 * One transaction. That there is a deletion of this code means that this very request made it: what
 * follows in the batch asks for no more. Sign-ins go as rows: they tell of devices and places.
 */
async function erase(
  db: Database,
  caller: SignIn,
  id: UserId,
  { code, messages }: NewDeletion,
  isAllowed: SQL | undefined,
): Promise<Ended | null> {
  const whose = sql`(select ${deletions.userId} from ${deletions} where ${deletions.code} = ${code})`
  const [[viewer], { rowCount }, ended] = await db.batch([
    roleOf(db, caller),
    db.execute(sql`
      with gone as (update ${users} set ${emptied}, messages_erased = ${messages === 'erase'}
        where ${users.id} = ${id} and ${isNull(users.deletedAt)} and ${isAllowed}
        returning id)
      insert into ${deletions} (code, user_id, messages)
      select ${code}, gone.id, ${messages} from gone`),
    db.delete(sessions).where(eq(sessions.userId, whose)).returning({ id: sessions.id }),
    db
      .update(invites)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(invites.createdBy, whose), isNull(invites.revokedAt))),
    db
      .update(bots)
      .set({ revokedAt: sql`now()` }) // Whoever made them knows their tokens.
      .where(and(eq(bots.madeBy, whose), isNull(bots.revokedAt))),
  ])
  if (!viewer) throw new Failure('unauthenticated')
  return rowCount === 1 ? { userId: id, sessions: ended.map(sessionId) } : null
}

const sessionId = ({ id }: { id: SessionId }) => id

/** Keys have to be somebody's alone, and no name has the length of an id, or looks like an address. */
const emptied = sql`email = '', email_key = id::text, username = '', username_key = id::text,
  password_hash = '', display_name = '', name_words = '', username_words = '', phone = null,
  age = null, bio = null, role = 'user', suspended_at = null, exporting_until = null,
  deleted_at = now(),
  updated_at = greatest(clock_timestamp(), updated_at + interval '1 millisecond')`

/** In one order, before anybody else is: of two admins who leave at once the second finds one. */
const lockedAdmins = sql`select ${users.id} from ${users}
  where ${users.role} = 'admin' and ${users.suspendedAt} is null
  order by ${users.id} for no key update`

/** Whoever does not run Parley leaves it in the same hands; of those who do, one stays. */
function staysInGoodHands({ userId }: SignIn): SQL {
  return sql`(${users.role} <> 'admin' or (select bool_or(admins.id <> ${userId})
    from (${lockedAdmins}) as admins))`
}
