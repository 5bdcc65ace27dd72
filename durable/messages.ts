// The messages' rows: sent, edited, deleted, reacted to; and the lines that the room itself writes.

import type { MessageChange, MessageRow, Notice, Reactions } from '../protocol/changes.ts'
import { type MessageId, next, type Rev, type Seq, type UserId } from '../protocol/ids.ts'
import { forgetSliceRows, reactionKindsMax, reactionsMax } from '../protocol/limits.ts'
import { digestOf } from './digest.ts'
import { type Change, type Ledger, written } from './ledger.ts'
import type { NewMessage } from './room-calls.ts'
import { columns, jsonOrNull, messageOf, type StoredMessage } from './rows.ts'
import type { SearchBacklog } from './search-backlog.ts'
import type { Sql } from './sql.ts'

/** A message as the ledger has it, whether it came just now or long ago. */
export type Sent =
  | { readonly outcome: 'written'; readonly seq: Seq; readonly at: number; readonly change: Change }
  | Known

/** What was sent with the same id before: the same, or something else. */
export type Known =
  | { readonly outcome: 'repeated'; readonly seq: Seq; readonly rev: Rev; readonly at: number }
  | { readonly outcome: 'conflict' }

export class Messages {
  readonly #sql: Sql
  readonly #ledger: Ledger
  readonly #search: SearchBacklog
  readonly #mintId: () => MessageId

  constructor(parts: {
    sql: Sql
    ledger: Ledger
    search: SearchBacklog
    mintId: () => MessageId
  }) {
    this.#sql = parts.sql
    this.#ledger = parts.ledger
    this.#search = parts.search
    this.#mintId = parts.mintId
  }

