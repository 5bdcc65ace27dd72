import { expect, it } from 'vitest'
import { meterDelayMs } from '../protocol/limits.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { Agenda } from './agenda.ts'
import type { Batch } from './meter-calls.ts'
import type { Point } from './points.ts'
import { RoomCounts } from './room-counts.ts'
import { migrate } from './schema.ts'

function rig() {
  const sql = nodeSql()
  migrate(sql)
  const agenda = new Agenda(sql, () => {})
  const state = { now: 1_790_000_000_000 }
  const [batches, points]: [Batch[], Point[]] = [[], []]
  const meter = {
    add: async (batch: Batch) => void batches.push(batch),
    read: async () => ({ sums: [], peaks: [] }),
  }
  const counting = new RoomCounts(
    {
      METER: { getByName: () => meter },
      METRICS: { writeDataPoint: (point) => points.push(point) },
    },
    { now: () => state.now, mintId: () => `batch ${batches.length}`, delayMs: meterDelayMs },
  )
  return { agenda, state, batches, points, counting }
}

it('[OPS1] a room passes on a batch in a while, the rest by an alarm and no timer', () => {
  const { agenda, batches, points, counting } = rig()
  counting.counts.add('messagesAccepted', {})
  counting.passOn(agenda)
  expect([batches.length, points.length, agenda.has('counts')]).toEqual([1, 1, false])
})

it('[OPS1] what comes right after waits for its alarm, which nothing puts off', async () => {
  const { agenda, state, batches, counting } = rig()
  counting.passOn(agenda)
  state.now += 1_000
  counting.counts.add('messagesAccepted', {})
  counting.passOn(agenda)
  counting.note(agenda)
  expect(batches).toEqual([])
  expect(agenda.due(state.now + meterDelayMs - 1_001)).toEqual([])
  expect(agenda.due(state.now + meterDelayMs - 1_000)).toEqual(['counts'])
  state.now += meterDelayMs - 1_000
  await Promise.resolve()
  counting.passOn(agenda)
  expect(batches.map(({ sums }) => sums)).toEqual([[['parley_messages_accepted', 1]]])
})

it('[OPS1] nothing is put on the agenda for nothing, or where the mirror runs soon', () => {
  const { agenda, state, counting } = rig()
  counting.note(agenda)
  expect(agenda.has('counts')).toBe(false)
  counting.counts.add('framesRefused', { code: 'muted' })
  agenda.arm('archive', state.now + 1_000)
  counting.note(agenda)
  expect(agenda.has('counts')).toBe(false)
  agenda.settle('archive', null)
  counting.note(agenda)
  expect(agenda.due(state.now + meterDelayMs)).toEqual(['counts'])
})
