// Hibernation is invisible: the object is evicted between any two frames of a conversation, its
// sockets sleep, and what people see stays the same. Wrangler's own harness does the evicting.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageChange } from '../protocol/changes.ts'
import type { RoomId } from '../protocol/ids.ts'
import { type Harness, startHarness } from './support/harness.ts'
import { messageId, newRoomId } from './support/ids.ts'
import { type Person, roomOf, signUp } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

let harness: Harness
let ana: Person
let bo: Person

beforeAll(async () => {
  harness = await startHarness()
  ana = await signUp(harness, 'Ana')
  bo = await signUp(harness, 'Bo')
})
afterAll(() => harness.stop())

const evict = (room: RoomId) =>
  harness.server.getWorker().evictDurableObject('ChatRoom', { name: room, webSockets: 'hibernate' })

/** Each step says one thing and waits until everyone it concerns has heard. */
type Step = (a: RoomSocket, b: RoomSocket) => Promise<unknown>

const say = (who: 'a' | 'b', n: number, seq: number, body = `Message ${n}`): Step => {
  return async (a, b) => {
    const speaker = who === 'a' ? a : b
    const before = speaker.frames.length
    speaker.send({ type: 'send', ref: n, id: messageId(n), body })
    await speaker.until((frame) => frame.type === 'ok' && speaker.frames.indexOf(frame) >= before)
    await Promise.all([a, b].map((one) => one.until(() => one.messages.has(seq))))
  }
}
const refused = (who: 'a' | 'b', frame: object, times: number): Step => {
  return async (a, b) => {
    const speaker = who === 'a' ? a : b
    speaker.send(frame)
    await speaker.until(
      () => speaker.frames.filter(({ type }) => type === 'refused').length === times,
    )
  }
}

const conversation: Step[] = [
  say('a', 1, 2),
  say('b', 2, 3),
  refused('a', { type: 'nonsense', ref: 5 }, 1),
  say('b', 2, 3), // A repeat: the first seq again, and nothing for anybody else.
  refused('b', { type: 'send', ref: 6, id: messageId(2), body: 'Other' }, 1),
  refused('a', { type: 'send', ref: 7 }, 2),
  say('a', 3, 4),
  async (a) => {
    a.send({ type: 'sync', after: 2 })
    await a.until((frame) => frame.type === 'changes' && frame.from === 2 && frame.to === 5)
  },
  say('b', 4, 5),
  async (a) => {
    a.send('third bad frame')
    expect(await a.closed).toEqual({ code: 4400, reason: 'badFrame' })
  },
]

/** What both saw, without what differs from run to run. */
async function transcript(isEvicted: (boundary: number) => boolean) {
  const room = await roomOf(ana, [bo])
  const [a, b] = [ana, bo].map(({ token }) => new RoomSocket(harness.url, room, token)) as [
    RoomSocket,
    RoomSocket,
  ]
  await Promise.all([a, b].map((one) => one.until(({ type }) => type === 'changes')))
  for (const [boundary, step] of conversation.entries()) {
    if (isEvicted(boundary)) await evict(room)
    await step(a, b)
  }
  await b.close()
  return { a: seenBy(a), b: seenBy(b) }
}

/** Replies in their order, rows in theirs: which of the two comes first is left open by SOK6. */
function seenBy({ frames, changes }: RoomSocket): { replies: string[]; rows: string[] } {
  const steady = (value: object) =>
    JSON.stringify(value, (key, held) => (changing.has(key) ? undefined : held))
  changes.slice(1).reduce((told, { from, to }) => {
    if (from === null || from > told) throw new Error(`A gap: from ${from} after ${told}.`)
    return to
  }, Number(changes[0]!.to))
  return {
    replies: frames.filter(({ type }) => isReply.has(type)).map(steady),
    rows: changes
      .flatMap(({ messages, members }) => [...messages.filter(isSaid), ...members])
      .map(steady),
  }
}

const isSaid = ({ kind }: MessageChange) => kind !== 'notice' // Their ids are the room's own.

/** What is told as it is and may be dropped is no part of what both must have seen. */
const isReply = new Set(['welcome', 'ok', 'refused', 'closing'])

/** What differs from run to run. */
const changing = new Set(['epoch', 'now', 'at', 'createdAt', 'room', 'online', 'onlineCount'])

describe('[R11 SOK11] eviction with sleeping sockets', () => {
  it('changes nothing, between whichever two frames it falls', async () => {
    const undisturbed = await transcript(() => false)
    for (const [boundary] of conversation.entries()) {
      expect([boundary, await transcript((one) => one === boundary)]).toEqual([
        boundary,
        undisturbed,
      ])
    }
    expect(await transcript(() => true)).toEqual(undisturbed)
  })

  it('loses nothing that was acknowledged but waited to be told', async () => {
    const room = await roomOf(ana, [bo])
    const [a, b] = [
      new RoomSocket(harness.url, room, ana.token),
      new RoomSocket(harness.url, room, bo.token),
    ]
    await Promise.all([a, b].map((one) => one.until(({ type }) => type === 'changes')))
    for (let n = 1; n <= 5; n += 1) a.send({ type: 'send', ref: n, id: messageId(n), body: `${n}` })
    await a.until((frame) => frame.type === 'ok' && frame.ref === 5)
    await evict(room)
    a.send({ type: 'send', ref: 6, id: messageId(6), body: '6' })
    await b.until(() => b.messages.has(7))
    expect(b.said.map(({ body }) => body)).toEqual(['1', '2', '3', '4', '5', '6'])
    await Promise.all([a.close(), b.close()])
  })

  it('[P16] leaves the runtime to answer pings', async () => {
    const room = await roomOf(ana)
    const socket = new RoomSocket(harness.url, room, ana.token)
    await socket.until(({ type }) => type === 'changes')
    await evict(room)
    const pong = new Promise((resolve) =>
      socket.socket.on('message', (data) => resolve(String(data))),
    )
    socket.send('ping')
    expect(await pong).toBe('pong')
    await socket.close()
  })
})

it('[D-21] a room without a directory row does not open and leaves no storage behind', async () => {
  const stranger = newRoomId()
  const socket = new RoomSocket(harness.url, stranger, ana.token)
  expect(await socket.closed).toMatchObject({ code: 1006 })
  expect(await ana.ask('GET', `/rooms/${stranger}/messages`)).toMatchObject({ status: 404 })
  expect(await ana.ask('POST', `/rooms/${stranger}/join`, {})).toMatchObject({ status: 404 })
  const tables = "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'"
  const storage = await harness.server
    .getWorker()
    .getDurableObjectStorage('ChatRoom', { name: stranger })
  expect(await storage.exec(tables)).toEqual([])
  const known = await roomOf(ana)
  const opened = await harness.server
    .getWorker()
    .getDurableObjectStorage('ChatRoom', { name: known })
  expect(await opened.exec(tables)).not.toEqual([])
})
