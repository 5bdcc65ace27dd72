// A room whose Postgres refuses the rows it is told to, and remembers what it was asked.

import type { Batch } from '../../database/archive.ts'
import { LocalRoom } from './local-room.ts'

class Refused extends Error {}

/** What Postgres has: rows by key, and the batches it was asked to take. */
export class PickyRoom extends LocalRoom {
  readonly rows = new Map<string, number>()
  readonly asked: Batch[] = []
  readonly bad = new Set<string>()

  constructor() {
    super()
    this.refusesRows = (error) => error instanceof Refused
    this.mirror = async (batch) => {
      this.asked.push(batch)
      const rows = keysOf(batch)
      if (rows.some(([key]) => this.bad.has(key))) throw new Refused('A row is at fault.')
      for (const [key, at] of rows) this.rows.set(key, at)
      return this.directory
    }
  }

  /** The archive as the alarm would run it, on and on for so long. */
  async archiveFor(ms: number): Promise<void> {
    const end = this.nowMs + ms
    for (;;) {
      await this.open.archive.run()
      const { retryDue } = this
      if (retryDue === null || retryDue > end) break
      this.nowMs = Math.max(this.nowMs, retryDue)
    }
    this.nowMs = end
  }

  get retryDue(): number | null {
    const [row] = this.sql.run<{ due: number }>("SELECT due FROM agenda WHERE kind = 'archive'")
    return row?.due ?? null
  }

  get parked(): number {
    return this.open.archive.state.parked
  }
}

export const keysOf = ({ messages, members }: Batch): [string, number][] => [
  ...messages.map(({ seq: at, rev }): [string, number] => [`message ${at}`, rev]),
  ...members.map(({ userId: id, rev }): [string, number] => [`member ${id}`, rev]),
]
