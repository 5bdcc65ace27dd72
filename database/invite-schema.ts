// The tables of invites: what opens a private room, and who came in by it.

import { sql } from 'drizzle-orm'
import { foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { InviteCode, RoomId, UserId } from '../protocol/ids.ts'
import { moment } from './columns.ts'
import { rooms, users } from './schema.ts'

export const invites = pgTable(
  'invites',
  {
    /** 128 bits by chance: knowing one is the right to come in. */
    code: text().$type<InviteCode>().primaryKey(),
    roomId: uuid()
      .$type<RoomId>()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    createdBy: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: moment().notNull().defaultNow(),
    /** Null: it does not run out. */
    expiresAt: moment(),
    /** Null: as often as people come. */
    usesMax: integer(),
    uses: integer().notNull().default(0),
    revokedAt: moment(),
  },
  (table) => [
    index('invites_of_room').on(table.roomId, table.createdAt, table.code),
    index('invites_of_creator').on(table.createdBy),
    // What opens nothing any more, each kind by when: for the sweep.
    index('invites_expiring').on(table.expiresAt).where(sql`${table.expiresAt} is not null`),
    index('invites_revoked').on(table.revokedAt).where(sql`${table.revokedAt} is not null`),
    index('invites_used_up').on(table.createdAt).where(sql`${table.uses} >= ${table.usesMax}`),
  ],
)

/** Counts each person once: whoever asks again after a lost answer takes no second use. */
export const inviteUses = pgTable(
  'invite_uses',
  {
    code: text().$type<InviteCode>().notNull(),
    userId: uuid().$type<UserId>().notNull(),
    usedAt: moment().notNull().defaultNow(),
    /** Null until the room has let them in: of a use that is given back nothing stays. */
    admittedAt: moment(),
  },
  (table) => [
    primaryKey({ columns: [table.code, table.userId] }),
    foreignKey({ columns: [table.code], foreignColumns: [invites.code] }).onDelete('cascade'),
    foreignKey({ columns: [table.userId], foreignColumns: [users.id] }).onDelete('cascade'),
    index('invite_uses_of_user').on(table.userId),
  ],
)
