// The table of what must be answerable for later. Rows are added, never changed.

import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AuditKind } from '../protocol/api/admin.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import { moment } from './columns.ts'

/** No foreign keys: a record outlives whom and what it tells of. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: uuid().primaryKey(),
    at: moment().notNull().defaultNow(),
    kind: text().$type<AuditKind>().notNull(),
    /** Null for what Parley did by itself. */
    actorId: uuid().$type<UserId>(),
    roomId: uuid().$type<RoomId>(),
    /** Whom it was done to. */
    subjectId: uuid().$type<UserId>(),
    /** By which request; null for what no request did. */
    requestId: uuid(),
    /** About where whoever asked was: never a whole address. */
    place: text(),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('audit_log_newest').on(table.at, table.id),
    index('audit_log_of_kind').on(table.kind, table.at, table.id),
    index('audit_log_by_actor')
      .on(table.actorId, table.at, table.id)
      .where(sql`${table.actorId} is not null`),
    index('audit_log_of_subject')
      .on(table.subjectId, table.at, table.id)
      .where(sql`${table.subjectId} is not null`),
    index('audit_log_of_room')
      .on(table.roomId, table.at, table.id)
      .where(sql`${table.roomId} is not null`),
  ],
)