  find(seq: Seq): MessageRow | null {
    const [row] = this.#sql.run<StoredMessage>(
      `SELECT ${columns.message} FROM messages WHERE seq = ?`,
      seq,
    )
    return row ? messageOf(row) : null
  }

  /**
   * One author's id is unique for ever: a repeat finds the first and writes nothing. `isTimed` keeps
   * the time for slow mode. [SND2, LIM2]
   */
  send(author: UserId, message: NewMessage, now: number, isTimed = false): Sent {
    const { id, body, replyTo, mentions } = message
    const at = this.#ledger.timeOfNext(now)
    return this.#ledger[isTimed ? 'write' : 'writeOnce']<Sent>((rev) => {
      const seq = next(this.#ledger.seq)
      const inserted = this.#sql.run(
        `INSERT INTO messages (seq, rev, id, author, kind, body, reply_to, mentions, created_at)
         VALUES (?, ?, ?, ?, 'message', ?, ?, ?, ?) ON CONFLICT (author, id) DO NOTHING
         RETURNING seq`,
        ...[seq, rev, id, author, body, replyTo, jsonOrNull(mentions), at],
      )
      if (inserted.length === 0) return { result: this.repeatOf(author, message) ?? conflict }
      if (isTimed) this.#sql.run('UPDATE members SET sent_at = ? WHERE user = ?', at, author)

      const extras = { ...(replyTo && { replyTo }), ...(mentions.length > 0 && { mentions }) }
      const row = { seq, rev, id, authorId: author, body, ...extras, createdAt: at }
      const change = { rev, messages: [row] }
      return { change, result: { outcome: 'written', seq, at, change } }
    })
  }

  /**
   * What was sent with this id before, null for nothing. After an edit the first content is known by
   * its digest; after a deletion nothing is, and the tombstone answers whatever comes. [SND2]
   */
  repeatOf(author: UserId, message: NewMessage): Known | null {
    const [first] = this.#sql.run<FirstSent>(
      `SELECT seq, coalesce(altered, rev) AS rev, body, reply_to AS replyTo, created_at AS at,
         first_digest AS digest, deleted_at AS deletedAt
       FROM messages WHERE author = ? AND id = ?`,
      ...[author, message.id],
    )
    if (!first) return null
    const { seq, rev, at } = first
    return isSame(first, message) ? { outcome: 'repeated', seq, rev, at } : conflict
  }

  /** Null when it says that already. The row is one that `find` gave just now. */
  edit(before: MessageRow, body: string, mentions: readonly UserId[], at: number): Change | null {
    if (body === before.body && mentions.join() === before.mentions.join()) return null
    return this.#ledger.write((rev) => {
      this.#sql.run(
        `UPDATE messages SET altered = ?, body = ?, mentions = ?, edited_at = ?,
           first_digest = coalesce(first_digest, ?) WHERE seq = ?`,
        ...[rev, body, jsonOrNull(mentions), at, digestOf(before), before.seq],
      )
      this.#search.replace(before, body)
      const row = { seq: before.seq, rev, body, mentions: [...mentions], editedAt: at }
      return written({ rev, messages: [row] })
    })
  }

  /** Leaves a tombstone: its place, its author and its times. [ORD1, SND6] */
  erase(before: MessageRow, at: number): Change {
    return this.#ledger.write((rev) => written({ rev, messages: [this.#bury(rev, before, at)] }))
  }

  /**
   * What somebody said or reacted to, of messages from `from` to before `to`: at most a slice. `isWhole`:
   * there is no more of it in there.
   */
  tracesOf(who: UserId, from: number, to: number): { rows: MessageRow[]; isWhole: boolean } {
    const rows = this.#sql.run<StoredMessage>(
      `SELECT ${columns.message} FROM messages
       WHERE seq >= ? AND seq < ? AND kind = 'message' AND deleted_at IS NULL
         AND (author = ? OR instr(reactions, ?) > 0) ORDER BY seq LIMIT ?`,
      ...[from, to, who, who, forgetSliceRows],
    )
    return { rows: rows.map(messageOf), isWhole: rows.length < forgetSliceRows }
  }

  /** Tombstones of what was theirs, and no reaction of theirs to what was not. [S29] */
  forget(rows: readonly MessageRow[], who: UserId, at: number, note: () => void): Change {
    return this.#ledger.write((rev) => {
      note()
      const messages = rows.map((row) =>
        row.authorId === who
          ? this.#bury(rev, row, at)
          : this.#setReactions(rev, row.seq, without(row.reactions, who)),
      )
      return written({ rev, messages })
    })
  }

  #bury(rev: Rev, before: MessageRow, at: number): MessageChange {
    this.#sql.run(
      `UPDATE messages SET altered = ?, body = '', reply_to = NULL, mentions = NULL,
         reactions = NULL, first_digest = NULL, deleted_at = ? WHERE seq = ?`,
      ...[rev, at, before.seq],
    )
    this.#search.replace(before, '')
    const nothing = { body: '', replyTo: null, mentions: [], reactions: {} }
    return { seq: before.seq, rev, ...nothing, deletedAt: at }
  }

  #setReactions(rev: Rev, seq: Seq, reactions: Reactions): MessageChange {
    this.#sql.run(
      'UPDATE messages SET altered = ?, reactions = ? WHERE seq = ?',
      ...[rev, jsonOrNull(reactions), seq],
    )
    return { seq, rev, reactions }
  }

  /** Null when it is so already, and `full` when there is no room for one more. [SND7] */
  react(before: MessageRow, who: UserId, emoji: string, on: boolean): Change | null | 'full' {
    const reactions = on ? added(before.reactions, who, emoji) : taken(before.reactions, who, emoji)
    if (reactions === null || reactions === 'full') return reactions
    return this.#ledger.write((rev) =>
      written({ rev, messages: [this.#setReactions(rev, before.seq, reactions)] }),
    )
  }

  /** A line of the room's own, as part of the `write` whose rev it takes. */
  note(rev: Rev, by: UserId, notice: Notice, now: number): Required<Pick<Change, 'messages'>> {
    const seq = next(this.#ledger.seq)
    const id = this.#mintId()
    const at = this.#ledger.timeOfNext(now)
    this.#sql.run(
      `INSERT INTO messages (seq, rev, id, author, kind, body, notice, created_at)
       VALUES (?, ?, ?, ?, 'notice', '', ?, ?)`,
      ...[seq, rev, id, by, JSON.stringify(notice), at],
    )
    const row = { seq, rev, id, authorId: by, kind: 'notice' as const, notice, createdAt: at }
    return { messages: [row] }
  }
}

const conflict = { outcome: 'conflict' } as const satisfies Sent

type FirstSent = {
  seq: Seq
  rev: Rev
  body: string
  replyTo: Seq | null
  at: number
  digest: string | null
  deletedAt: number | null
}

function isSame(first: FirstSent, message: NewMessage): boolean {
  if (first.deletedAt !== null) return true
  if (first.digest !== null) return first.digest === digestOf(message)
  return first.body === message.body && first.replyTo === message.replyTo
}

function added(reactions: Reactions, who: UserId, emoji: string): Reactions | null | 'full' {
  const set = reactions[emoji] ?? []
  if (set.includes(who)) return null
  const lists = Object.values(reactions)
  const total = lists.reduce((sum, list) => sum + list.length, 0)
  if (total >= reactionsMax) return 'full'
  if (set.length === 0 && lists.length >= reactionKindsMax) return 'full'
  return { ...reactions, [emoji]: [...set, who] }
}

function taken(reactions: Reactions, who: UserId, emoji: string): Reactions | null {
  const set = reactions[emoji] ?? []
  if (!set.includes(who)) return null
  const { [emoji]: _, ...others } = reactions
  const left = set.filter((userId) => userId !== who)
  return left.length === 0 ? others : { ...reactions, [emoji]: left }
}

function without(reactions: Reactions, who: UserId): Reactions {
  return Object.keys(reactions).reduce((left, emoji) => taken(left, who, emoji) ?? left, reactions)
}
