// What was said, found: the index tells where, the messages what.

import * as v from 'valibot'
import type { SearchHit } from '../protocol/api/messages.ts'
import type { MessageRow } from '../protocol/changes.ts'
import { excerptOf } from '../protocol/excerpt.ts'
import { Seq } from '../protocol/ids.ts'
import type { Ledger } from './ledger.ts'
import type { Messages } from './messages.ts'
import type { Reader } from './reader.ts'
import type { Found, RoomSearch } from './room-calls.ts'
import type { SearchBacklog } from './search-backlog.ts'
import type { SearchIndex } from './search-index.ts'
import type { Sql } from './sql.ts'

export class Search {
  readonly #sql: Sql
  readonly #ledger: Ledger
  readonly #messages: Messages
  readonly #reader: Reader
  readonly #index: SearchIndex
  readonly #backlog: SearchBacklog

  constructor(parts: {
    sql: Sql
    ledger: Ledger
    messages: Messages
    reader: Reader
    index: SearchIndex
    backlog: SearchBacklog
  }) {
    this.#sql = parts.sql
    this.#ledger = parts.ledger
    this.#messages = parts.messages
    this.#reader = parts.reader
    this.#index = parts.index
    this.#backlog = parts.backlog
  }

  /** Newest first. A message is found from the moment it is written until it is deleted. */
  find({ query, from, beforeMs, afterMs, beforeSeq, limit }: RoomSearch): Found {
    this.#backlog.catchUp(this.#ledger.seq)
    const before = Math.min(
      beforeSeq ?? Number.MAX_SAFE_INTEGER,
      beforeMs === undefined ? Number.MAX_SAFE_INTEGER : this.#firstSince(beforeMs),
    )
    const after = afterMs === undefined ? 0 : this.#firstSince(afterMs) - 1
    const rows = this.#index
      .find({ query, from, before: v.parse(Seq, before), after: v.parse(Seq, after), limit })
      .flatMap((seq) => this.#messages.find(seq) ?? [])
    return { hits: rows.map((row) => hitOf(row, query)), people: this.#reader.peopleIn(rows) }
  }

  /** The first message written at `atMs` or later, one past the head if none: time orders as seq does. */
  #firstSince(atMs: number): number {
    let earlier = 0
    let later = this.#ledger.seq + 1
    while (later - earlier > 1) {
      const middle = Math.floor((earlier + later) / 2)
      if (this.#writtenAt(middle) >= atMs) later = middle
      else earlier = middle
    }
    return later
  }

  #writtenAt(seq: number): number {
    const [row] = this.#sql.run<{ at: number }>(
      'SELECT created_at AS at FROM messages WHERE seq = ?',
      seq,
    )
    if (!row) throw new Error('A seq up to the head has a row.') // [ORD1]
    return row.at
  }
}

function hitOf({ seq, authorId, createdAt, body }: MessageRow, query: string): SearchHit {
  const { text, marks } = excerptOf(body, query)
  return { seq, authorId, createdAt, text, marks: marks.map(([start, end]) => [start, end]) }
}
