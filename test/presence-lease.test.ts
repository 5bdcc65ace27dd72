// Being here is a lease: who falls silent is gone in time, who only sleeps or reloads is not. [R20, SOK9]

import { afterEach, describe, expect, it } from 'vitest'
import type { Presence } from '../protocol/frames.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import { departureGraceMs, pingEveryMs } from '../protocol/limits.ts'
import { newMessageId } from './support/ids.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { roomOf } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'
import { startTcpProxy, type TcpProxy } from './support/tcp-proxy.ts'

/** Minutes of real time, which nothing shortens: the runtime's own pings and alarms are the subject. */
const isNightly = process.env['PARLEY_NIGHTLY'] !== undefined

/** After its last sign of life. [SOK9] */
const goneWithinMs = 90_000

/** A wake, an alarm and a frame on a busy machine. */
const slackMs = 2_000

let proxy: TcpProxy
let room: RoomId

const parley = await ownParley()
const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')
afterEach(() => proxy.stop())

async function twoHere(): Promise<{ anas: RoomSocket; bos: RoomSocket }> {
  proxy = await startTcpProxy(parley.workerd.port)
  room = await roomOf(ana, [bo])
  const anas = new RoomSocket(parley.url, room, ana.token)
  await anas.welcome()
  const bos = new RoomSocket(proxy.url, room, bo.token)
  await bos.welcome()
  await anas.until((frame) => isPresence(frame) && frame.joined.some(({ id }) => id === bo.id))
  return { anas, bos }
}

const isPresence = (frame: { type: string }): frame is Presence => frame.type === 'presence'

const goneIn = ({ frames }: RoomSocket, id: UserId) =>
  frames.some((frame) => isPresence(frame) && frame.left.includes(id))

const toldGone = (socket: RoomSocket, id: UserId) =>
  socket.until((frame) => isPresence(frame) && frame.left.includes(id))

/** As the app does: the runtime answers, and the room sleeps on. */
const pinging = (socket: RoomSocket) => setInterval(() => socket.send('ping'), pingEveryMs)

describe('through bad weather', () => {
  it('[D-18 SOK9 R20] a wire cut at any byte of the welcome leaves no ghost: they come back and are here', async () => {
    const { anas, bos } = await twoHere()
    await bos.close()
    for (const bytes of [1, 200, 400, 800]) {
      proxy.cutAfter(bytes)
      const torn = new RoomSocket(proxy.url, room, bo.token)
      expect((await torn.closed).code).toBe(1006)
    }
    proxy.cutAfter(Number.POSITIVE_INFINITY)
    proxy.delay(20)
    const back = new RoomSocket(proxy.url, room, bo.token)
    expect(await back.welcome()).toMatchObject({ onlineCount: 2 })
    back.send({ type: 'send', ref: 1, id: newMessageId(), body: 'Back' })
    await back.until(({ type }) => type === 'ok')
    expect(goneIn(anas, bo.id)).toBe(false)
    await Promise.all([anas.close(), back.close()])
  })
})

describe.runIf(isNightly)('in real time', () => {
  it('[R20 SOK9] whose wire went dead without a word is gone within 90 s; who pings stays', async () => {
    const { anas, bos } = await twoHere()
    const timer = pinging(anas)
    proxy.blackHole()
    const silentSince = Date.now()
    await toldGone(anas, bo.id)
    expect(Date.now() - silentSince).toBeLessThan(goneWithinMs + slackMs)
    bos.socket.terminate()
    const alone = new RoomSocket(parley.url, room, ana.token)
    expect(await alone.welcome()).toMatchObject({ onlineCount: 1 })
    expect([anas.isClosed, goneIn(anas, ana.id)]).toEqual([false, false])
    clearInterval(timer)
    await Promise.all([anas.close(), alone.close()])
  }, 150_000)

  it('[R20 SOK9] whose last socket closed is told gone after 45 s, not at 44, and a second tab keeps one here', async () => {
    const { anas, bos } = await twoHere()
    const timer = pinging(anas)
    const tab = new RoomSocket(proxy.url, room, bo.token)
    await tab.welcome()
    await bos.close()
    const tabTimer = pinging(tab)
    await new Promise((resolve) => setTimeout(resolve, departureGraceMs + slackMs)) // Nothing may come.
    expect(goneIn(anas, bo.id)).toBe(false)
    clearInterval(tabTimer)
    await tab.close()
    const leftAt = Date.now()
    await toldGone(anas, bo.id)
    expect(Date.now() - leftAt).toBeGreaterThan(departureGraceMs - 1_000)
    expect(Date.now() - leftAt).toBeLessThan(departureGraceMs + slackMs)
    clearInterval(timer)
    await anas.close()
  }, 150_000)
})
