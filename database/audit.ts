// The audit log: what was done to people and rooms, and by whom. Rows are added and read, no more.

import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import type { AuditKind } from '../protocol/api/admin.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import { auditLog } from './audit-schema.ts'
import type { Database } from './client.ts'
import { type SignIn, whileStanding } from './standing.ts'

/** Something that was done. `detail` holds no text of people's and no secret. */
export interface Deed {
  readonly kind: AuditKind
  /** Absent for what Parley did by itself. */
  readonly actorId?: UserId
  readonly roomId?: RoomId
  readonly subjectId?: UserId
  readonly detail?: Record<string, unknown>
}

export type AuditRow = typeof auditLog.$inferSelect

/** Where a page of records ended. */
export interface AuditPlace {
  readonly at: Date
  readonly id: string
}

export async function appendAudit(db: Database, deed: Deed): Promise<void> {
  await db.insert(auditLog).values({ id: uuidv7(), ...deed })
}

/** Newest first. Fails `unauthenticated` when the caller's sign-in has ended. */
export async function listAudit(
  db: Database,
  caller: SignIn,
  page: {
    readonly room: RoomId | undefined
    readonly after: AuditPlace | null
    readonly limit: number
  },
): Promise<AuditRow[]> {
  const listed = db
    .select()
    .from(auditLog)
    .where(
      and(
        page.room ? eq(auditLog.roomId, page.room) : undefined,
        page.after ? isBefore(page.after) : undefined,
      ),
    )
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(page.limit)
  return whileStanding(db, caller, listed)
}

function isBefore({ at, id }: AuditPlace): SQL {
  return sql`(${auditLog.at}, ${auditLog.id}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`
}
