// The whole room, written out; and put back as the beginning of another epoch. [SOK3]

import type { MemberRow, MessageRow, RoomRow, RoomSettings } from '../protocol/changes.ts'
import { type Epoch, firstSeq } from '../protocol/ids.ts'
import { backupRowsMax } from '../protocol/limits.ts'
import { SpilledPages } from './aside.ts'
import type { Ledger } from './ledger.ts'
import type { Reader } from './reader.ts'
import { type KnownBot, withBots } from './restored-bots.ts'
import { columns, jsonOrNull, memberOf, type StoredMember } from './rows.ts'
import { SearchIndex } from './search-index.ts'
import type { Sql, SqlValue } from './sql.ts'

/** Rows of one moment: what comes after it is not in, what changes after it is in as it is then. */
export interface Backup {
  readonly room: RoomRow
  readonly heads: Pick<Ledger, 'epoch' | 'rev' | 'seq'>
  readonly members: readonly MemberRow[]
  readonly messages: Iterable<MessageRow>
}

export function backupOf(sql: Sql, ledger: Ledger, reader: Reader): Backup {
  const { epoch, rev, seq, room } = ledger
  const stored = sql.run<StoredMember>(`SELECT ${columns.member} FROM members ORDER BY user`)
  const members = stored.map(memberOf)
  const messages = { [Symbol.iterator]: () => messagesUpTo(seq, reader) } // As often as asked.
  return { room, heads: { epoch, rev, seq }, members, messages }
}

/** The first step after storage went back in time: every cursor of before is of another life. */
export function beginEpoch(sql: Sql, epoch: Epoch): void {
  sql.atomically(() => {
    sql.run('UPDATE room SET epoch = ?', epoch)
    sql.run('UPDATE mirror SET archived = 0, failures = 0, behind_since = NULL')
    sql.run('UPDATE members SET marked = 1')
    sql.run('DELETE FROM departures') // Everybody is cut, and comes in anew.
    sql.run('UPDATE webhooks SET delivery_id = NULL, delivery_to = NULL') // Of the life before.
    sql.run('DELETE FROM parked') // Every row comes again, and may be another now.
  })
}

/**
 * Rows come in by and by, each place first in a table aside; then all of them take the place of what
 * is there, in one transaction. A new life counts from one: every row is stamped anew, so births
 * ascend with seq whatever was edited before.
 */
export class Restoration {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
    Restoration.clear(sql)
    sql.run(`CREATE TABLE restored (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL,
      body TEXT NOT NULL, reply_to INTEGER, mentions TEXT, reactions TEXT, notice TEXT,
      created_at INTEGER NOT NULL, edited_at INTEGER, deleted_at INTEGER
    )`)
  }

  add(row: MessageRow): void {
    const { seq, id, authorId, kind, body, replyTo, mentions, reactions, notice } = row
    this.#sql.run(
      'INSERT INTO restored VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[seq, id, authorId, kind, body, replyTo, jsonOrNull(mentions), jsonOrNull(reactions)],
      notice && JSON.stringify(notice),
      ...[row.createdAt, row.editedAt, row.deletedAt],
    )
  }

  /** A message whose author used its id before, or null: the room could not hold both. [SND2] */
  repeated(): number | null {
    const [row] = this.#sql.run<{ seq: number }>(
      'SELECT max(seq) AS seq FROM restored GROUP BY author, id HAVING count(*) > 1 LIMIT 1',
    )
    return row?.seq ?? null
  }

  /** Name, topic and visibility stay: the directory decides them. */
  finish(restored: readonly MemberRow[], settings: RoomSettings, epoch: Epoch): void {
    this.#sql.atomically(() => {
      const members = withBots(restored, this.#bots())
      this.#sql.run('DELETE FROM forgotten') // Whoever comes back with these rows is forgotten again.
      this.#replaceMembers(members)
      this.#replaceMessages(members.length + 1)
      this.#sql.run(
        `UPDATE room SET rev = 1, member_count = (SELECT count(*) FROM members
           WHERE state = 'joined'), slow_mode_seconds = ?, edit_window_seconds = ?, invites_by = ?`,
        ...[settings.slowModeSeconds, settings.editWindowSeconds, settings.invitesBy],
      )
      beginEpoch(this.#sql, epoch)
    })
  }

  /** What a restore left that came to no end. */
  static clear(sql: Sql): void {
    sql.run('DROP TABLE IF EXISTS restored')
  }

  #bots(): readonly KnownBot[] {
    return this.#sql.run<KnownBot & Record<string, SqlValue>>(
      `SELECT user AS userId, rev, name, role, state, rights FROM members WHERE rights IS NOT NULL`,
    )
  }

  #replaceMembers(members: ReturnType<typeof withBots>): void {
    this.#sql.run('DELETE FROM departures')
    this.#sql.run('DELETE FROM members')
    members.forEach((member, index) => {
      const { userId, name, avatar, role, state, mutedUntil, rights } = member
      this.#sql.run(
        `INSERT INTO members
           (user, rev, name, avatar, role, state, muted_until, rights, named_at, read_seq)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, (SELECT coalesce(max(seq), 0) FROM restored))`,
        ...[userId, index + 2, name, avatar, role, state, mutedUntil, rights],
      )
    })
    // Everybody starts afresh: whom a crowd is told of is who has a role or a sanction now. [SOK15]
    this.#sql.run(
      `UPDATE members SET notable = 1 WHERE role IN ('owner', 'moderator')
         OR state IN ('removed', 'banned') OR muted_until IS NOT NULL OR rights IS NOT NULL`,
    )
  }

  #replaceMessages(revBefore: number): void {
    this.#sql.run('DELETE FROM messages')
    this.#sql.run(
      `INSERT INTO messages (seq, rev, id, author, kind, body, reply_to, mentions, reactions, notice,
         created_at, edited_at, deleted_at)
       SELECT seq, seq + ?, id, author, kind, body, reply_to, mentions, reactions, notice,
         created_at, edited_at, deleted_at FROM restored ORDER BY seq`,
      revBefore,
    )
    this.#sql.run(
      `UPDATE search_backlog SET held_from = head + 1, held_to = head
       FROM (SELECT coalesce(max(seq), 0) AS head FROM restored)`,
    )
    this.#sql.run('DROP TABLE restored')
    SearchIndex.clear(this.#sql)
  }
}

/** What exports and restores left that died with their object. */
export function clearUnfinished(sql: Sql): void {
  SpilledPages.clear(sql)
  Restoration.clear(sql)
}

function* messagesUpTo(last: number, reader: Reader): Generator<MessageRow> {
  for (let seq = Number(firstSeq); seq <= last; seq += backupRowsMax) {
    yield* reader.range(seq, Math.min(last, seq + backupRowsMax - 1))
  }
}
