// What a room counts, in process: the budgets, the frames, the ends of sockets. [OPS1, D-47]

import { describe, expect, it } from 'vitest'
import { floodRefusalsMax, signsBurst } from '../protocol/limits.ts'
import { asker, LocalRoom, message } from '../test/support/local-room.ts'

function sumsOf({ counts }: LocalRoom): Record<string, number> {
  return Object.fromEntries(counts.take()?.sums ?? [])
}

describe('[OPS1 D-47] a budget that was spent', () => {
  it('is one’s own, until patience ends, and then the flood’s, at the door as well', () => {
    const room = new LocalRoom({ allowance: { burst: 2, perSecond: 0.001 } })
    const ann = room.join(2)
    sumsOf(room)
    const caller = { ...asker(ann), expiresAt: room.nowMs + 900_000 }
    for (let n = 0; n < floodRefusalsMax + 2; n += 1) room.open.room.send(caller, message())
    const sums = sumsOf(room)
    expect(sums['parley_messages_accepted']).toBe(1)
    expect(sums['parley_limits_hit\tcommands']).toBe(floodRefusalsMax - 1)
    expect(sums['parley_limits_hit\tflood']).toBe(2)
    expect(sums['parley_messages_refused\ttooMany']).toBe(2)
    expect(room.open.reception.refuses(caller)?.code).toBe('tooMany')
    expect(sumsOf(room)).toEqual({ 'parley_limits_hit\tflood': 1 })
  })

  it('is the room’s, where all together ask too much', () => {
    const room = new LocalRoom({ roomAllowance: { burst: 1, perSecond: 0.001 } })
    const [ann, bo] = [room.join(2), room.join(3)]
    sumsOf(room)
    for (const one of [ann, bo]) room.open.room.send(asker(one), message())
    const sums = sumsOf(room)
    expect([sums['parley_limits_hit\troom'], sums['parley_messages_refused\tbusy']]).toEqual([1, 1])
  })

  it('is that of typing and reading', () => {
    const room = new LocalRoom()
    const ann = room.attach(room.join(2))
    sumsOf(room)
    for (let n = 0; n <= signsBurst; n += 1) room.say(ann, { type: 'typing', on: true })
    const sums = sumsOf(room)
    expect(sums['parley_limits_hit\tsigns']).toBe(1)
    expect(sums['parley_frames_refused\trateLimited']).toBe(1)
  })
})

it('[OPS1 D-47] a frame counts once for each socket that it goes to', () => {
  const room = new LocalRoom()
  const [ann, bo] = [room.join(2), room.join(3)]
  for (const one of [ann, ann, bo]) room.arrive(one)
  sumsOf(room)
  room.post(ann)
  room.passMs(1_000)
  expect(sumsOf(room)['parley_deliveries']).toBe(3)
})

it('[OPS1 D-47] a socket’s end counts once, whoever ended it', () => {
  const room = new LocalRoom()
  const [ann, bo] = [room.join(2, 'member'), room.join(3)]
  const [one, two, three] = [room.arrive(ann), room.arrive(bo), room.arrive(ann)]
  sumsOf(room)
  const { reception, people } = room.open
  people.leave(asker(bo))
  reception.detach(two!.session, 1000) // The close that answers ours.
  reception.cut(one!.session)
  reception.detach(three!.session)
  reception.detach(three!.session)
  const ends = Object.entries(sumsOf(room)).filter(([series]) => series.includes('closed'))
  expect(Object.fromEntries(ends)).toEqual({
    'parley_sockets_closed\t4403': 1,
    'parley_sockets_closed\t4408': 1,
    'parley_sockets_closed\t1006': 1,
  })
})

it('[OPS1 D-47] a mirror that is late says by how much, whether it failed or wrote', async () => {
  const room = new LocalRoom()
  await room.open.archive.run()
  const { mirror } = room
  room.mirror = async () => {
    throw new Error('Away.')
  }
  sumsOf(room)
  room.post(room.join(2))
  const since = room.nowMs
  room.passMs(7_000)
  await room.open.archive.run()
  const away = room.counts.take()
  expect(new Map(away?.sums).get('parley_mirror_batches\tfailed')).toBe(1)
  expect(away?.peaks[0]?.[1]).toBeGreaterThanOrEqual((room.nowMs - since) / 1000)
  room.mirror = mirror
  room.passMs(3_000)
  await room.open.archive.run()
  const back = room.counts.take()
  expect(new Map(back?.sums).get('parley_mirror_batches\twritten')).toBe(1)
  expect(back?.peaks[0]?.[1]).toBeGreaterThanOrEqual(10)
  await room.open.archive.run()
  expect(room.counts.take()).toBeNull() // There was nothing to be late with.
})
