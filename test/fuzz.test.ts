// Ten thousand malformed frames and bodies: nothing crashes, no bystander notices, no stack leaks.

import { expect, it } from 'vitest'
import { badFramesMax } from '../protocol/limits.ts'
import { newMessageId } from './support/ids.ts'
import { mutations } from './support/mutations.ts'
import { twoInARoom } from './support/own-parley.ts'
import { seeded, seedOf } from './support/random.ts'
import { RoomSocket } from './support/room-socket.ts'

const seed = seedOf()
const frames = Number(process.env['FRAMES'] ?? 6_000)
const bodies = 4_000

const { parley, ana, bo: mallory, room } = await twoInARoom()

/** What an answer may never hold: a stack, a path, a query, the name of a class of ours. */
const leaks = /\bat \S+ \(|\.ts:\d|\.js:\d|SELECT |INSERT |Error:|node_modules|TypeError|SQLITE/

it(`[S6 SOK7 V-17] ${frames} malformed frames close their own socket and nothing else (seed ${seed})`, async () => {
  const random = seeded(seed)
  const bystander = new RoomSocket(parley.url, room, ana.token)
  const { rev } = await bystander.welcome()
  const good = { type: 'send', ref: 1, id: newMessageId(), body: 'Hello' }
  const hostile = mutations([good, { type: 'sync', after: 0 }], random)

  let sent = 0
  while (sent < frames) {
    bystander.send('ping') // The room takes a peer that gives no sign for gone. [SOK9]
    const sockets = Array.from({ length: 8 }, () => new RoomSocket(parley.url, room, mallory.token))
    await Promise.all(
      sockets.map(async (socket) => {
        await socket.welcome()
        for (let n = 0; n < badFramesMax; n += 1) {
          const frame = hostile.next().value
          sent += 1
          if (random() < 0.05) socket.socket.send(Buffer.from(frame), { binary: true })
          else socket.send(frame)
        }
        expect((await socket.closed).code).toBe(4400)
        for (const frame of socket.frames) expect(JSON.stringify(frame)).not.toMatch(leaks)
      }),
    )
  }
  expect(bystander.isClosed).toBe(false)
  bystander.send({ ...good, id: newMessageId() })
  await bystander.until((frame) => frame.type === 'changes' && frame.to === rev + 1)
  expect(bystander.said).toHaveLength(1) // Nothing that was refused had an effect.
  await bystander.close()
  expect(parley.workerd.output()).not.toMatch(/"level":"error"|main: Uncaught/)
}, 1_800_000)

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

it(`[S6 S9 V-1 D-34] ${bodies} malformed bodies are problems, never faults of ours (seed ${seed})`, async () => {
  const random = seeded(seed + 1)
  const password = 'a password of mine'
  const targets: [string, string, object][] = [
    ['POST', '/auth/register', { email: 'x@example.com', username: 'someone', password, age: 20 }],
    ['POST', '/auth/login', { login: 'someone', password }],
    ['POST', '/auth/refresh', { refreshToken: 'x' }],
    ['POST', '/auth/validate', { token: 'x', live: false }],
    ['PATCH', '/users/me', { displayName: 'Mallory', bio: null, age: 30, phone: '+7 999 000' }],
    ['POST', '/rooms', { name: 'A room of mine', topic: 'x', visibility: 'public' }],
    ['PATCH', `/rooms/${room}`, { name: 'Mine', topic: 'x' }],
    ['POST', `/rooms/${room}/messages`, { id: newMessageId(), body: 'x' }],
  ]
  const hostile = targets.map(([, , good]) => mutations([good], random))
  const statuses = new Map<number, number>()
  const pending: Promise<void>[] = []
  for (let n = 0; n < bodies; n += 1) {
    const which = n % targets.length
    const [method, path] = targets[which]!
    const body = hostile[which]!.next().value
    pending.push(
      fetch(`${parley.url}/api/v1${path}`, {
        method,
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${mallory.token}` },
      }).then(async (response) => {
        const answer = await response.text()
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        expect([path, body.slice(0, 200), response.status]).toEqual([
          path,
          body.slice(0, 200),
          expect.toBeOneOf([400, 413, 415]),
        ])
        expect(response.headers.get('content-type')).toContain('application/problem+json')
        expect(answer).not.toMatch(leaks)
        expect(answer).not.toContain(password)
      }),
    )
    if (pending.length >= 16) await Promise.all(pending.splice(0))
  }
  await Promise.all(pending)
  expect(statuses.get(400)).toBeGreaterThan(bodies * 0.9)
  expect(parley.workerd.output()).not.toMatch(/"level":"error"|main: Uncaught/)
})
