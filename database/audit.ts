// The audit log: what was done to people and rooms, and by whom. Rows are added and read, no more.

import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { badSignInsAuditedPerHour } from '../protocol/account-limits.ts'
import type { AuditKind } from '../protocol/api/admin.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import { auditLog } from './audit-schema.ts'
import type { Database } from './client.ts'
import { users } from './schema.ts'
import { type SignIn, whileStanding } from './standing.ts'

/** Something that was done. `detail` holds no text of people's and no secret. */
export interface Deed {
  readonly kind: AuditKind
  /** Absent for what Parley did by itself. */
  readonly actorId?: UserId
  readonly roomId?: RoomId
  readonly subjectId?: UserId
  /** By which request, and from about where. */
  readonly requestId?: string
  readonly place?: string | null
  readonly detail?: Record<string, unknown>
}

export type AuditRow = typeof auditLog.$inferSelect

/** Where a page of records ended. */
export interface AuditPlace {
  readonly at: Date
  readonly id: string
}

export async function appendAudit(db: Database, deed: Deed): Promise<void> {
  await db.insert(auditLog).values({ id: uuidv7(), ...encoded(deed) })
}

/**
 * A bad sign-in to `subjectId`; null, for a name that is nobody's, takes the same way and leaves nothing,
 * so that neither the clock nor a stranger's list of names tells in this log. Of one account so many an
 * hour are kept. [API3, S28]
 */
export async function appendBadSignIn(
  db: Database,
  {
    subjectId,
    ...deed
  }: Pick<Deed, 'requestId' | 'place' | 'detail'> & {
    readonly subjectId: UserId | null
  },
): Promise<void> {
  const kind: AuditKind = 'signInFailed'
  const { requestId = null, place = null, detail = {} } = encoded(deed)
  await db.execute(sql`
    insert into ${auditLog} (id, kind, subject_id, request_id, place, detail)
    select ${uuidv7()}::uuid, ${kind}, ${users.id}, ${requestId}::uuid, ${place},
      ${JSON.stringify(detail)}::jsonb
    from ${users} where ${users.id} = ${subjectId}::uuid and ${badSignInsAuditedPerHour} > (
      select count(*) from ${auditLog} where ${auditLog.subjectId} = ${users.id}
        and ${auditLog.kind} = ${kind} and ${auditLog.at} > now() - interval '1 hour')`)
}

/** Whatever slips in of other people's text writes no line of its own, wherever it is shown. [S28] */
function encoded<Part extends Partial<Deed>>(deed: Part): Part {
  const { detail, place } = deed
  return {
    ...deed,
    ...(place && { place: harmless(place) }),
    ...(detail && { detail: JSON.parse(JSON.stringify(detail, encodeText)) }),
  }
}

function encodeText(_: string, value: unknown): unknown {
  return typeof value === 'string' ? harmless(value) : value
}

function harmless(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu,
      (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
    )
}

/** Which records are asked for; each absent part narrows nothing. */
export interface AuditFilter {
  readonly room: RoomId | undefined
  readonly kind: AuditKind | undefined
  readonly actor: UserId | undefined
  readonly subject: UserId | undefined
}

/** Newest first. Fails `unauthenticated` when the caller's sign-in has ended. */
export async function listAudit(
  db: Database,
  caller: SignIn,
  page: AuditFilter & { readonly after: AuditPlace | null; readonly limit: number },
): Promise<AuditRow[]> {
  const listed = db
    .select()
    .from(auditLog)
    .where(
      and(
        page.room ? eq(auditLog.roomId, page.room) : undefined,
        page.kind ? eq(auditLog.kind, page.kind) : undefined,
        page.actor ? eq(auditLog.actorId, page.actor) : undefined,
        page.subject ? eq(auditLog.subjectId, page.subject) : undefined,
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
