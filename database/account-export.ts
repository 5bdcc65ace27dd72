// Everything that Postgres holds about somebody, page by page: which columns, and why not the others. [S29]

import { and, asc, eq, getTableColumns, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { accountExportLeaseSeconds, accountExportRowsMax } from '../protocol/account-limits.ts'
import { Failure } from '../protocol/failures.ts'
import { auditLog } from './audit-schema.ts'
import { bots } from './bot-schema.ts'
import type { Database } from './client.ts'
import { columnsOf, type TableName, tables } from './export-columns.ts'
import { invites, inviteUses } from './invite-schema.ts'
import { memberships, messages, rooms, sessions, users } from './schema.ts'
import { type SignIn, standing, stands } from './standing.ts'

/** A row of one kind, as it is told. */
export type ExportedRow = Readonly<Record<string, unknown>>

interface Section {
  readonly type: string
  readonly table: TableName
  /** Which rows are about somebody. */
  readonly about: (caller: SignIn) => SQL | undefined
  /** In the order of these columns, which the rows are told with. */
  readonly order: readonly PgColumn[]
  /** Told beside the columns, or in their place. */
  readonly more?: (caller: SignIn) => Readonly<Record<string, SQL>>
}

const sections: readonly Section[] = [
  {
    ...{ type: 'account', table: 'users', order: [users.id] },
    about: ({ userId }) => eq(users.id, userId),
  },
  {
    ...{ type: 'signIn', table: 'sessions', order: [sessions.id] },
    about: ({ userId }) => eq(sessions.userId, userId),
  },
  {
    ...{ type: 'membership', table: 'memberships', order: [memberships.roomId] },
    about: ({ userId }) => eq(memberships.userId, userId),
  },
  {
    ...{ type: 'ownRoom', table: 'rooms', order: [rooms.id] },
    about: ({ userId }) => eq(rooms.ownerId, userId),
  },
  {
    ...{ type: 'message', table: 'messages', order: [messages.roomId, messages.seq] },
    about: ({ userId }) => eq(messages.authorId, userId),
  },
  {
    ...{ type: 'invite', table: 'invites', order: [invites.code] },
    about: ({ userId }) => eq(invites.createdBy, userId),
  },
  {
    ...{ type: 'inviteUse', table: 'invite_uses', order: [inviteUses.code] },
    about: ({ userId }) => eq(inviteUses.userId, userId),
  },
  {
    ...{ type: 'bot', table: 'bots', order: [bots.id] },
    about: ({ userId }) => eq(bots.madeBy, userId),
  },
  {
    ...{ type: 'record', table: 'audit_log', order: [auditLog.id] },
    about: ({ userId }) => or(eq(auditLog.actorId, userId), eq(auditLog.subjectId, userId)),
    more: ({ userId }) => ({
      byYou: sql`coalesce(${auditLog.actorId} = ${userId}, false)`,
      aboutYou: sql`coalesce(${auditLog.subjectId} = ${userId}, false)`,
      place: sql`case when ${auditLog.actorId} = ${userId} then ${auditLog.place} end`,
    }),
  },
]

/**
 * Takes the one export that a person may have at a time. Fails `rateLimited` while another goes on, and
 * `unauthenticated` when the sign-in has ended.
 */
export async function beginExport(db: Database, caller: SignIn): Promise<void> {
  const isFree = or(isNull(users.exportingUntil), lt(users.exportingUntil, sql`now()`))
  const [[stood], [begun]] = await db.batch([standing(db, caller), held(db, caller, isFree)])
  if (!stood) throw new Failure('unauthenticated')
  if (!begun) throw new Failure('rateLimited', { retryAfterMs: accountExportLeaseSeconds * 1_000 })
}

/** So that the next one need not wait until this has run out. */
export async function endExport(db: Database, { userId }: SignIn): Promise<void> {
  await db.update(users).set({ exportingUntil: null }).where(eq(users.id, userId))
}

/** Pages of rows, each read when it is asked for. Fails `unauthenticated` once the sign-in has ended. */
export async function* exportedPages(
  db: Database,
  caller: SignIn,
): AsyncGenerator<{ readonly type: string; readonly rows: readonly ExportedRow[] }> {
  for (const section of sections) {
    for (let after: ExportedRow | null = null; ; ) {
      const rows: readonly ExportedRow[] = await pageOf(db, caller, section, after)
      yield { type: section.type, rows }
      after = rows.at(-1) ?? null
      if (rows.length < accountExportRowsMax) break
    }
  }
}

async function pageOf(
  db: Database,
  caller: SignIn,
  { table, about, order, more }: Section,
  after: ExportedRow | null,
): Promise<ExportedRow[]> {
  const columns = { ...columnsOf(table), ...more?.(caller) }
  const page = db
    .select(columns)
    .from(tables[table])
    .where(and(about(caller), after ? isBehind(order, tables[table], after) : undefined))
    .orderBy(...order.map((column) => asc(column)))
    .limit(accountExportRowsMax)
  const [[stillIn], rows] = await db.batch([held(db, caller), page])
  if (!stillIn) throw new Failure('unauthenticated')
  return rows
}

function isBehind(order: readonly PgColumn[], table: PgTable, after: ExportedRow): SQL {
  const all = Object.entries(getTableColumns(table))
  const names = order.map((column) => all.find(([, one]) => one === column)?.[0] ?? '')
  const [first, second] = order
  if (first && !second) return gt(first, after[names[0] ?? ''])
  const place = names.map((name, n) => sql`${sql.param(after[name], order[n])}`)
  return sql`(${sql.join([...order], sql`, `)}) > (${sql.join(place, sql`, `)})`
}

/** Each page keeps it for a while longer. */
function held(db: Database, caller: SignIn, isFree?: SQL) {
  const until = sql`now() + make_interval(secs => ${accountExportLeaseSeconds})`
  return db
    .update(users)
    .set({ exportingUntil: until })
    .where(and(eq(users.id, caller.userId), stands(caller), isFree))
    .returning({ id: users.id })
}
