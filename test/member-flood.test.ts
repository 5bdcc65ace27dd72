// One member against a room, with the limits as they are: from ten tabs, over HTTP, with nonsense. [S5]

import { expect, it } from 'vitest'
import {
  badFramesMax,
  commandsBurst,
  commandsPerSecond,
  socketsPerMemberMax,
} from '../protocol/limits.ts'
import { newMessageId } from './support/ids.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { roomOf } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const parley = await ownParley()
const [ana, bo, cy, mallory] = await signUpAll(parley, 'Ana', 'Bo', 'Cy', 'Mallory')
const others = [ana, bo, cy]
const room = await roomOf(ana, [bo, cy, mallory])

const say = (ref: number) => ({ type: 'send', ref, id: newMessageId(), body: 'Hello' })
const slowestOf = (times: readonly number[]) => times.toSorted((a, b) => a - b).at(-1) ?? 0

/** Below this a processor that is busy with other tests is measured, not the room. */
const noiseMs = 150

async function msOfSaying(socket: RoomSocket, ref: number): Promise<number> {
  const startedAt = performance.now()
  socket.send(say(ref))
  await socket.until((frame) => frame.type === 'ok' && frame.ref === ref)
  return performance.now() - startedAt
}

it('[S5 LIM2 LIM3 SOK7] ten tabs and HTTP have one budget, floods are shut out, the others notice nothing', async () => {
  const sockets = others.map(({ token }) => new RoomSocket(parley.url, room, token))
  await Promise.all(sockets.map((socket) => socket.welcome()))
  const times = async (from: number) => {
    const refs = Array.from({ length: 8 }, (_, n) => from + n)
    const each = sockets.map(async (socket) => {
      const taken: number[] = []
      for (const ref of refs) taken.push(await msOfSaying(socket, ref))
      return taken
    })
    return slowestOf((await Promise.all(each)).flat())
  }
  const undisturbed = await times(100)

  const startedAt = performance.now()
  const open = () => new RoomSocket(parley.url, room, mallory.token)
  const tabs = Array.from({ length: socketsPerMemberMax }, open)
  await Promise.all(tabs.map((tab) => tab.welcome()))
  const flood = tabs.flatMap((tab, n) =>
    Array.from({ length: 8 }, (_, k) => tab.send(say(1_000 + 10 * n + k))),
  )
  const posted = Array.from({ length: 10 }, () =>
    mallory.ask('POST', `/rooms/${room}/messages`, { id: newMessageId(), body: 'And so' }),
  )
  const disturbed = await times(200)
  expect(flood).toHaveLength(80)
  const answered = () =>
    tabs.flatMap(({ frames }) => frames.filter(({ type }) => type === 'ok' || type === 'refused'))
  await expect.poll(() => answered().length).toBe(flood.length)
  const seconds = (performance.now() - startedAt) / 1_000
  const taken = (await Promise.all(posted)).filter(({ status }) => status === 201).length
  const all = taken + answered().filter(({ type }) => type === 'ok').length
  expect(all).toBeGreaterThanOrEqual(commandsBurst - 1) // One was spent on coming in.
  expect(all).toBeLessThanOrEqual(commandsBurst + Math.ceil(seconds * commandsPerSecond))
  expect(disturbed).toBeLessThan(Math.max(noiseMs, 2 * undisturbed))

  const eleventh = open()
  await eleventh.welcome()
  await expect.poll(() => tabs.filter(({ isClosed }) => isClosed).length).toBe(1)
  for (let n = 0; n < badFramesMax; n += 1) eleventh.send('{"type":"nonsense"}')
  expect((await eleventh.closed).code).toBe(4400)

  const stubborn = tabs.find(({ isClosed }) => !isClosed)
  for (let n = 0; n < 200; n += 1) stubborn?.send(say(5_000 + n))
  expect((await stubborn?.closed)?.code).toBe(4429)
  expect((await open().closed).code).toBe(1006) // Not let in again for a while.
  for (const socket of sockets) expect(socket.isClosed).toBe(false)
  await Promise.all(sockets.map((socket) => socket.close()))
}, 60_000)
