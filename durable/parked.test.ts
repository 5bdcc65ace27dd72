import { expect, it } from 'vitest'
import { archiveDelayMs, parkedAfterTries } from '../protocol/limits.ts'
import { rev } from '../test/support/ids.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { Parked, type RowRef } from './parked.ts'
import { migrate } from './schema.ts'

function fresh() {
  const sql = nodeSql()
  migrate(sql)
  return { sql, parked: new Parked(sql) }
}

const row = (key: string, at: number): RowRef => ({ kind: 'message', key, rev: rev(at) })

it('[R15] each try waits twice as long as the one before, and after the last there is none', () => {
  const { parked } = fresh()
  const waits: (number | null)[] = []
  for (let tries = 1; tries <= parkedAfterTries; tries += 1) {
    parked.note(row('7', 9), tries, 1_000)
    expect(parked.count).toBe(tries < parkedAfterTries ? 0 : 1)
    waits.push(parked.nextDue && parked.nextDue - 1_000)
  }
  expect(waits).toEqual([1, 2, 4, 8].map((times) => times * archiveDelayMs).concat([null!]))
  expect(parked.due(Number.MAX_SAFE_INTEGER)).toEqual([])
})

it('[R15] a row is due from its moment on, and not before', () => {
  const { parked } = fresh()
  parked.note(row('7', 9), 1, 0)
  parked.note({ kind: 'member', key: '7', rev: rev(3) }, 2, 0)
  expect(parked.due(archiveDelayMs - 1)).toEqual([])
  expect(parked.due(archiveDelayMs)).toEqual([row('7', 9)])
  expect(parked.due(2 * archiveDelayMs)).toHaveLength(2)
})

it('[R15] a row that changed is another row: its tries begin anew', () => {
  const { parked } = fresh()
  parked.note(row('7', 9), parkedAfterTries, 0)
  expect(parked.triesOf(row('7', 9))).toBe(parkedAfterTries)
  expect(parked.triesOf(row('7', 12))).toBe(0)
  parked.note(row('7', 12), 1, 0)
  expect(parked.count).toBe(0)
})

it('[R15] outlives the object, and asks nothing of storage while it is empty', () => {
  const { sql, parked } = fresh()
  parked.note(row('7', 9), parkedAfterTries, 0)
  const later = new Parked(sql)
  expect(later.count).toBe(1)
  later.forget([row('7', 12)])
  const before = sql.statements
  expect([later.count, later.nextDue, later.due(9e15)]).toEqual([0, null, []])
  later.forget([row('8', 1)])
  expect(sql.statements).toBe(before)
})
