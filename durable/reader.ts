// A ledger read as "what changed since", as a snapshot and as pages of history. It never writes.

import type { HistoryQuery } from '../protocol/api/messages.ts'
import type { MessageRow, Person } from '../protocol/changes.ts'
import type { Rev, UserId } from '../protocol/ids.ts'
import { pageBytesMax, pageRowsMax, snapshotMessages } from '../protocol/limits.ts'
import type { Role } from '../protocol/permissions.ts'
import { inRevOrder } from './in-rev-order.ts'
import type { Ledger } from './ledger.ts'
import type { Members } from './members.ts'
import { namedBy, type Page, pageOf, type Stamped } from './page.ts'
import type { MemberEntry } from './room-calls.ts'
import {
  columns,
  entryOf,
  memberOf,
  messageOf,
  rankSql,
  type StoredEntry,
  type StoredMember,
  type StoredMessage,
} from './rows.ts'
import type { Sql, SqlValue } from './sql.ts'

export class Reader {
  readonly #sql: Sql
  readonly #ledger: Ledger
  readonly #members: Members

  constructor(sql: Sql, ledger: Ledger, members: Members) {
    this.#sql = sql
    this.#ledger = ledger
    this.#members = members
  }

  /**
   * Every row changed after `after`, once, in its present form, in rev order; at most one page of
   * them. The one read behind catch-up, the live stream and the archive. A reader in a crowd is
   * spared most members' rows. [SOK2, SOK15]
   */
  changesSince(after: Rev, reader: UserId | 'archive', limits = framePage): Page {
    const { room, rev: head } = this.#ledger
    const changed = inRevOrder([
      this.#births(after),
      this.#alterations(after),
      ...this.#memberRows(after, reader),
      room.rev > after ? [{ kind: 'room', row: room }] : [],
    ])
    return pageOf(changed, { head, limits, person: this.#people() })
  }

  /** How many rows `changesSince` would bring in all, counted no further than one over `max`. */
  countSince(after: Rev, reader: UserId, max: number): number {
    const start = this.#firstBornAfter(after)
    const [altered] = this.#sql.run<{ rows: number }>(
      `SELECT count(*) AS rows FROM
         (SELECT 1 FROM messages WHERE altered > ? AND seq < ? LIMIT ?)`,
      ...[after, start, max + 1],
    )
    const members = this.#toldTo(reader).map(({ which, values }) =>
      this.#sql.run<{ rows: number }>(
        `SELECT count(*) AS rows FROM (SELECT 1 FROM members WHERE rev > ? AND ${which} LIMIT ?)`,
        ...[after, ...values, max + 1],
      ),
    )
    const counted = [altered, ...members.flat()].reduce((sum, one) => sum + (one?.rows ?? 0), 0)
    const births = this.#ledger.seq + 1 - start
    return births + counted + (this.#ledger.room.rev > after ? 1 : 0)
  }

  /** What a first visit needs: the newest messages, who is in, the room. [SOK3, SOK15] */
  snapshot(reader: UserId): Page {
    const members = this.#toldTo(reader).flatMap(({ which, values }) =>
      this.#sql
        .run<StoredMember>(
          `SELECT ${columns.member} FROM members WHERE state = 'joined' AND ${which} ORDER BY rev`,
          ...values,
        )
        .map(memberOf),
    )
    members.sort((one, other) => one.rev - other.rev)
    const messages = this.#newest(snapshotMessages)
    const rows = { messages, members, room: this.#ledger.room }
    const people = this.peopleIn(messages)
    return { to: this.#ledger.rev, rows, people, altered: new Set(), more: false }
  }

  /** Messages in seq order; around a seq, half on either side. */
  history({ before, after, around, limit }: HistoryQuery): readonly MessageRow[] {
    if (before !== undefined) return this.#upTo(before - 1, limit)
    if (after !== undefined) return this.#from(after + 1, limit)
    if (around === undefined) return this.#newest(limit)
    const half = Math.floor(limit / 2)
    return [...this.#upTo(around, limit - half), ...this.#from(around + 1, half)]
  }

  /** Both ends included. */
  range(first: number, last: number): readonly MessageRow[] {
    return this.#messages('WHERE seq >= ? AND seq <= ? ORDER BY seq', first, last)
  }

  /** Who is in, by rank, then name, then id: first the rest of a rank, then the ranks below. */
  members(
    after: { role: Role; name: string; id: UserId } | null,
    limit: number,
  ): readonly MemberEntry[] {
    const below = `${rankSql} > ? ORDER BY ${rankSql}, name, user`
    if (!after) return this.#listed(below, [-1], limit)
    const at = rank[after.role]
    const same = [at, after.name, after.id]
    const beside = `${rankSql} = ? AND (name, user) > (?, ?) ORDER BY name, user`
    const equals = this.#listed(beside, same, limit)
    return [...equals, ...this.#listed(below, [at], limit - equals.length)]
  }

  /** Whom the room keeps out, by id. */
  bans(after: UserId | null, limit: number): readonly Person[] {
    return this.#sql.run<Person & Record<string, SqlValue>>(
      `SELECT user AS id, name, avatar FROM members
       WHERE state = 'banned' AND user > ? ORDER BY user LIMIT ?`,
      ...[after ?? '', limit],
    )
  }

  /** The people that these messages name, each once. */
  peopleIn(messages: readonly MessageRow[]): readonly Person[] {
    const person = this.#people()
    return [...new Set(messages.flatMap(namedBy))].flatMap((id) => person(id) ?? [])
  }

  #listed(which: string, values: readonly SqlValue[], limit: number): MemberEntry[] {
    const found = this.#sql.run<StoredEntry>(
      `SELECT user AS id, name, avatar, role, muted_until AS mutedUntil, rights IS NOT NULL AS isBot
       FROM members INDEXED BY members_listed
       WHERE state = 'joined' AND ${which} LIMIT ?`,
      ...[...values, limit],
    )
    return found.map(entryOf)
  }

