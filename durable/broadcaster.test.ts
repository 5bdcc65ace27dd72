import { expect, it } from 'vitest'
import {
  backlogBytesMax,
  backlogTotalBytesMax,
  coalesceMsMax,
  pageBytesMax,
  reactionsMax,
} from '../protocol/limits.ts'
import { newMessageId, userId } from '../test/support/ids.ts'
import { LocalRoom, type LocalSocket, owner } from '../test/support/local-room.ts'
import { windowMs } from './broadcaster.ts'

const send = (body = 'Hello') => ({ type: 'send', ref: 1, id: newMessageId(), body })

function roomWithTwo() {
  const room = new LocalRoom()
  const olga = room.attach(owner.id)
  const ana = room.attach(room.join(2))
  room.passMs(1_000)
  olga.clear()
  ana.clear()
  return { room, olga, ana }
}

it('tells the first change after a quiet moment at once, and leaves no timer behind', () => {
  const { room, olga, ana } = roomWithTwo()
  room.say(olga, send())
  expect(ana.changes).toHaveLength(1)
  expect(room.timers).toBe(0)
})

it('[SOK4] gathers what follows within the window into one frame that continues the last', () => {
  const { room, olga, ana } = roomWithTwo()
  for (let n = 0; n < 10; n += 1) room.say(olga, send())
  expect(ana.changes).toHaveLength(1)
  room.passMs(coalesceMsMax)
  expect(ana.changes).toHaveLength(2)
  expect(ana.changes[1]).toMatchObject({ from: ana.changes[0]!.to, to: room.open.ledger.rev })
  expect(ana.changes[1]!.messages).toHaveLength(9)
  expect(room.timers).toBe(0)
})

it('does not let more than a page pile up in the window', () => {
  const { room, olga, ana } = roomWithTwo()
  const large = 'x'.repeat(4_000)
  const enough = Math.ceil(pageBytesMax / 4_000)
  for (let n = 0; n < enough + 2; n += 1) room.say(olga, send(large))
  expect(ana.changes).toHaveLength(2)
})

it('[SOK14] gives a socket that attached within the window only what is new to it', () => {
  const { room, olga, ana } = roomWithTwo()
  room.say(olga, send('One'))
  room.say(olga, send('Two'))
  const late = room.attach(owner.id)
  const latest = room.attach(owner.id)
  room.say(olga, send('Three'))
  room.passMs(coalesceMsMax)
  const last = room.attach(owner.id)
  room.passMs(coalesceMsMax)
  expect([latest.changes.length, last.changes.length]).toEqual([2, 1])
  const [snapshot, live] = late.changes
  expect(snapshot!.messages.slice(-2).map(({ body }) => body)).toEqual(['One', 'Two'])
  expect(live).toMatchObject({ from: snapshot!.to, to: room.open.ledger.rev })
  expect(live!.messages.map(({ body }) => body)).toEqual(['Three'])
  expect(ana.changes.at(-1)!.messages.map(({ body }) => body)).toEqual(['Two', 'Three'])
})

it('the window grows with the room and stays under its bound', () => {
  expect(windowMs(2)).toBeLessThan(10)
  expect(windowMs(200)).toBeCloseTo(38.3, 1)
  expect(windowMs(5_000)).toBe(coalesceMsMax)
})

it('[SOK8 LIM] cuts a reader whose backlog passes 1 MiB, and nobody else notices', () => {
  for (const over of [-1, 0, 1]) {
    const { room, olga, ana } = roomWithTwo()
    ana.backlogBytes = backlogBytesMax + over
    room.say(olga, send())
    expect(ana.closed).toEqual(over > 0 ? { code: 4408, reason: 'tooSlow' } : null)
    expect(olga.closed).toBeNull()
  }
})

it('[SOK8] cuts the worst first while all backlogs together pass 32 MiB', () => {
  const { room, olga } = roomWithTwo()
  const each = backlogBytesMax - 1_024
  const slow: LocalSocket[] = []
  for (let n = 3; n < 3 + backlogTotalBytesMax / backlogBytesMax + 1; n += 1) {
    const socket = room.attach(room.join(n))
    slow.push(socket)
  }
  room.passMs(1_000)
  slow.forEach((socket, index) => {
    socket.backlogBytes = each + index
  })
  room.say(olga, send())
  expect(slow.map((socket) => socket.closed !== null)).toEqual(
    slow.map((_, index) => index === slow.length - 1),
  )
})

it('[SOK14] sends nothing to a socket that attached after the last change and before its frame', () => {
  const { room, olga } = roomWithTwo()
  room.say(olga, send('One'))
  room.say(olga, send('Two'))
  const late = room.attach(owner.id)
  room.passMs(coalesceMsMax)
  expect(late.changes).toHaveLength(1)
})

it('tells rows in rev order, also those that changed twice within the window', () => {
  const { room, olga, ana } = roomWithTwo()
  for (let n = 0; n < 3; n += 1) room.say(olga, send())
  const { seq } = room.open.ledger
  room.say(olga, { type: 'edit', ref: 2, seq: seq - 1, body: 'Edited' })
  room.passMs(coalesceMsMax)
  const { messages } = ana.changes.at(-1)!
  expect(messages.map((row) => row.seq)).toEqual([seq, seq - 1])
  const revs = messages.map((row) => Number(row.rev))
  expect(revs).toEqual(revs.toSorted((one, other) => one - other))
})

it('[SOK8] counts who reacted as well as what was said: a window of them is no frame of megabytes', () => {
  const { room, olga, ana } = roomWithTwo()
  const many = Array.from({ length: reactionsMax - 1 }, (_, n) => userId(n + 9))
  for (let n = 0; n < 20; n += 1) {
    const { seq } = room.post(owner.id)
    const values = [JSON.stringify({ '\u{1F44D}': many }), seq]
    room.sql.run('UPDATE messages SET reactions = ? WHERE seq = ?', ...values)
  }
  room.passMs(1_000)
  ana.clear()
  for (let n = 0; n < 20; n += 1) {
    const seq = room.open.ledger.seq - n
    room.say(olga, { type: 'react', ref: n, seq, emoji: '\u{1F44D}', on: true })
  }
  room.passMs(coalesceMsMax)
  const sizes = ana.raw.map((frame) => frame.length)
  expect(Math.max(...sizes)).toBeLessThan(pageBytesMax + 64 * 1024)
})
