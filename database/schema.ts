// The tables of Postgres: accounts, sign-ins and the room directory; and the mirror of the rooms.

import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { GlobalRole } from '../protocol/api/accounts.ts'
import type { MemberRow, MessageRow, Notice, Reactions, Visibility } from '../protocol/changes.ts'
import type { Epoch, MessageId, Rev, RoomId, Seq, SessionId, UserId } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'
import { counter, foldedKey, moment, searchTerms } from './columns.ts'

export const users = pgTable(
  'users',
  {
    id: uuid().$type<UserId>().primaryKey(),
    email: text().notNull(),
    emailKey: foldedKey().notNull(),
    username: text().notNull(),
    usernameKey: foldedKey().notNull(),
    /** A PHC string. */
    passwordHash: text().notNull(),
    displayName: text().notNull(),
    /** By which words somebody is found: of the display name, and of the username. */
    nameWords: foldedKey().notNull().default(''),
    usernameWords: foldedKey().notNull().default(''),
    phone: text(),
    age: smallint(),
    bio: text(),
    role: text().$type<GlobalRole>().notNull().default('user'),
    /** Since when nobody gets in with it; whoever was in is out. [AUT2] */
    suspendedAt: moment(),
    /** Since when nobody is behind it: a stub that rooms' messages refer to, with nothing personal left. */
    deletedAt: moment(),
    /** Of a stub: what they said goes, too, wherever it comes from. [S29] */
    messagesErased: boolean().notNull().default(false),
    /** One export of an account at a time: until then this one goes on. */
    exportingUntil: moment(),
    createdAt: moment().notNull().defaultNow(),
    /** Strictly rising, so that of two names a room was told the later one is known. */
    updatedAt: moment().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(table.emailKey),
    uniqueIndex('users_username_key').on(table.usernameKey),
    // The beginning of any word.
    index('users_search').using(
      'gin',
      table.nameWords.op('gin_trgm_ops'),
      table.usernameWords.op('gin_trgm_ops'),
    ),
    index('users_deleted').on(table.id).where(sql`${table.deletedAt} is not null`),
    index('users_admins').on(table.id).where(sql`${table.role} = 'admin'`),
    check('users_role', sql`${table.role} in ('user', 'admin')`),
  ],
)

/** One row a sign-in. Only hashes of refresh tokens rest here. [S12] */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().$type<SessionId>().primaryKey(),
    userId: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text().notNull(),
    /** The token before, for answers that were lost; older ones are theft. */
    previousHash: text(),
    /** The client's `User-Agent`, in part. */
    device: text().notNull(),
    /** About where the client was: never a whole address. */
    place: text(),
    createdAt: moment().notNull().defaultNow(),
    usedAt: moment().notNull().defaultNow(),
    expiresAt: moment().notNull(),
    revokedAt: moment(),
  },
  (table) => [
    index('sessions_of_user').on(table.userId, table.createdAt, table.id),
    index('sessions_by_expiry').on(table.expiresAt),
    index('sessions_revoked').on(table.revokedAt).where(sql`${table.revokedAt} is not null`),
  ],
)

/** The directory. The columns from `epoch` on are the mirror's: only the room's archive writes them. */
export const rooms = pgTable(
  'rooms',
  {
    id: uuid().$type<RoomId>().primaryKey(),
    name: text().notNull(),
    nameKey: foldedKey().notNull(),
    topic: text().notNull(),
    visibility: text().$type<Visibility>().notNull(),
    /** Raised by every change of the three above: of two entries the room keeps the later. */
    version: integer().notNull().default(1),
    /** No cascade: a room is deleted by way of its object, or handed on, before its owner goes. */
    ownerId: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    createdAt: moment().notNull().defaultNow(),
    /** Set first; the object and the row go after it. */
    deletedAt: moment(),
    epoch: uuid().$type<Epoch>(),
    rev: counter().$type<Rev>(),
    seq: counter().$type<Seq>(),
    memberCount: integer().notNull().default(0),
    lastActiveAt: moment().notNull().defaultNow(),
  },
  (table) => [
    // Decides who has a name, and is the directory's order. Private names neither block nor show.
    uniqueIndex('rooms_public_name')
      .on(table.nameKey)
      .where(sql`${table.visibility} = 'public' and ${table.deletedAt} is null`),
    // Any three letters inside a name.
    index('rooms_public_name_search')
      .using('gin', table.nameKey.op('gin_trgm_ops'))
      .where(sql`${table.visibility} = 'public' and ${table.deletedAt} is null`),
    index('rooms_of_owner').on(table.ownerId),
    index('rooms_half_deleted').on(table.deletedAt).where(sql`${table.deletedAt} is not null`),
    index('rooms_never_mirrored')
      .on(table.createdAt)
      .where(sql`${table.epoch} is null and ${table.deletedAt} is null`),
    check('rooms_visibility', sql`${table.visibility} in ('public', 'private')`),
  ],
)

/** Mirror: written by the room's archive alone, guarded by epoch and rev. */
export const memberships = pgTable(
  'memberships',
  {
    roomId: uuid().$type<RoomId>().notNull(),
    userId: uuid().$type<UserId>().notNull(),
    role: text().$type<Role>().notNull(),
    state: text().$type<MemberRow['state']>().notNull(),
    name: text().notNull(),
    avatar: text(),
    mutedUntil: moment(),
    /** Merged by max: a mark takes no rev, so rev does not guard it. [SND8] */
    readSeq: counter().$type<Seq>().notNull().default(sql`0`),
    epoch: uuid().$type<Epoch>().notNull(),
    rev: counter().$type<Rev>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.userId] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.userId], foreignColumns: [users.id] }).onDelete('cascade'),
    // Those they left and were turned out of as well: a deletion visits them, an export tells of them.
    index('memberships_of_user').on(table.userId, table.roomId),
  ],
)

/** Mirror: written by the room's archive alone, guarded by epoch and rev. */
export const messages = pgTable(
  'messages',
  {
    roomId: uuid()
      .$type<RoomId>()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    seq: counter().$type<Seq>().notNull(),
    id: uuid().$type<MessageId>().notNull(),
    /** No foreign key: the room already accepted it, and one unknown author must not stop a batch. [R15] */
    authorId: uuid().$type<UserId>().notNull(),
    kind: text().$type<MessageRow['kind']>().notNull(),
    body: text().notNull(),
    replyTo: counter().$type<Seq>(),
    mentions: uuid().$type<UserId>().array().notNull().default([]),
    reactions: jsonb().$type<Reactions>().notNull().default({}),
    notice: jsonb().$type<Notice>(),
    createdAt: moment().notNull(),
    editedAt: moment(),
    deletedAt: moment(),
    /** Null for what is not to be found: a tombstone, a notice. [SND6] */
    search: searchTerms(),
    epoch: uuid().$type<Epoch>().notNull(),
    rev: counter().$type<Rev>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.seq] }),
    index('messages_search').using('gin', table.search).where(sql`${table.search} is not null`),
    // Unread mentions: few messages name anybody.
    index('messages_mentioning')
      .on(table.roomId, table.seq)
      .where(sql`cardinality(${table.mentions}) > 0`),
    // What one person said: to give it to them, and to find the rooms where they said it. [S29]
    index('messages_of_author').on(table.authorId, table.roomId, table.seq),
  ],
)