  *#births(after: Rev): Generator<Stamped> {
    let from = this.#firstBornAfter(after)
    for (;;) {
      const which = 'WHERE seq >= ? AND altered IS NULL ORDER BY seq LIMIT ?'
      const rows = this.#messages(which, from, sliceRows)
      for (const row of rows) yield { kind: 'message', row, isBirth: true }
      if (rows.length < sliceRows) return
      from = (rows.at(-1)?.seq ?? 0) + 1
    }
  }

  *#alterations(after: Rev): Generator<Stamped> {
    for (let from: readonly [rev: number, seq: number] = [after, Number.MAX_SAFE_INTEGER]; ; ) {
      // Of one rev there may be many, so the rev alone is no place to go on from.
      const which = 'WHERE altered >= ? AND (altered, seq) > (?, ?) ORDER BY altered, seq LIMIT ?'
      const rows = this.#messages(which, from[0], ...from, sliceRows)
      for (const row of rows) yield { kind: 'message', row, isBirth: false }
      const last = rows.at(-1)
      if (!last || rows.length < sliceRows) return
      from = [last.rev, last.seq]
    }
  }

  #memberRows(after: Rev, reader: UserId | 'archive'): Generator<Stamped>[] {
    return this.#toldTo(reader).map((told) => this.#membersAmong(told, after))
  }

  *#membersAmong({ which, values }: Told, after: Rev): Generator<Stamped> {
    for (let from: readonly [rev: number, user: string] = [after, lastOfAll]; ; ) {
      const rows = this.#sql.run<StoredMember>(
        `SELECT ${columns.member} FROM members
         WHERE rev >= ? AND (rev, user) > (?, ?) AND ${which} ORDER BY rev, user LIMIT ?`,
        ...[from[0], ...from, ...values, sliceRows],
      )
      for (const row of rows) yield { kind: 'member', row: memberOf(row) }
      const last = rows.at(-1)
      if (!last || rows.length < sliceRows) return
      from = [last.rev, last.userId]
    }
  }

  /** Whose rows a reader is told, no row twice. The archive is told of everybody. [SOK15] */
  #toldTo(reader: UserId | 'archive'): readonly Told[] {
    const isEverybody = reader === 'archive' || !this.#ledger.isCrowd
    return isEverybody ? [everybody] : [notable, { ...ordinary, values: [reader] }]
  }

  /**
   * The first seq whose birth a reader at `after` has not seen; one past the head when there is
   * none. No rev gives birth to two, so as many births as revs are unseen at most: where everything
   * since is a birth, one look-up finds the place. Else doubling steps from there and halving do.
   */
  #firstBornAfter(after: Rev): number {
    const { seq: head, rev } = this.#ledger
    let seen = Math.max(0, head - (rev - after))
    let unseen = head + 1
    for (let step = 1; seen + step < unseen; step *= 2) {
      if (this.#bornAt(seen + step) > after) unseen = seen + step
      else seen += step
    }
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
    return this.#messages('WHERE seq <= ? ORDER BY seq DESC LIMIT ?', seq, limit).reverse()
  }

  #from(seq: number, limit: number): MessageRow[] {
    return this.#messages('WHERE seq >= ? ORDER BY seq LIMIT ?', seq, limit)
  }

  #messages(which: string, ...values: number[]): MessageRow[] {
    const select = `SELECT ${columns.message} FROM messages ${which}`
    return this.#sql.run<StoredMessage>(select, ...values).map(messageOf)
  }

  /** Looks each person up once a page. */
  #people(): (id: UserId) => Person | null {
    const known = new Map<UserId, Person | null>()
    return (id) => {
      const found = known.get(id)
      if (found !== undefined) return found
      const person = this.#members.person(id)
      known.set(id, person)
      return person
    }
  }
}

/** After every id: all rows of a rev that was read to its end are behind it. */
const lastOfAll = '\uffff'

/** Rows read at once: what a page does not take was read for nothing. */
const sliceRows = 200

const framePage = { rows: pageRowsMax, bytes: pageBytesMax }

/** A part of the members' rows, each part with an index of its own. */
interface Told {
  readonly which: string
  readonly values: readonly string[]
}

const everybody: Told = { which: '1', values: [] }

/** In a crowd: whoever has, or ever had, another role or a sanction; and oneself, if ordinary. */
const notable: Told = { which: 'notable = 1', values: [] }
const ordinary = { which: 'user = ? AND notable = 0' }

const rank: Record<Role, number> = { owner: 0, moderator: 1, member: 2, guest: 3 }
