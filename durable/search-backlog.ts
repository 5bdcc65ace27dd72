// Keeps the index in step with the messages, and takes in by slices those that came before it.

import type { MessageRow } from '../protocol/changes.ts'
import type { Seq, UserId } from '../protocol/ids.ts'
import { indexSliceRows } from '../protocol/limits.ts'
import type { SearchIndex } from './search-index.ts'
import type { Sql } from './sql.ts'

/**
 * Messages from `#below` on are in the index. A room that is older than its index, or was restored,
 * fills it from the newest down: what people look for is found first.
 */
export class SearchBacklog {
  readonly #sql: Sql
  readonly #index: SearchIndex
  #below: number

  constructor(sql: Sql, index: SearchIndex) {
    this.#sql = sql
    this.#index = index
    const [row] = sql.run<{ below: number }>('SELECT below FROM search_backlog')
    if (!row) throw new Error('The backlog always has its row.')
    this.#below = row.below
  }

  get isEmpty(): boolean {
    return this.#below <= 1
  }

  add(seq: Seq, author: UserId, body: string): void {
    if (seq >= this.#below) this.#index.add(seq, author, body)
  }

  remove({ seq, authorId, body }: MessageRow): void {
    if (seq >= this.#below) this.#index.remove(seq, authorId, body)
  }

  /** One bounded slice of what is left. */
  fill(): void {
    const below = this.#sql.atomically(() => {
      const rows = this.#sql.run<{ seq: Seq; author: UserId; body: string }>(
        `SELECT seq, author, body FROM messages WHERE seq < ? AND seq >= ? AND body <> ''`,
        ...[this.#below, this.#below - indexSliceRows],
      )
      for (const { seq, author, body } of rows) this.#index.add(seq, author, body)
      const left = Math.max(1, this.#below - indexSliceRows)
      this.#sql.run('UPDATE search_backlog SET below = ?', left)
      return left
    })
    this.#below = below
  }
}
