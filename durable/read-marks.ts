// How far each member has read: no rev, because marks merge by themselves, by the greater. [SND8]

import type { Rev, Seq, UserId } from '../protocol/ids.ts'
import { readsMembersMax } from '../protocol/limits.ts'
import type { Ledger } from './ledger.ts'
import type { Sql } from './sql.ts'

export interface ReadMark {
  readonly userId: UserId
  readonly seq: Seq
}

export class ReadMarks {
  readonly #sql: Sql
  readonly #ledger: Ledger

  constructor(sql: Sql, ledger: Ledger) {
    this.#sql = sql
    this.#ledger = ledger
  }

  of(userId: UserId): Seq {
    const [row] = this.#sql.run<{ seq: Seq }>(
      'SELECT read_seq AS seq FROM members WHERE user = ?',
      userId,
    )
    if (!row) throw new Error('Only members have a mark.')
    return row.seq
  }

  /** Moves the mark up to `seq` or the head, never back; null when it stands there already. */
  move(userId: UserId, seq: Seq): Seq | null {
    const to = seq > this.#ledger.seq ? this.#ledger.seq : seq
    const moved = this.#sql.run(
      `UPDATE members SET read_seq = ?, marked = 1 WHERE user = ? AND read_seq < ?
       RETURNING read_seq`,
      ...[to, userId, to],
    )
    return moved.length > 0 ? to : null
  }

  /** Everybody's, in a room so small that they may be told. */
  all(): ReadMark[] {
    if (!this.arePublic) return []
    return this.#sql.run<{ userId: UserId; seq: Seq }>(
      `SELECT user AS userId, read_seq AS seq FROM members
       WHERE state = 'joined' AND read_seq > 0`,
    )
  }

  get arePublic(): boolean {
    return this.#ledger.room.memberCount <= readsMembersMax
  }

  /** Those the mirror has not seen yet, of members whose rows it has once it has all up to `to`. */
  flagged(limit: number, to: Rev = this.#ledger.rev): ReadMark[] {
    return this.#sql.run<{ userId: UserId; seq: Seq }>(
      `SELECT user AS userId, read_seq AS seq FROM members INDEXED BY members_marked
       WHERE marked IS NOT NULL AND rev <= ? LIMIT ?`,
      ...[to, limit],
    )
  }

  /** The mirror has seen these; one that moved on meanwhile stays flagged. */
  settle(marks: readonly ReadMark[]): void {
    this.#sql.atomically(() => {
      for (const { userId, seq } of marks) {
        const settled = 'UPDATE members SET marked = NULL WHERE user = ? AND read_seq = ?'
        this.#sql.run(settled, userId, seq)
      }
    })
  }
}
