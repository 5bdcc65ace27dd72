// The tables of deletions: an account that went, and the rooms that forget whose it was.

import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { SaidFate } from '../protocol/api/deletions.ts'
import type { DeletionCode, RoomId, UserId } from '../protocol/ids.ts'
import { moment } from './columns.ts'
import { users } from './schema.ts'

/** What became of a room that was visited. */
export type RoomFate = 'left' | 'handedOver' | 'deleted'

export const deletions = pgTable(
  'deletions',
  {
    /** 128 bits by chance: knowing one is the right to read the report. */
    code: text().$type<DeletionCode>().primaryKey(),
    userId: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    messages: text().$type<SaidFate>().notNull(),
    beganAt: moment().notNull().defaultNow(),
    endedAt: moment(),
  },
  (table) => [
    index('deletions_running').on(table.beganAt).where(sql`${table.endedAt} is null`),
    index('deletions_ended').on(table.endedAt).where(sql`${table.endedAt} is not null`),
    check('deletions_messages', sql`${table.messages} in ('erase', 'keep')`),
  ],
)

/** No key to rooms: the report tells of those that went, too. */
export const deletionRooms = pgTable(
  'deletion_rooms',
  {
    code: text().$type<DeletionCode>().notNull(),
    roomId: uuid().$type<RoomId>().notNull(),
    /** Null until it was visited to the end. */
    fate: text().$type<RoomFate>(),
    erased: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.code, table.roomId] }),
    foreignKey({ columns: [table.code], foreignColumns: [deletions.code] }).onDelete('cascade'),
  ],
)
