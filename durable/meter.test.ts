import { describe, expect, it } from 'vitest'
import { meterBatchKeptMs, meterLeaseMs, meterPeakMs, meterSeriesMax } from '../protocol/limits.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { Meter } from './meter.ts'
import type { Batch, MeterCalls } from './meter-calls.ts'
import { PassingOn } from './passing-on.ts'
import { type Point, roomDoubles, roomPoint, write } from './points.ts'
import { closeLabel } from './sockets-closed.ts'

const batch = (id: string, sums: Batch['sums'], peaks: Batch['peaks'] = []) => ({ id, sums, peaks })
const at = 1_790_000_000_000

describe('[OPS1] the meter', () => {
  it('adds up what all of them counted, and keeps it', () => {
    const sql = nodeSql()
    const meter = new Meter(sql)
    meter.add(batch('a', [['x', 2]]), at)
    meter.add(
      batch('b', [
        ['x', 3],
        ['y\tz', 0.5],
      ]),
      at,
    )
    const all = {
      sums: [
        ['x', 5],
        ['y\tz', 0.5],
      ],
      peaks: [],
    }
    expect(meter.read(at)).toEqual(all)
    expect(new Meter(sql).read(at)).toEqual(all)
  })

  it('counts a batch once, however often it comes, for as long as it may', () => {
    const meter = new Meter(nodeSql())
    for (const later of [0, 1, meterBatchKeptMs]) meter.add(batch('a', [['x', 1]]), at + later)
    expect(meter.read(at).sums).toEqual([['x', 1]])
    meter.add(batch('b', [['x', 1]]), at + meterBatchKeptMs + 1) // Forgets the first.
    meter.add(batch('a', [['x', 1]]), at + meterBatchKeptMs + 1)
    expect(meter.read(at).sums).toEqual([['x', 3]])
  })

  it('tells the greatest value of the last minutes, and then no more', () => {
    const meter = new Meter(nodeSql())
    meter.add(batch('a', [], [['lag', 9]]), at)
    meter.add(batch('b', [], [['lag', 4]]), at + 1_000)
    meter.add(batch('c', [], [['lag', 2]]), at + 2 * 60_000)
    expect(meter.read(at + meterPeakMs).peaks).toEqual([['lag', 9]])
    expect(meter.read(at + meterPeakMs + 60_000).peaks).toEqual([['lag', 2]])
    expect(meter.read(at + 2 * meterPeakMs).peaks).toEqual([])
  })

  it('takes no more series than there can be, and goes on with those it has', () => {
    const meter = new Meter(nodeSql())
    const many = Array.from({ length: meterSeriesMax }, (_, n) => [`s${n}`, 1] as const)
    meter.add(batch('a', many), at)
    meter.add(
      batch('b', [
        ['one more', 1],
        ['s0', 1],
      ]),
      at,
    )
    const sums = new Map(meter.read(at).sums)
    expect([sums.size, sums.get('s0'), sums.has('one more')]).toEqual([meterSeriesMax, 2, false])
  })
})

describe('[OPS1] passing on', () => {
  function rig() {
    const meter = new Meter(nodeSql())
    const sent: string[] = []
    const state = { now: at, add: async (one: Batch) => meter.add(one, state.now) }
    let ids = 0
    const calls: MeterCalls = {
      add: async (one) => {
        sent.push(one.id)
        await state.add(one)
      },
      read: async () => meter.read(state.now),
    }
    const mintId = () => {
      ids += 1
      return `batch ${ids}`
    }
    const passing = new PassingOn({ meter: () => calls, mintId, now: () => state.now })
    return { meter, sent, state, passing }
  }

  it('sends again what may not have arrived, so that it counts once', async () => {
    const { meter, sent, state, passing } = rig()
    state.add = async (one) => {
      meter.add(one, at)
      throw new Error('The answer was lost.')
    }
    passing.counts.add('roomsCreated', {})
    await passing.run()
    passing.counts.add('roomsCreated', {})
    state.add = async (one) => meter.add(one, at)
    await passing.run()
    expect(sent).toEqual(['batch 1', 'batch 1', 'batch 2'])
    expect(meter.read(at).sums).toEqual([['parley_rooms_created', 2]])
  })

  it('has one run at a time, and another when that was forgotten half-way', async () => {
    const { meter, sent, state, passing } = rig()
    passing.counts.add('roomsCreated', {})
    state.add = () => new Promise(() => {})
    void passing.run()
    await passing.run()
    expect(sent).toEqual(['batch 1'])
    state.add = async (one) => meter.add(one, at)
    state.now += meterLeaseMs
    await passing.run()
    expect(sent).toEqual(['batch 1', 'batch 1'])
    expect(meter.read(at).sums).toEqual([['parley_rooms_created', 1]])
  })

  it('keeps what it counted while there is no meter', async () => {
    const passing = new PassingOn({ meter: () => null, mintId: () => 'x', now: () => at })
    passing.counts.add('roomsCreated', {})
    await passing.run()
    expect(passing.counts.take()?.sums).toEqual([['parley_rooms_created', 1]])
    expect(passing.counts.take()).toBeNull()
  })
})

it('[OPS2] a room’s point has its sums over all labels, in order, and no id', () => {
  const sums = [
    ['parley_messages_accepted', 3],
    ['parley_messages_refused\tmuted', 1],
    ['parley_messages_refused\tbusy', 2],
    ['parley_mirror_lag_seconds\tsum', 9],
  ] as const
  const { doubles, blobs, indexes } = roomPoint({ sums, peaks: [] })
  expect([indexes, blobs]).toEqual([['room'], ['room']])
  expect(doubles).toEqual([3, 3, ...roomDoubles.slice(2).map(() => 0)])
  const points: Point[] = []
  write({ writeDataPoint: (point) => points.push(point) }, { indexes, blobs, doubles })
  expect(points).toEqual([{ indexes, blobs, doubles }])
  const full = () => {
    throw new Error('Too many.')
  }
  expect(() => write({ writeDataPoint: full }, { indexes, blobs, doubles })).not.toThrow()
})

it('[OPS1] a peer’s own close code is no label', () => {
  expect([1000, 1006, 4401, 4999, 3000, 0].map(closeLabel)).toEqual([
    ...['1000', '1006', '4401', 'other', 'other', 'other'],
  ])
})
