// Every column there is, and whether somebody is given it with all that is theirs; if not, why not. [S29]

import { getTableColumns } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { auditLog } from './audit-schema.ts'
import { botRooms, bots } from './bot-schema.ts'
import { deletionRooms, deletions } from './deletion-schema.ts'
import { invites, inviteUses } from './invite-schema.ts'
import { memberships, messages, rooms, sessions, users } from './schema.ts'

export const tables = {
  users,
  sessions,
  memberships,
  rooms,
  messages,
  invites,
  invite_uses: inviteUses,
  audit_log: auditLog,
  bots,
  bot_rooms: botRooms,
  deletions,
  deletion_rooms: deletionRooms,
} as const satisfies Record<string, PgTable>

export type TableName = keyof typeof tables

type Told = true | string
type ToldOf<Table extends PgTable> = Readonly<Record<keyof Table['_']['columns'], Told>>

const you = 'It is you, in every row.'
const derived = 'It is made of other columns, for finding them.'
const secret = 'A secret: whoever reads the export could use it.'
const mirror = 'It says where the mirror stands, and nothing of anybody.'
const bookkeeping = 'It is kept while something goes on.'
const notYours = 'It says where a bot is, which its rooms show.'
const gone = 'Only of those who have no account any more.'

/** A new column does not compile before somebody has decided. */
export const told: { readonly [Name in TableName]: ToldOf<(typeof tables)[Name]> } = {
  users: {
    ...{ id: true, email: true, username: true, displayName: true, phone: true, age: true },
    ...{ bio: true, role: true, suspendedAt: true, createdAt: true, updatedAt: true },
    ...{ emailKey: derived, usernameKey: derived, nameWords: derived, usernameWords: derived },
    passwordHash: secret,
    ...{ deletedAt: gone, messagesErased: gone, exportingUntil: bookkeeping },
  },
  bots: {
    ...{ id: true, roomId: true, name: true, rights: true, createdAt: true, usedAt: true },
    ...{ revokedAt: true, madeBy: you, tokenHash: secret },
  },
  bot_rooms: { roomId: notYours, botId: notYours },
  sessions: {
    ...{ id: true, device: true, place: true, createdAt: true, usedAt: true, expiresAt: true },
    revokedAt: true,
    ...{ userId: you, tokenHash: secret, previousHash: secret },
  },
  memberships: {
    ...{ roomId: true, role: true, state: true, name: true, avatar: true, mutedUntil: true },
    readSeq: true,
    ...{ userId: you, epoch: mirror, rev: mirror },
  },
  rooms: {
    ...{ id: true, name: true, topic: true, visibility: true, createdAt: true, deletedAt: true },
    ...{ ownerId: you, nameKey: derived, version: mirror, epoch: mirror, rev: mirror, seq: mirror },
    ...{ memberCount: 'It is about others.', lastActiveAt: 'It is about everybody in it.' },
  },
  messages: {
    ...{ roomId: true, seq: true, id: true, kind: true, body: true, replyTo: true, mentions: true },
    ...{ notice: true, createdAt: true, editedAt: true, deletedAt: true },
    reactions: 'What others set to yours is theirs; to find yours all of every room would be read.',
    ...{ authorId: you, search: derived, epoch: mirror, rev: mirror },
  },
  invites: {
    ...{ code: true, roomId: true, createdAt: true, expiresAt: true, usesMax: true, uses: true },
    ...{ revokedAt: true, createdBy: you },
  },
  invite_uses: { code: true, usedAt: true, admittedAt: true, userId: you },
  audit_log: {
    ...{ id: true, at: true, kind: true, roomId: true, requestId: true, place: true, detail: true },
    actorId: 'Told as `byYou`: who else it was is about them, and so is their place.',
    subjectId: 'Told as `aboutYou`: whom you did it to is about them.',
  },
  deletions: { code: gone, userId: gone, messages: gone, beganAt: gone, endedAt: gone },
  deletion_rooms: { code: gone, roomId: gone, fate: gone, erased: gone },
}

/** Those that are told. */
export function columnsOf(name: TableName): Record<string, PgColumn> {
  const decided: Readonly<Record<string, Told>> = told[name]
  const all = Object.entries(getTableColumns<PgTable>(tables[name]))
  return Object.fromEntries(all.filter(([column]) => decided[column] === true))
}
