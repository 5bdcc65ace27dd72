// How the first of those who run Parley comes to be: by the word of whoever has the database.

import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import type { AuditKind } from '../protocol/api/admin.ts'
import type { UserId } from '../protocol/ids.ts'
import { auditLog } from './audit-schema.ts'
import type { Database } from './client.ts'
import { fold } from './fold.ts'
import { users } from './schema.ts'

export type Granted =
  | { readonly outcome: 'granted' | 'hadItAlready'; readonly username: string }
  | { readonly outcome: 'nobody' | 'suspended' }

/** By e-mail address or username. The deed is on record with it, or neither is. */
export async function grantAdmin(db: Database, login: string): Promise<Granted> {
  const key = fold(login)
  const isMeant = or(eq(users.emailKey, key), eq(users.usernameKey, key))
  const [found] = await db
    .select({ id: users.id, username: users.username, suspendedAt: users.suspendedAt })
    .from(users)
    .where(and(isMeant, isNull(users.deletedAt)))
  if (!found) return { outcome: 'nobody' }
  if (found.suspendedAt) return { outcome: 'suspended' }
  const granted = await grant(db, found.id)
  return { outcome: granted ? 'granted' : 'hadItAlready', username: found.username }
}

async function grant(db: Database, id: UserId): Promise<boolean> {
  const kind: AuditKind = 'globalRoleChanged'
  const detail = JSON.stringify({ role: 'admin', by: 'command' })
  const { rowCount } = await db.execute(sql`
    with granted as (update ${users} set role = 'admin'
      where id = ${id}::uuid and role = 'user' and suspended_at is null
        and deleted_at is null returning id)
    insert into ${auditLog} (id, kind, subject_id, detail)
    select ${uuidv7()}::uuid, ${kind}, granted.id, ${detail}::jsonb from granted`)
  return rowCount === 1
}
