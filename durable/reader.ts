// A ledger read as "what changed since", as a snapshot and as pages of history. It never writes.

import type { HistoryQuery } from '../protocol/api/messages.ts'
import type { Member } from '../protocol/api/rooms.ts'
import type { MemberRow, MessageRow, Person } from '../protocol/changes.ts'
import type { Rev, UserId } from '../protocol/ids.ts'
import { pageBytesMax, pageRowsMax, snapshotMessages } from '../protocol/limits.ts'
import type { Role } from '../protocol/permissions.ts'
import type { Ledger } from './ledger.ts'
import { type Page, pageOf, type Stamped } from './page.ts'
import { columns } from './schema.ts'
import type { Sql } from './sql.ts'

export class Reader {
  readonly #sql: Sql
  readonly #ledger: Ledger

  constructor(sql: Sql, ledger: Ledger) {
    this.#sql = sql
    this.#ledger = ledger
  }

  /**
   * Every row changed after `after`, once, in its present form, in rev order; at most one page of
   * them. The one read behind catch-up, the live stream and the archive. [SOK2]
   */
  changesSince(after: Rev, limits = { rows: pageRowsMax, bytes: pageBytesMax }): Page {
    const changed: Stamped[] = [
      ...this.#births(after, limits.rows + 1).map((row) => ({ kind: 'message' as const, row })),
      ...this.#alterations(after, limits.rows + 1).map((row) => ({
        kind: 'message' as const,
        row,
      })),
      ...this.#members(after, limits.rows + 1).map((row) => ({ kind: 'member' as const, row })),
    ]
    const { room } = this.#ledger
    if (room.rev > after) changed.push({ kind: 'room', row: room })
    changed.sort((one, other) => one.row.rev - other.row.rev)
    return pageOf(changed, { head: this.#ledger.rev, limits, person: this.#people() })
  }

  /** How many rows `changesSince` would bring in all, counted no further than one over `max`. */
  countSince(after: Rev, max: number): number {
    const start = this.#firstBornAfter(after)
    const [counted] = this.#sql.run<{ rows: number }>(
      `SELECT (SELECT count(*) FROM (SELECT 1 FROM messages WHERE altered > ? AND seq < ? LIMIT ?))
            + (SELECT count(*) FROM (SELECT 1 FROM members WHERE rev > ? LIMIT ?)) AS rows`,
      ...[after, start, max + 1, after, max + 1],
    )
    const births = this.#ledger.seq + 1 - start
    return births + (counted?.rows ?? 0) + (this.#ledger.room.rev > after ? 1 : 0)
  }

  /** What a first visit needs: the newest messages, who is in, the room. [SOK3] */
  snapshot(): Page {
    const members = this.#sql.run<MemberRow>(
      `SELECT ${columns.member} FROM members WHERE state = 'joined' ORDER BY rev`,
    )
    const messages = this.#newest(snapshotMessages)
    const rows = { messages, members, room: this.#ledger.room }
    return { to: this.#ledger.rev, rows, people: this.authorsOf(messages), more: false }
  }

  /** Messages in seq order; around a seq, half on either side. */
  history({ before, after, around, limit }: HistoryQuery): readonly MessageRow[] {
    if (before !== undefined) return this.#upTo(before - 1, limit)
    if (after !== undefined) return this.#from(after + 1, limit)
    if (around === undefined) return this.#newest(limit)
    const half = Math.floor(limit / 2)
    return [...this.#upTo(around, limit - half), ...this.#from(around + 1, half)]
  }

  /** Who is in, by rank, then name, then id. */
  members(
    after: { role: Role; name: string; id: UserId } | null,
    limit: number,
  ): readonly Member[] {
    const start = after ? [RANK[after.role], after.name, after.id] : [-1, '', '']
    return this.#sql.run<Member>(
      `SELECT user AS id, name, avatar, role FROM members
       WHERE state = 'joined' AND (${RANK_SQL}, name, user) > (?, ?, ?)
       ORDER BY ${RANK_SQL}, name, user LIMIT ?`,
      ...start,
      limit,
    )
  }

  /** The people behind these messages, each once. */
  authorsOf(messages: readonly MessageRow[]): readonly Person[] {
    const person = this.#people()
    return [...new Set(messages.map(({ authorId }) => authorId))].flatMap((id) => person(id) ?? [])
  }

  #births(after: Rev, limit: number): MessageRow[] {
    return this.#sql.run<MessageRow>(
      `SELECT ${columns.message} FROM messages
       WHERE seq >= ? AND altered IS NULL ORDER BY seq LIMIT ?`,
      ...[this.#firstBornAfter(after), limit],
    )
  }

  #alterations(after: Rev, limit: number): MessageRow[] {
    return this.#sql.run<MessageRow>(
      `SELECT ${columns.message} FROM messages WHERE altered > ? ORDER BY altered LIMIT ?`,
      ...[after, limit],
    )
  }

  #members(after: Rev, limit: number): MemberRow[] {
    return this.#sql.run<MemberRow>(
      `SELECT ${columns.member} FROM members WHERE rev > ? ORDER BY rev LIMIT ?`,
      ...[after, limit],
    )
  }

  /**
   * The first seq whose birth a reader at `after` has not seen; one past the head when there is
   * none. Births ascend with seq, so doubling steps back from the head find the span and halving
   * finds the place: a recent cursor costs two look-ups, the oldest of a million some forty.
   */
  #firstBornAfter(after: Rev): number {
    let unseen = this.#ledger.seq + 1
    let step = 1
    while (unseen - step > 0 && this.#bornAt(unseen - step) > after) {
      unseen -= step
      step *= 2
    }
    let seen = Math.max(0, unseen - step)
    while (unseen - seen > 1) {
      const middle = Math.floor((seen + unseen) / 2)
      if (this.#bornAt(middle) > after) unseen = middle
      else seen = middle
    }
    return unseen
  }

  #bornAt(seq: number): number {
    const [row] = this.#sql.run<{ rev: number }>('SELECT rev FROM messages WHERE seq = ?', seq)
    if (!row) throw new Error('A seq up to the head has a row.') // [ORD1]
    return row.rev
  }

  #newest(limit: number): MessageRow[] {
    return this.#upTo(this.#ledger.seq, limit)
  }

  #upTo(seq: number, limit: number): MessageRow[] {
    return this.#sql
      .run<MessageRow>(
        `SELECT ${columns.message} FROM messages WHERE seq <= ? ORDER BY seq DESC LIMIT ?`,
        ...[seq, limit],
      )
      .reverse()
  }

  #from(seq: number, limit: number): MessageRow[] {
    return this.#sql.run<MessageRow>(
      `SELECT ${columns.message} FROM messages WHERE seq >= ? ORDER BY seq LIMIT ?`,
      ...[seq, limit],
    )
  }

  /** Looks each person up once a page. */
  #people(): (id: UserId) => Person | null {
    const known = new Map<UserId, Person | null>()
    return (id) => {
      const found = known.get(id)
      if (found !== undefined) return found
      const member = this.#ledger.member(id)
      const person = member && { id, name: member.name, avatar: member.avatar }
      known.set(id, person)
      return person
    }
  }
}

const RANK: Record<Role, number> = { owner: 0, moderator: 1, member: 2, guest: 3 }
const RANK_SQL =
  "CASE role WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 WHEN 'member' THEN 2 ELSE 3 END"
