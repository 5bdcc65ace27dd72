// A step of the mirror that is cut short: by a crash, by the weather, by the end of the room. [R14, D-22]

import { describe, expect, it } from 'vitest'
import type { Batch } from '../database/archive.ts'
import { owner } from '../test/support/local-room.ts'
import { PickyRoom } from '../test/support/picky-room.ts'
import type { RowRef } from './parked.ts'

describe('in the midst of it', () => {
  it('[R15] a crash between the record and the note tells it twice, never not at all', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.bad.add('message 1')
    await room.archiveFor(8_000)
    const { sql } = room
    const run = sql.run.bind(sql)
    sql.run = (statement, ...values) => {
      if (statement.includes('INTO parked')) throw new Error('The object died here.')
      return run(statement, ...values)
    }
    room.nowMs += 8_000
    await room.open.archive.run()
    sql.run = run
    expect([room.reported.length, room.parked]).toEqual([1, 0])
    room.restart()
    await room.archiveFor(60_000)
    expect([room.reported.length, room.parked]).toEqual([2, 1])
  })

  it('[R14] Postgres goes away while rows are sorted out: put off, and all of it in the end', async () => {
    for (let cutAt = 1; cutAt <= 12; cutAt += 1) {
      const room = new PickyRoom()
      for (let n = 0; n < 8; n += 1) room.post(owner.id)
      room.bad.add('message 3')
      const { mirror } = room
      let asked = 0
      room.mirror = async (batch) => {
        asked += 1
        if (asked === cutAt) throw new Error('Postgres is away.')
        return mirror(batch)
      }
      await room.archiveFor(120_000)
      expect([cutAt, room.rows.size, room.parked]).toEqual([cutAt, 8, 1])
      expect([cutAt, room.open.archive.state.archived]).toEqual([cutAt, 9])
      expect([cutAt, room.reported.length]).toEqual([cutAt, 1])
    }
  })

  it('[D-22] the room is erased: storage is not touched again', async () => {
    for (let at = 1; at <= 8; at += 1) {
      const room = new PickyRoom()
      for (let n = 0; n < 4; n += 1) room.post(owner.id)
      room.bad.add('message 3')
      const { mirror } = room
      let before = 0
      room.mirror = async (batch) => {
        if (room.asked.length === at - 1) {
          room.open.archive.stop()
          before = room.sql.statements
        }
        return mirror(batch)
      }
      await room.open.archive.run()
      expect([at, room.sql.statements]).toEqual([at, before || room.sql.statements])
    }
  })

  /** Erases the room when `isDue`, and counts the statements from then on. */
  function erasing(room: PickyRoom, isDue: (batch: Batch) => boolean) {
    const { mirror } = room
    let before = Number.NaN
    room.mirror = async (batch) => {
      if (isDue(batch)) {
        room.open.archive.stop()
        before = room.sql.statements
      }
      return mirror(batch)
    }
    return () => room.sql.statements - before
  }

  it('[D-22] the room is erased while earlier lives are forgotten: asked no more', async () => {
    const room = new PickyRoom()
    let asked = 0
    let before = Number.NaN
    room.forgetEarlier = async () => {
      asked += 1
      if (asked === 3) {
        room.open.archive.stop()
        before = room.sql.statements
      }
      return asked > 9
    }
    await room.open.archive.run()
    expect([asked, room.asked.length, room.sql.statements - before]).toEqual([3, 0, 0])
  })

  it('[D-22] the room is erased as its last earlier row goes: nothing is read or written', async () => {
    const room = new PickyRoom()
    let before = Number.NaN
    room.forgetEarlier = async () => {
      room.open.archive.stop()
      before = room.sql.statements
      return true
    }
    await room.open.archive.run()
    expect([room.asked.length, room.sql.statements - before]).toEqual([0, 0])
  })

  it('[D-22 SND8] the room is erased while a mark is brought: it stays as it was', async () => {
    const room = new PickyRoom()
    room.join(2)
    const since = erasing(room, ({ marks }) => marks.length > 0)
    await room.open.archive.run()
    expect(since()).toBe(0)
  })

  it('[D-22] the room is erased while a row is tried again: no other is, nothing is noted', async () => {
    for (const isTaken of [true, false]) {
      const room = new PickyRoom()
      for (let n = 0; n < 3; n += 1) room.post(owner.id)
      for (const n of [1, 2]) room.bad.add(`message ${n}`)
      await room.open.archive.run()
      if (isTaken) room.bad.clear()
      room.asked.length = 0
      const since = erasing(room, ({ messages }) => messages.length > 0)
      room.passMs(1_000)
      await room.open.archive.run()
      expect([room.asked.length, since()]).toEqual([1, 0])
    }
  })

  it('[R15] the room is erased while a row is put on record: nothing is noted', async () => {
    const room = new PickyRoom()
    room.post(owner.id)
    room.bad.add('message 1')
    await room.archiveFor(8_000)
    room.nowMs += 8_000
    let before = 0
    const noted: RowRef[] = room.reported
    noted.push = (...rows) => {
      room.open.archive.stop()
      before = room.sql.statements
      return rows.length
    }
    await room.open.archive.run()
    expect(before).toBeGreaterThan(0)
    expect(room.sql.statements).toBe(before)
  })
})
