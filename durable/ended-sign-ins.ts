// The sign-ins that ended, for as long as a token of theirs may still verify. [AUT2]

import type { SessionId } from '../protocol/ids.ts'
import type { Sql } from './sql.ts'

export class EndedSignIns {
  readonly #sql: Sql
  readonly #until: Map<SessionId, number>

  constructor(sql: Sql) {
    this.#sql = sql
    const rows = sql.run<{ session: SessionId; until: number }>('SELECT * FROM ended_sign_ins')
    this.#until = new Map(rows.map(({ session, until }) => [session, until]))
  }

  has(session: SessionId): boolean {
    return this.#until.has(session)
  }

  add(sessions: readonly SessionId[], untilMs: number): void {
    this.#sql.atomically(() => {
      for (const session of sessions) {
        this.#sql.run('INSERT OR REPLACE INTO ended_sign_ins VALUES (?, ?)', session, untilMs)
      }
    })
    for (const session of sessions) this.#until.set(session, untilMs)
  }

  /** Forgets those whose tokens have all run out by themselves. */
  sweep(nowMs: number): void {
    const over = [...this.#until].filter(([, until]) => until <= nowMs)
    if (over.length === 0) return
    this.#sql.run('DELETE FROM ended_sign_ins WHERE until <= ?', nowMs)
    for (const [session] of over) this.#until.delete(session)
  }
}
