// Rows that Postgres refuses: tried again for a while, then left aside until they change. [R15]

import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import type { Rev } from '../protocol/ids.ts'
import { archiveDelayMs, parkedAfterTries } from '../protocol/limits.ts'
import type { Sql } from './sql.ts'

/** One row of the room's. `key` is a message's seq or a member's id. */
export interface RowRef {
  readonly kind: 'message' | 'member'
  readonly key: string
  readonly rev: Rev
}

export class Parked {
  readonly #sql: Sql
  /** Mirrors the table, which is empty in every healthy room: asking it must cost nothing. */
  #isEmpty: boolean

  constructor(sql: Sql) {
    this.#sql = sql
    this.#isEmpty = sql.run('SELECT 1 FROM parked LIMIT 1').length === 0
  }

  /** How many have been given up. */
  get count(): number {
    if (this.#isEmpty) return 0
    const given = 'SELECT count(*) AS given FROM parked WHERE tries >= ?'
    return this.#sql.run<{ given: number }>(given, parkedAfterTries)[0]?.given ?? 0
  }

  /** How often this very row has been refused. */
  triesOf({ kind, key, rev }: RowRef): number {
    const [known] = this.#sql.run<{ tries: number }>(
      'SELECT tries FROM parked WHERE kind = ? AND key = ? AND rev = ?',
      ...[kind, key, rev],
    )
    return known?.tries ?? 0
  }

  /** Refused once more; the next try waits twice as long, and after the last there is none. */
  note({ kind, key, rev }: RowRef, tries: number, nowMs: number): void {
    const due = nowMs + archiveDelayMs * 2 ** (tries - 1)
    this.#sql.run(
      'INSERT OR REPLACE INTO parked (kind, key, rev, tries, due) VALUES (?, ?, ?, ?, ?)',
      ...[kind, key, rev, tries, due],
    )
    this.#isEmpty = false
  }

  /** Those to be tried again by now. */
  due(nowMs: number): RowRef[] {
    if (this.#isEmpty) return []
    return this.#sql
      .run<{ kind: RowRef['kind']; key: string; rev: Rev }>(
        'SELECT kind, key, rev FROM parked WHERE tries < ? AND due <= ?',
        ...[parkedAfterTries, nowMs],
      )
      .map(({ kind, key, rev }) => ({ kind, key, rev }))
  }

  /** When the next try is due, or null. */
  get nextDue(): number | null {
    if (this.#isEmpty) return null
    const [row] = this.#sql.run<{ due: number | null }>(
      'SELECT min(due) AS due FROM parked WHERE tries < ?',
      parkedAfterTries,
    )
    return row?.due ?? null
  }

  /** They are in the mirror, or no longer what they were. */
  forget(refs: readonly RowRef[]): void {
    if (this.#isEmpty) return
    for (const { kind, key } of refs) {
      this.#sql.run('DELETE FROM parked WHERE kind = ? AND key = ?', kind, key)
    }
    this.#isEmpty = this.#sql.run('SELECT 1 FROM parked LIMIT 1').length === 0
  }
}

export function refOf(row: MessageRow | MemberRow): RowRef {
  return 'seq' in row
    ? { kind: 'message', key: String(row.seq), rev: row.rev }
    : { kind: 'member', key: row.userId, rev: row.rev }
}
