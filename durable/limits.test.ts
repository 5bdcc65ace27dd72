// Limits that the room keeps by itself, at their edges. [R19]

import * as v from 'valibot'
import { expect, it } from 'vitest'
import {
  displacedPauseMs,
  exportLineCharactersMax,
  indexBatchRows,
  metSignInsMax,
  outOfTurnPauseMs,
  presenceEveryMs,
  reactorsNamedMax,
  replayRowsDefault,
  roomCommandsPerSecond,
  signsBurst,
  signsPerSecond,
  socketsPerMemberMax,
} from '../protocol/limits.ts'
import { messageId, newSessionId, rev, seq } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'
import { readRestoration } from './restore.ts'
import { allowancesOf, RoomSettings } from './settings.ts'
import { SignInCheck } from './sign-in-check.ts'

it('[LIM2 R19] signs are refilled at two a second, to the tenth', () => {
  const room = new LocalRoom()
  const ana = asker(room.join(2))
  const mark = () => room.open.signs.markRead(ana, seq(1)).ok
  for (let n = 0; n < signsBurst; n += 1) expect(mark()).toBe(true)
  expect(mark()).toBe(false)
  room.passMs(1_000 / signsPerSecond - 1)
  expect(mark()).toBe(false)
  room.passMs(1)
  expect([mark(), mark()]).toEqual([true, false])
})

it('[SOK16 R19] the room’s own limit is the default of its settings', () => {
  const settings = v.parse(RoomSettings, { DATABASE_URL: 'postgres://x' })
  const whole = { burst: roomCommandsPerSecond, perSecond: roomCommandsPerSecond }
  expect(allowancesOf(settings).room).toEqual(whole)
})

it('[R19] the index takes a batch when there is one, and not before', () => {
  const room = new LocalRoom()
  const held = () => room.sql.run<{ held_to: number }>('SELECT held_to FROM search_backlog')[0]
  for (let n = 1; n < indexBatchRows; n += 1) room.post(owner.id)
  expect(held()).toEqual({ held_to: 0 })
  room.post(owner.id)
  expect(held()).toEqual({ held_to: indexBatchRows })
  room.post(owner.id)
  expect(held()).toEqual({ held_to: indexBatchRows })
})

it('[SND7 R19] of a reaction the first ten come with their names', () => {
  const room = new LocalRoom()
  const id = room.open.room.send(asker(owner.id), message('Hi'))
  if (!id.ok) throw new Error('refused')
  const { seq: at } = id.value
  for (let n = 2; n < reactorsNamedMax + 4; n += 1) {
    room.open.room.react(asker(room.join(n)), { seq: at, emoji: '👍', on: true })
  }
  const row = room.open.messages.find(at)
  const named = room.open.reader.peopleIn(row ? [row] : [])
  expect(named).toHaveLength(1 + reactorsNamedMax) // And the author.
})

it('[SOK2 R19] without a wish of the client a cursor is replayed for 100,000 rows', () => {
  const room = new LocalRoom()
  const { epoch } = room.open.ledger
  const counted: number[] = []
  const { reader } = room.open
  const count = reader.countSince.bind(reader)
  reader.countSince = (after, who, max) => {
    counted.push(max)
    return count(after, who, max)
  }
  room.attach(owner.id, { epoch, after: rev(1) })
  room.attach(owner.id, { epoch, after: rev(1), max: 7 })
  expect(counted).toEqual([replayRowsDefault, 7])
})

it('[AUT2 R19] forgets whom it has met before it remembers too many', async () => {
  const asked: number[] = []
  const signIns = new SignInCheck({
    endedAmong: async (ids) => {
      asked.push(ids.length)
      return []
    },
    end: () => {},
    failed: () => {},
    askAgainIn: () => {},
  })
  const ids = Array.from({ length: metSignInsMax + 1 }, newSessionId)
  const [first] = ids as [ReturnType<typeof newSessionId>]
  for (const id of ids.slice(0, metSignInsMax)) await signIns.meet(id)
  await signIns.meet(first)
  expect(asked).toHaveLength(metSignInsMax) // Remembered, up to the last that fits.
  for (const id of ids.slice(metSignInsMax)) await signIns.meet(id)
  await signIns.meet(first)
  expect(asked).toHaveLength(metSignInsMax + 2)
})

it('[LIM3] whoever gives way to a newer tab is told for how long', () => {
  const room = new LocalRoom()
  const sockets = Array.from({ length: socketsPerMemberMax + 1 }, () => room.attach(owner.id))
  expect(sockets[0]!.last).toMatchObject({ code: 'tooMany', retryAfterMs: displacedPauseMs })
})

it('[SOK9 R19] presence is told four times a second, no more', () => {
  const room = new LocalRoom()
  const socket = room.arrive(owner.id).clear()
  for (let n = 2; n < 12; n += 1) {
    room.arrive(room.join(n))
    room.passMs(100)
  }
  room.passMs(presenceEveryMs)
  const told = socket.frames.filter(({ type }) => type === 'presence')
  expect(told.length).toBeGreaterThan(1)
  expect(told.length).toBeLessThanOrEqual(1 + Math.ceil((10 * 1_100 + 250) / presenceEveryMs))
})

it('[ORD4 R19] a message out of turn is told to wait a fifth of a second', () => {
  const room = new LocalRoom({ allowance: { burst: 1, perSecond: 1 } })
  const send = (n: number) =>
    room.open.room.send(asker(owner.id), { ...message('Hi'), id: messageId(n) })
  send(1)
  send(2)
  room.passMs(1_000)
  expect(send(3)).toMatchObject({ refusal: { retryAfterMs: outOfTurnPauseMs } })
})

it('[R19] an export’s line may be so long, and no longer', async () => {
  const room = new LocalRoom()
  const read = (length: number) => {
    const bytes = new Blob([' '.repeat(length)]).stream()
    const signal = AbortSignal.timeout(60_000)
    const terms = { roomId: room.open.ledger.room.id, nowMs: room.nowMs, signal }
    return readRestoration(room.sql, bytes, terms).catch(({ message: said }) => said)
  }
  const said = await Promise.all([-1, 0, 1].map((over) => read(exportLineCharactersMax + over)))
  expect(said.map((reason) => /longer than any row/.test(reason))).toEqual([false, false, true])
})
