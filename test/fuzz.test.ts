// Fifty thousand frames and requests that nobody means well by: nothing crashes or grows, nobody beside
// them notices, and no answer is a fault of ours. A new command or route is among them by being one. [S6]

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import WebSocket from 'ws'
import { badFramesMax } from '../protocol/limits.ts'
import { SUBPROTOCOL } from '../protocol/version.ts'
import { expectDescribed } from './support/as-described.ts'
import { addressOf, goodBody, type Route, routes } from './support/every-route.ts'
import { newMessageId } from './support/ids.ts'
import { mutations } from './support/mutations.ts'
import { twoInARoom } from './support/own-parley.ts'
import { roomOf } from './support/parley.ts'
import { seeded, seedOf } from './support/random.ts'
import { RoomSocket } from './support/room-socket.ts'
import { goodFrames, wildCursor, wildFrame } from './support/wild-frames.ts'

const seed = seedOf()
const frames = Number(process.env['FRAMES'] ?? 46_000)
const requests = Number(process.env['REQUESTS'] ?? 4_000)

/** So many, of which the last that is no frame ends it. */
const framesASocket = 250
const atOnce = 4
const timeLimitMs = 1_800_000

/** More than at half-time: thousands of messages were taken, and their heap is collected when it likes. */
const growthMegabytesMax = 80

const { parley, ana, bo: mallory, room } = await twoInARoom()
const own = await roomOf(mallory)

