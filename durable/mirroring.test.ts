// What becomes of rows that Postgres refuses: found, set aside, tried again, and in nobody's way. [R15]

import { describe, expect, it } from 'vitest'
import { archiveRowsMax, parkedAfterTries } from '../protocol/limits.ts'
import { newEpoch, seq, userId } from '../test/support/ids.ts'
import { asker, owner } from '../test/support/local-room.ts'
import { keysOf, PickyRoom } from '../test/support/picky-room.ts'
import { beginEpoch } from './backup.ts'

const messageKeys = (count: number) => Array.from({ length: count }, (_, n) => `message ${n + 1}`)

/** Tries until a row is given up: 1 + 2 + 4 + 8 seconds, and one to spare. */
const whileTriedMs = 16_000

describe('refused rows', () => {
  it.each([
    ['none', []],
    ['the first', [1]],
    ['the last', [40]],
    ['two side by side', [20, 21]],
    ['two far apart', [3, 37]],
    ['all of them', Array.from({ length: 40 }, (_, n) => n + 1)],
  ])(
    '[R15] %s of forty: all others are in after one run, and the cursor is at the head',
    async (_, bad) => {
      const room = new PickyRoom()
      for (let n = 0; n < 40; n += 1) room.post(owner.id)
      for (const n of bad) room.bad.add(`message ${n}`)
      await room.open.archive.run()
      const wanted = messageKeys(40).filter((key) => !room.bad.has(key))
      expect(messageKeys(40).filter((key) => room.rows.has(key))).toEqual(wanted)
      expect(room.rows.has(`member ${owner.id}`)).toBe(true)
      expect(room.open.archive.state).toMatchObject({ archived: 41, failures: 0, parked: 0 })
      expect(room.asked.at(-1)).toMatchObject({ seq: 40, memberCount: 1 })
    },
  )

  it('[R15] a member at fault as well as a message', async () => {
    const room = new PickyRoom()
    for (const n of [2, 3, 4]) room.join(n)
    room.post(userId(3))
    room.bad.add(`member ${userId(3)}`).add('message 2')
    await room.archiveFor(whileTriedMs)
    expect([...room.rows.keys()].sort()).toEqual(
      [
        ...[1, 2, 4].map((n) => `member ${userId(n)}`),
        ...[1, 3, 4].map((n) => `message ${n}`),
      ].sort(),
    )
    expect(room.reported.map(({ kind, key }) => [kind, key]).sort()).toEqual([
      ['member', userId(3)],
      ['message', '2'],
    ])
    expect(room.parked).toBe(2)
  })

  it('[API5 R15] a refused row is news of the room all the same', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.passMs(5_000)
    room.post(owner.id)
    room.bad.add('message 2')
    await room.open.archive.run()
    expect(room.asked.at(-1)).toMatchObject({ to: 3, newestAt: room.nowMs, messages: [] })
  })

  it('[R15] one bad row of a whole batch costs a few dozen questions', async () => {
    const room = new PickyRoom()
    for (let n = 0; n < archiveRowsMax - 1; n += 1) room.post(owner.id)
    room.bad.add('message 77')
    await room.open.archive.run()
    expect(room.asked.length).toBeLessThan(40)
    expect(room.rows.size).toBe(archiveRowsMax - 1)
  })

  it('[R15] is tried five times at growing distances, then put on record once and left alone', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.bad.add('message 1')
    const startedAt = room.nowMs
    const triedAt: number[] = []
    const { mirror } = room
    room.mirror = async (batch) => {
      const [only, ...others] = keysOf(batch)
      if (only?.[0] === 'message 1' && others.length === 0) triedAt.push(room.nowMs - startedAt)
      return mirror(batch)
    }
    await room.archiveFor(3_600_000)
    expect(triedAt).toEqual([0, 1_000, 3_000, 7_000, 15_000])
    expect(triedAt).toHaveLength(parkedAfterTries)
    expect(room.reported).toEqual([{ kind: 'message', key: '1', rev: 2 }])
    expect(room.parked).toBe(1)
    room.post(owner.id)
    await room.archiveFor(3_600_000)
    expect(room.rows.has('message 2')).toBe(true)
    expect(triedAt).toHaveLength(parkedAfterTries)
  })

  it('[R15] one that was given up is in as soon as it says something else', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.bad.add('message 1')
    await room.archiveFor(whileTriedMs)
    expect(room.parked).toBe(1)
    room.bad.clear()
    await room.archiveFor(3_600_000)
    expect(room.rows.has('message 1')).toBe(false) // It is left alone until it changes.
    room.open.room.edit(asker(owner.id), { seq: seq(1), body: 'Better' })
    await room.archiveFor(1_000)
    expect(room.rows.get('message 1')).toBe(3)
    expect(room.parked).toBe(0)
  })

  it('[R15] one that is taken at a later try is forgotten', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.bad.add('message 1')
    await room.archiveFor(2_000)
    room.bad.clear()
    await room.archiveFor(whileTriedMs)
    expect(room.rows.has('message 1')).toBe(true)
    expect(room.sql.run('SELECT * FROM parked')).toEqual([])
    expect([room.parked, room.reported]).toEqual([0, []])
  })

  it('[R15] one that changes between two tries comes as what it is now, and starts anew', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.bad.add('message 1')
    await room.archiveFor(8_000)
    room.open.room.edit(asker(owner.id), { seq: seq(1), body: 'No better' })
    await room.archiveFor(8_000)
    expect([room.parked, room.reported]).toEqual([0, []])
    await room.archiveFor(8_000)
    expect(room.reported).toEqual([{ kind: 'message', key: '1', rev: 3 }])
  })
})

it('[R15 R8] another life gives every row that was given up its tries again', async () => {
  const room = new PickyRoom()
  room.post(owner.id)
  room.bad.add('message 1')
  await room.archiveFor(whileTriedMs)
  beginEpoch(room.sql, newEpoch())
  room.restart()
  expect(room.parked).toBe(0)
  await room.archiveFor(whileTriedMs)
  expect([room.parked, room.reported.length]).toEqual([1, 2])
})
