// Who flooded and is kept out for a while, longer than an idle object lives. [LIM2, SOK11]

import type { UserId } from '../protocol/ids.ts'
import type { Floods } from './budgets.ts'
import type { Sql } from './sql.ts'

/** A row a flood, in a table that is nearly always empty. */
export class KeptOut implements Floods {
  readonly #sql: Sql
  readonly #until: Map<UserId, number>

  constructor(sql: Sql) {
    this.#sql = sql
    const rows = sql.run<{ user: UserId; until: number }>('SELECT user, until FROM floods')
    this.#until = new Map(rows.map(({ user, until }) => [user, until]))
  }

  get(userId: UserId): number | undefined {
    return this.#until.get(userId)
  }

  set(userId: UserId, untilMs: number): void {
    this.#sql.run('INSERT OR REPLACE INTO floods VALUES (?, ?)', userId, untilMs)
    this.#until.set(userId, untilMs)
  }

  sweep(nowMs: number): void {
    const over = [...this.#until].filter(([, untilMs]) => untilMs <= nowMs)
    if (over.length === 0) return
    this.#sql.run('DELETE FROM floods WHERE until <= ?', nowMs)
    for (const [userId] of over) this.#until.delete(userId)
  }
}
