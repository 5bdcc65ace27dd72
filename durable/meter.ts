// All that was counted, a row for each series: added to, batch by batch, and never set back. [OPS1]

import { meterBatchKeptMs, meterPeakMs, meterSeriesMax } from '../protocol/limits.ts'
import type { Batch } from './meter-calls.ts'
import type { Sql } from './sql.ts'
import type { Counted } from './tally.ts'

const minuteMs = 60_000

export class Meter {
  readonly #sql: Sql
  readonly #known: Set<string>

  constructor(sql: Sql) {
    this.#sql = sql
    for (const table of tables) sql.run(table)
    this.#known = new Set(this.#sums().map(([series]) => series))
  }

  /** A batch that came before changes nothing: its sender never heard that it had arrived. */
  add({ id, sums, peaks }: Batch, nowMs: number): void {
    this.#sql.atomically(() => {
      if (this.#sql.run('SELECT 1 AS found FROM batches WHERE id = ?', id).length > 0) return
      this.#sql.run('DELETE FROM batches WHERE at < ?', nowMs - meterBatchKeptMs)
      this.#sql.run('INSERT INTO batches VALUES (?, ?)', id, nowMs)
      for (const [series, value] of sums) if (this.#isKnown(series)) this.#plus(series, value)
      if (peaks.length === 0) return
      this.#sql.run('DELETE FROM peaks WHERE minute < ?', minuteOf(nowMs - meterPeakMs))
      for (const [series, value] of peaks) this.#raise(series, value, minuteOf(nowMs))
    })
  }

  read(nowMs: number): Counted {
    const peaks = this.#sql.run<{ series: string; value: number }>(
      'SELECT series, max(value) AS value FROM peaks WHERE minute >= ? GROUP BY series',
      minuteOf(nowMs - meterPeakMs),
    )
    return { sums: this.#sums(), peaks: peaks.map(({ series, value }) => [series, value]) }
  }

  /** There are a few thousand at most; should a mistake of ours make more, the first ones stay right. */
  #isKnown(series: string): boolean {
    if (this.#known.has(series)) return true
    if (this.#known.size >= meterSeriesMax) return false
    this.#known.add(series)
    return true
  }

  #plus(series: string, value: number): void {
    this.#sql.run(
      'INSERT INTO sums VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
      ...[series, value],
    )
  }

  #raise(series: string, value: number, minute: number): void {
    this.#sql.run(
      'INSERT INTO peaks VALUES (?, ?, ?) ' +
        'ON CONFLICT DO UPDATE SET value = max(value, excluded.value)',
      ...[series, minute, value],
    )
  }

  #sums(): (readonly [string, number])[] {
    return this.#sql
      .run<{ series: string; value: number }>('SELECT series, value FROM sums')
      .map(({ series, value }) => [series, value])
  }
}

const minuteOf = (ms: number) => Math.floor(ms / minuteMs)

const tables = [
  'CREATE TABLE IF NOT EXISTS sums (series TEXT PRIMARY KEY, value REAL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS peaks (series TEXT, minute INTEGER, value REAL, PRIMARY KEY (series, minute)) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID',
]
