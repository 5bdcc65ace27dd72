// One subject's tries, a row each: counted before they are made, so that no two are let through as one.

import { guessesCountedMs, registrationsWindowMs } from '../protocol/account-limits.ts'
import type { Tries } from './guard-calls.ts'
import { paces, waitMs } from './slowing.ts'
import type { Sql } from './sql.ts'

/** No try says anything after this. */
const keptMs = Math.max(guessesCountedMs, registrationsWindowMs)

export class Guard {
  readonly #sql: Sql
  readonly #ringAt: (atMs: number) => void

  /** `ringAt` sets the alarm after which `forget` is called. */
  constructor(sql: Sql, ringAt: (atMs: number) => void) {
    this.#sql = sql
    this.#ringAt = ringAt
  }

  /** As `GuardCalls` has it. A refusal writes nothing: whoever knocks on costs no more than a read. */
  reserve(tries: Tries, id: string, nowMs: number): number {
    // Every time, for whatever is forgotten is gone with its table.
    this.#sql.run('CREATE TABLE IF NOT EXISTS tries (id TEXT PRIMARY KEY, kind TEXT, at INTEGER)')
    const rows = this.#rows()
    if (rows.some((row) => row.id === id)) return 0
    const times = rows.filter(({ kind }) => kind === tries).map(({ at }) => at)
    const wait = waitMs(paces[tries], times, nowMs)
    if (wait > 0) return wait

    this.#sql.atomically(() => {
      if (rows.length === 0) this.#ringAt(nowMs + keptMs)
      this.#sql.run('DELETE FROM tries WHERE at <= ?', nowMs - keptMs)
      this.#sql.run('INSERT INTO tries VALUES (?, ?, ?)', id, tries, nowMs)
    })
    return 0
  }

  giveBack(id: string): void {
    if (this.#hasTable()) this.#sql.run('DELETE FROM tries WHERE id = ?', id)
  }

  /** When there is something to forget again; null: nothing is left, and nothing need remain. */
  forget(nowMs: number): number | null {
    if (!this.#hasTable()) return null
    this.#sql.run('DELETE FROM tries WHERE at <= ?', nowMs - keptMs)
    const newest = this.#rows().at(-1)
    return newest ? newest.at + keptMs : null
  }

  #rows() {
    return this.#sql.run<{ id: string; kind: Tries; at: number }>(
      'SELECT id, kind, at FROM tries ORDER BY at',
    )
  }

  #hasTable(): boolean {
    return this.#sql.run("SELECT 1 AS found FROM sqlite_master WHERE name = 'tries'").length > 0
  }
}