/** What an answer may never hold: a stack, a path, a query, the name of a class of ours. */
const leaks = /\bat \S+ \(|\.ts:\d|\.js:\d|SELECT |INSERT |Error:|node_modules|TypeError|SQLITE/

const megabytesUsed = () => {
  const status = readFileSync(`/proc/${parley.workerd.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
}

const isUnharmed = () =>
  expect(parley.workerd.output()).not.toMatch(/"level":"error"|main: Uncaught/)

it(
  `[S6 S9 SOK7 V-1 V-17] ${frames} hostile frames close their own socket and nothing else (seed ${seed})`,
  async () => {
    const random = seeded(seed)
    const bystander = new RoomSocket(parley.url, room, ana.token)
    const { rev, epoch } = await bystander.welcome()
    const revs = new Set<number>()
    let sent = 0
    let usedBefore = 0
    while (sent < frames) {
      bystander.send('ping') // The room takes a peer that gives no sign for gone. [SOK9]
      const attacks = Array.from({ length: atOnce }, async () => {
        const query = wildCursor(epoch, random)
        const answers = await attack(query, random)
        sent += framesASocket
        for (const text of answers) {
          expect(text).not.toMatch(leaks)
          const answer = JSON.parse(text)
          if (answer.type === 'ok') revs.add(answer.rev)
        }
      })
      await Promise.all(attacks)
      if (usedBefore === 0 || sent < frames / 2) usedBefore = megabytesUsed() // Warm.
    }
    expect(bystander.isClosed).toBe(false)
    bystander.send({ type: 'send', ref: 1, id: newMessageId(), body: 'Still here' })
    const last = await bystander.until((frame) => frame.type === 'ok' && frame.ref === 1)
    // What was refused took no rev; what was told was told without a gap.
    expect(last).toMatchObject({ rev: rev + [...revs].filter((one) => one > rev).length + 1 })
    const { changes } = bystander
    expect(changes.slice(1).map(({ from }) => from)).toEqual(
      changes.slice(0, -1).map(({ to }) => to),
    )
    await bystander.close()
    isUnharmed()
    expect(megabytesUsed() - usedBefore).toBeLessThan(growthMegabytesMax)
  },
  timeLimitMs,
)

/** Much that comes in, and as much that does not as ends a socket. Resolves to what was answered. */
async function attack(query: string, random: () => number): Promise<string[]> {
  const address = `${parley.url.replace('http', 'ws')}/api/v1/rooms/${room}/socket${query}`
  const socket = new WebSocket(address, [SUBPROTOCOL, mallory.token])
  const answers: string[] = []
  socket.on('message', (data: Buffer) => {
    if (!data.includes('"changes"')) answers.push(String(data))
  })
  await once(socket, 'message')
  const malformed = mutations(goodFrames(random), random)
  const isBad = (n: number) => n === framesASocket - 1 || (n % 50 === 49 && n < 100)
  for (let n = 0; n < framesASocket; n += 1) {
    if (!isBad(n)) socket.send(JSON.stringify(wildFrame(random)))
    else socket.send(malformed.next().value, { binary: random() < 0.05 })
  }
  const [code] = await once(socket, 'close')
  expect([badFramesMax, code]).toEqual([3, 4400])
  return answers
}

it('[S6] protocol errors below the frame end their own connection and nothing else', async () => {
  const bystander = new RoomSocket(parley.url, room, ana.token)
  await bystander.welcome()
  const raw = [
    Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), // Reserved bits.
    Buffer.from([0x83, 0x80, 0, 0, 0, 0]), // An unknown opcode.
    Buffer.from([0x81, 0x05, 1, 2, 3, 4, 5]), // Unmasked.
    Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), // 2^63 bytes to come.
    Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), // Invalid UTF-8.
    Buffer.from([0x80, 0x81, 0, 0, 0, 0, 0x41]), // A continuation of nothing.
  ]
  for (const bytes of raw) {
    const socket = new RoomSocket(parley.url, room, mallory.token)
    await socket.welcome()
    expect(socket.tcp?.write(bytes)).toBeDefined()
    for (let n = 0; n < badFramesMax && !socket.isClosed; n += 1) socket.send('{}')
    socket.socket.terminate()
    await socket.closed
  }
  bystander.send({ type: 'send', ref: 2, id: newMessageId(), body: 'Still here' })
  await bystander.until((frame) => frame.type === 'ok' && frame.ref === 2)
  await bystander.close()
})

/** What is no id, no number and no name of anything, or not one's own. */
const oddities = [
  ...[
    '',
    ' ',
    '..',
    '.',
    '%00',
    '\0',
    '../../admin/audit',
    '1',
    '-1',
    '1e309',
    'NaN',
    'null',
    'me',
  ],
  ...[
    "'; drop table users; --",
    '" or ""="',
    '*',
    'a:b',
    'NEAR(x',
    '{"$gt":""}',
    '__proto__',
    'toString',
  ],
  ...['\u202e', '%ED%A0%80', '\u{1F600}'.repeat(500), 'x'.repeat(8_000), '('.repeat(2_000), '%'],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '2026-13-45T99:99:99Z',
    '9'.repeat(400),
    '[]',
    '&a=b#c',
  ],
]

it(
  `[S6 S9 V-1 D-34] ${requests} hostile requests are problems, never faults of ours (seed ${seed})`,
  async () => {
    const random = seeded(seed + 1)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
    const odd = () => pick(oddities)
    const ours = { roomId: own, userId: mallory.id, seq: '1', emoji: '👍', code: 'A'.repeat(22) }
    const spoiled = new Map(
      routes.map((route) => {
        const good = goodBody(route) as object | undefined
        return [route.name, good && mutations([good], random)] as const
      }),
    )
    const tokens = [mallory.token, mallory.token, mallory.token, `${mallory.token}x`, 'x', '']

    const asked = async (route: Route) => {
      const body = spoiled.get(route.name)?.next().value
      const values = Object.fromEntries(Object.keys(ours).map((name) => [name, odd()]))
      const path = addressOf(route, body !== undefined || random() < 0.3 ? ours : { ...values })
      const query = new URLSearchParams(route.query.map((name) => [name, odd()]))
      const isAsked = body === undefined && route.method === 'GET'
      const address = `/api/v1${path}${isAsked && random() < 0.9 ? `?${query}` : ''}`
      const response = await fetch(parley.url + address, {
        ...{ method: route.method, redirect: 'manual' },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${pick(tokens)}` },
        ...(body !== undefined && { body }),
      })
      const { status, headers } = response
      const text = await response.text()
      const where = `${route.method} ${address.slice(0, 300)} ${body?.slice(0, 200)}`
      const isFine = status < 500 && (body === undefined || status >= 400)
      expect([where, isFine, status]).toEqual([where, true, status])
      expect(text).not.toMatch(leaks)
      expectDescribed(route.method, address, { status, headers, text })
    }
    const left = Array.from({ length: requests }, (_, n) => routes[n % routes.length]!)
    const lane = async () => {
      for (let route = left.pop(); route; route = left.pop()) await asked(route)
    }
    await Promise.all(Array.from({ length: 4 * atOnce }, lane))
    isUnharmed()
  },
  timeLimitMs,
)
