// A socket that never reads hurts itself only. [SOK8]

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { twoInARoom } from './support/own-parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const messages = 3_000
const body = 'x'.repeat(4_000)

const { parley, ana, bo, room } = await twoInARoom()

it('[P16 D-15 SOK8 R17] a reader who stops is cut with 4408; the others miss nothing', async () => {
  const writer = new RoomSocket(parley.url, room, ana.token)
  const healthy = new RoomSocket(parley.url, room, bo.token)
  const stalled = new RoomSocket(parley.url, room, bo.token)
  await Promise.all(
    [writer, healthy, stalled].map((socket) => socket.until(({ type }) => type === 'changes')),
  )
  stalled.socket.pause()

  for (let n = 1; n <= messages; n += 1) {
    writer.send({ type: 'send', ref: n, id: uuidv7(), body })
  }
  await healthy.until(
    (frame) => frame.type === 'changes' && frame.messages.at(-1)?.seq === messages + 1,
  )
  expect(healthy.said.map(({ seq }) => seq)).toEqual(
    Array.from({ length: messages }, (_, n) => n + 2), // After the other's joining.
  )
  expect([writer.isClosed, healthy.isClosed]).toEqual([false, false])

  stalled.socket.resume() // Now it reads what the runtime held for it, and the reason it was cut.
  expect(await stalled.closed).toEqual({ code: 4408, reason: 'tooSlow' })
  expect(stalled.messages.size).toBeLessThan(messages)
  await Promise.all([writer.close(), healthy.close()])
})
