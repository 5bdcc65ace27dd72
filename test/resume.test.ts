// Coming back: after ten thousand changes, from another life of the room, from too far away.

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { pageBytesMax, pageRowsMax } from '../protocol/limits.ts'
import { allSaid } from './support/kill-run.ts'
import { twoInARoom } from './support/own-parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const missed = 10_000

const { parley, ana, bo, room } = await twoInARoom()

it('[SOK1 SOK2 SOK4 R7] a client away for 10,000 changes gets exactly those, in pages, and is live', async () => {
  const before = new RoomSocket(parley.url, room, bo.token)
  const { epoch, rev } = await before.welcome()
  await before.close()

  const writer = new RoomSocket(parley.url, room, ana.token)
  await writer.welcome()
  for (let n = 1; n <= missed; n += 1) {
    writer.send({ type: 'send', ref: n, id: uuidv7(), body: `Message ${n}` })
  }
  await writer.until((frame) => frame.type === 'ok' && frame.ref === missed)

  const query = `?epoch=${epoch}&after=${rev}`
  const back = new RoomSocket(parley.url, room, bo.token, { query }).listen((frame) => {
    if (frame.type === 'changes' && frame.more) back.send({ type: 'sync', after: frame.to })
  })
  expect(await back.welcome()).toMatchObject({ resumed: true, seq: missed + 1 })
  await back.until((frame) => frame.type === 'changes' && !frame.more)
  writer.send({ type: 'send', ref: 0, id: uuidv7(), body: 'And now live' })
  await back.until((frame) => frame.type === 'changes' && frame.to === rev + missed + 1)

  let told: number = rev
  for (const frame of back.changes) {
    expect(frame.from).toBe(told)
    expect(frame.messages.length).toBeLessThanOrEqual(pageRowsMax)
    expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThanOrEqual(pageBytesMax)
    told = frame.to
  }
  const rows = back.changes.flatMap(({ messages }) => messages)
  expect(rows).toHaveLength(missed + 1)
  const history = await allSaid(ana, room)
  expect(rows.map(({ seq, id }) => [seq, id])).toEqual(history.map(({ seq, id }) => [seq, id]))
  await Promise.all([writer.close(), back.close()])
})

it('[SOK3] a cursor of another epoch, or beyond head, is answered with a fresh snapshot', async () => {
  const first = new RoomSocket(parley.url, room, bo.token)
  const { epoch, rev } = await first.welcome()
  for (const query of [`?epoch=${uuidv7()}&after=${rev}`, `?epoch=${epoch}&after=${rev + 1}`]) {
    const socket = new RoomSocket(parley.url, room, bo.token, { query })
    expect(await socket.welcome()).toMatchObject({ resumed: false, epoch, rev })
    const snapshot = await socket.until(({ type }) => type === 'changes')
    expect(snapshot).toMatchObject({ snapshot: true, from: null, to: rev })
    await socket.close()
  }
  await first.close()
})

it('[SOK2] more than the client would replay is answered with a snapshot', async () => {
  const first = new RoomSocket(parley.url, room, bo.token)
  const { epoch } = await first.welcome()
  const socket = new RoomSocket(parley.url, room, bo.token, {
    query: `?epoch=${epoch}&after=2&max=500`,
  })
  expect(await socket.welcome()).toMatchObject({ resumed: false })
  await Promise.all([first.close(), socket.close()])
})
