// What is due when, behind the object's one alarm. A row an entry, so that it outlives the object.

import type { Sql } from './sql.ts'

/**
 * `expiry`: a socket's token ends soon, or now. `presence`: somebody may be gone. `archive`: Postgres has
 * not seen the latest changes. `index`: messages are not in the search index yet. `signIns`: Postgres
 * could not be asked about some. `webhooks`: receivers have not heard of the latest changes. `forgetting`: what
 * somebody said, whose account was deleted, is here. `counts`: something was counted that the meter does
 * not know of.
 */
export type Due =
  | 'expiry'
  | 'presence'
  | 'archive'
  | 'index'
  | 'signIns'
  | 'webhooks'
  | 'forgetting'
  | 'counts'

/** The platform's one alarm: setting it again replaces it. */
export type SetAlarm = (atMs: number) => void

export class Agenda {
  readonly #sql: Sql
  readonly #setAlarm: SetAlarm
  readonly #entries: Map<Due, number>

  constructor(sql: Sql, setAlarm: SetAlarm) {
    this.#sql = sql
    this.#setAlarm = setAlarm
    const rows = sql.run<{ kind: Due; due: number }>('SELECT kind, due FROM agenda')
    this.#entries = new Map(rows.map(({ kind, due }) => [kind, due]))
  }

  /** Puts `kind` on the agenda, or brings it forward; never puts it off. */
  arm(kind: Due, dueMs: number): void {
    const known = this.#entries.get(kind)
    if (known !== undefined && known <= dueMs) return
    const before = this.#next()
    this.#put(kind, dueMs)
    if (dueMs < before) this.#setAlarm(dueMs)
  }

  has(kind: Due): boolean {
    return this.#entries.has(kind)
  }

  due(nowMs: number): Due[] {
    return [...this.#entries].filter(([, dueMs]) => dueMs <= nowMs).map(([kind]) => kind)
  }

  /**
   * After the work of an entry: when it is due again, or null for never. Until then the entry
   * stands, so that a kill half-way finds it still due.
   */
  settle(kind: Due, dueMs: number | null): void {
    if (dueMs === null) {
      this.#sql.run('DELETE FROM agenda WHERE kind = ?', kind)
      this.#entries.delete(kind)
    } else this.#put(kind, dueMs)
  }

  /**
   * The alarm has rung: set it for whatever is next. Or the object begins: its alarm may have been lost with
   * the one before, which died as it rang, and whatever comes later would rely on it.
   */
  rearm(): void {
    if (this.#entries.size > 0) this.#setAlarm(this.#next())
  }

  #put(kind: Due, dueMs: number): void {
    const upsert = 'INSERT INTO agenda VALUES (?, ?) ON CONFLICT DO UPDATE SET due = excluded.due'
    this.#sql.run(upsert, kind, dueMs)
    this.#entries.set(kind, dueMs) // Only then: an entry without its row would never be armed again.
  }

  #next(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#entries.values())
  }
}
