import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Batch } from '../durable/meter-calls.ts'
import { meterDelayMs, meterLeaseMs } from '../protocol/limits.ts'
import { MeterLink } from './meter.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function linked(add: (batch: Batch) => Promise<void> = async () => {}) {
  const batches: Batch[] = []
  const calls = {
    add: (batch: Batch) => {
      batches.push(batch)
      return add(batch)
    },
    read: async () => ({ sums: [], peaks: [] }),
  }
  return { link: new MeterLink({ METER: { getByName: () => calls } }), batches }
}

it('[OPS1] one request carries what all of them count, a moment later', async () => {
  const { link, batches } = linked()
  link.counts.add('roomsCreated', {})
  const carried = link.later()
  link.counts.add('roomsCreated', {})
  expect([carried === null, link.later()]).toEqual([false, null])
  await vi.advanceTimersByTimeAsync(meterDelayMs - 1)
  expect(batches).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await carried
  expect(batches.map(({ sums }) => sums)).toEqual([[['parley_rooms_created', 2]]])
  expect(link.later()).not.toBeNull() // Another carries what comes now.
})

it('[OPS1] when that request was cut off, another carries it after its time', () => {
  const { link } = linked()
  void link.later()
  vi.clearAllTimers() // The platform forgot it.
  vi.setSystemTime(Date.now() + meterDelayMs + meterLeaseMs - 1)
  expect(link.later()).toBeNull()
  vi.setSystemTime(Date.now() + 1)
  expect(link.later()).not.toBeNull()
})

it('[OPS1] a meter that is away fails nothing, and loses nothing that it comes back for', async () => {
  const state = { isAway: true }
  const { link, batches } = linked(async () => {
    if (state.isAway) throw new Error('Away.')
  })
  link.counts.add('roomsCreated', {})
  await link.passOn()
  state.isAway = false
  await link.passOn()
  expect(batches.map(({ id }) => id === batches[0]?.id)).toEqual([true, true])
})

it('[OPS1] without a meter there is nothing to wait for, and nothing to read', async () => {
  const link = new MeterLink({})
  expect(link.later()).toBeNull()
  await expect(link.read()).rejects.toMatchObject({ code: 'unavailable' })
})
