// Keeps the index in step with the messages: the newest by batches, those older than it by slices.

import type { MessageRow } from '../protocol/changes.ts'
import type { Seq, UserId } from '../protocol/ids.ts'
import { indexBatchRows, indexSliceRows } from '../protocol/limits.ts'
import type { SearchIndex } from './search-index.ts'
import type { Sql } from './sql.ts'

/** The index holds the messages from `from` to `to`. */
type Held = { from: number; to: number }

/**
 * A message by itself costs FTS5 as much as ten in a batch, so the newest wait for company. Whoever
 * searches takes them in first: what was acknowledged is found. A room that is older than its
 * index, or was restored, is filled from the newest down.
 */
export class SearchBacklog {
  readonly #sql: Sql
  readonly #index: SearchIndex
  /** Mirrors its row, and moves only after it. */
  #held: Held

  constructor(sql: Sql, index: SearchIndex) {
    this.#sql = sql
    this.#index = index
    const [row] = sql.run<Held>('SELECT held_from AS "from", held_to AS "to" FROM search_backlog')
    if (!row) throw new Error('The backlog always has its row.')
    this.#held = row
  }

  /** Nothing older than the index is left out of it. */
  get isFilled(): boolean {
    return this.#held.from <= 1
  }

  /** Part of a `write` that puts `body` in the place of what the message said; '' for nothing. */
  replace({ seq, authorId, body: before }: MessageRow, body: string): void {
    if (seq < this.#held.from || seq > this.#held.to) return
    this.#index.remove(seq, authorId, before)
    if (body !== '') this.#index.add(seq, authorId, body)
  }

  /** After each message: takes a batch in when there is one. */
  keepUp(head: Seq): void {
    if (head - this.#held.to >= indexBatchRows) this.catchUp(head)
  }

  /** Before each search: never more than a batch. */
  catchUp(head: Seq): void {
    if (head > this.#held.to) this.#take(this.#held.to + 1, head)
  }

  /** One bounded slice of what is older than the index. */
  fill(): void {
    const { from } = this.#held
    this.#take(Math.max(1, from - indexSliceRows), from - 1)
  }

  /** Newest first, which is the order of the index: against it FTS5 writes each row by itself. */
  #take(first: number, last: number): void {
    const held = { from: Math.min(this.#held.from, first), to: Math.max(this.#held.to, last) }
    this.#sql.atomically(() => {
      const rows = this.#sql.run<{ seq: Seq; author: UserId; body: string }>(
        `SELECT seq, author, body FROM messages WHERE seq >= ? AND seq <= ? AND body <> ''
         ORDER BY seq DESC`,
        ...[first, last],
      )
      for (const { seq, author, body } of rows) this.#index.add(seq, author, body)
      this.#sql.run('UPDATE search_backlog SET held_from = ?, held_to = ?', held.from, held.to)
    })
    this.#held = held
  }
}
