// The tables of bots: what acts in rooms by a token of its own, and in which.

import { sql } from 'drizzle-orm'
import {
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { RoomId, UserId } from '../protocol/ids.ts'
import type { BotRight } from '../protocol/permissions.ts'
import { moment } from './columns.ts'
import { rooms, users } from './schema.ts'

/** A revoked one stays, nameable: its messages do. */
export const bots = pgTable(
  'bots',
  {
    /** Its id among the members of its rooms, and the `sid` of its access tokens. */
    id: uuid().$type<UserId>().primaryKey(),
    /** The room it belongs to, whoever owns that. */
    roomId: uuid()
      .$type<RoomId>()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    rights: text().array().$type<BotRight[]>().notNull(),
    /** SHA-256 of the token. */
    tokenHash: text().notNull(),
    madeBy: uuid()
      .$type<UserId>()
      .references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment().notNull().defaultNow(),
    usedAt: moment(),
    revokedAt: moment(),
  },
  (table) => [
    uniqueIndex('bots_token').on(table.tokenHash),
    index('bots_of_room').on(table.roomId),
    index('bots_of_maker').on(table.madeBy),
    index('bots_revoked').on(table.revokedAt).where(sql`${table.revokedAt} is not null`),
  ],
)

/** Where it is a member. A row goes once its room has been told that it is none any more. */
export const botRooms = pgTable(
  'bot_rooms',
  {
    roomId: uuid().$type<RoomId>().notNull(),
    botId: uuid().$type<UserId>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.botId] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.botId], foreignColumns: [bots.id] }).onDelete('cascade'),
    index('bot_rooms_of_bot').on(table.botId),
  ],
)
