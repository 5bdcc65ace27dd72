// What else must hold on the real runtime: text on all its ways, tokens that run out, people who leave.

import { and, eq } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { connect } from '../database/client.ts'
import { messages } from '../database/schema.ts'
import type { ServerFrame } from '../protocol/frames.ts'
import { bodyCharactersMax, meterDelayMs } from '../protocol/limits.ts'
import { buildWorker } from './support/build.ts'
import { allSaid } from './support/kill-run.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { roomOf, signUp, startParley, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const tokenSeconds = 4

const parley = await ownParley({ vars: { ...wideLimits, ACCESS_TOKEN_SECONDS: '60' } })
const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')

const isChanges = ({ type }: ServerFrame) => type === 'changes'

it('[P15 SND4 R15 D-10] what is accepted is the same live, from history, by HTTP and in Postgres', async () => {
  const room = await roomOf(ana, [bo])
  const bodies = [
    'a'.repeat(bodyCharactersMax),
    '\u{1F600}'.repeat(bodyCharactersMax),
    'tabs\tand\nlines\r\nand "quotes" \\ /',
    '\u202eright to left\u202c \u2066isolated\u2069',
    '\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u4f60\u597d \u0417\u0434\u0440\u0430\u0432\u0441\u0442\u0432\u0443\u0439',
    'e\u0301 is not \u00e9, \u212b is not \u00c5',
    '\u{1F469}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466} \u{1F1F3}\u{1F1F4}.',
    '\u0001\u0008\u001f\u007f\u0085\u2028\u2029\ufeffx\ufffd\ufffe\uffff',
    '\u{10ffff}\u{e0001}',
    "'; DROP TABLE messages; --",
    '{"type":"send"}',
  ]
  const [a, b] = [
    new RoomSocket(parley.url, room, ana.token),
    new RoomSocket(parley.url, room, bo.token),
  ]
  await Promise.all([a.until(isChanges), b.until(isChanges)])
  for (const [n, body] of bodies.entries()) {
    if (n % 2 === 0) a.send({ type: 'send', ref: n, id: uuidv7(), body })
    else {
      const posted = await ana.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body })
      expect(posted.status).toBe(201)
    }
    await b.until(
      (frame) => frame.type === 'changes' && frame.messages.some((row) => row.body === body),
    )
  }
  const refused = [
    'a\0b',
    '\ud800',
    'x\udfff',
    ' a',
    'a ',
    'a\n',
    '',
    'a'.repeat(bodyCharactersMax + 1),
  ]
  for (const body of refused) {
    const posted = await ana.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body })
    expect([body.slice(0, 4), posted.status]).toEqual([body.slice(0, 4), 400])
  }

  expect(b.said.map(({ body }) => body)).toEqual(bodies)
  expect(a.said.map(({ body }) => body)).toEqual(bodies)
  expect((await allSaid(bo, room)).map(({ body }) => body)).toEqual(bodies)
  const database = connect(parley.postgres.url)
  for (;;) {
    const rows = await database
      .select()
      .from(messages)
      .where(and(eq(messages.roomId, room), eq(messages.kind, 'message')))
      .orderBy(messages.seq)
    if (rows.length < bodies.length) continue
    expect(rows.map(({ body }) => body)).toEqual(bodies)
    break
  }
  await Promise.all([a.close(), b.close()])
})

it('[SOK12] a socket closes when its token runs out, idle as it is', async () => {
  const short = await startParley({
    vars: { ...wideLimits, ACCESS_TOKEN_SECONDS: String(tokenSeconds) },
  })
  const startedAt = Date.now()
  const cy = await signUp(short, 'Cy')
  const room = await roomOf(cy)
  const socket = new RoomSocket(short.url, room, cy.token)
  await socket.until(isChanges)
  expect(await socket.closed).toEqual({ code: 4401, reason: 'unauthenticated' })
  const livedMs = Date.now() - startedAt
  expect(livedMs).toBeGreaterThan((tokenSeconds - 1) * 1000) // `exp` is in whole seconds.
  expect(livedMs).toBeLessThan((tokenSeconds + 3) * 1000)
  expect(socket.frames.at(-1)).toMatchObject({ type: 'closing', code: 'unauthenticated' })
  await short.stop()
})

it('[SOK13] whoever leaves is out at once; the others see it', async () => {
  const room = await roomOf(ana, [bo])
  const [a, b] = [
    new RoomSocket(parley.url, room, ana.token),
    new RoomSocket(parley.url, room, bo.token),
  ]
  await Promise.all([a.until(isChanges), b.until(isChanges)])
  expect(await bo.ask('POST', `/rooms/${room}/leave`, {}).catch(() => null)).toMatchObject({
    status: 204,
  })
  expect(await b.closed).toEqual({ code: 4403, reason: 'forbidden' })
  await a.until(
    (frame) => frame.type === 'changes' && frame.members.some(({ state }) => state === 'left'),
  )
  expect(await bo.ask('GET', `/rooms/${room}/messages`)).toMatchObject({ status: 403 })
  expect((await new RoomSocket(parley.url, room, bo.token).closed).code).toBe(1006)
  await a.close()
})

it('[R11 SOK11] an idle room hibernates with its sockets open, and wakes as it was', async () => {
  const bundle = await buildWorker('test/workers/tells-when-it-wakes.ts')
  const watched = await startParley({ vars: wideLimits, bundle })
  const wakes = () => watched.workerd.output().split('A room woke.').length - 1
  const [cy, di] = [await signUp(watched, 'Cy'), await signUp(watched, 'Di')]
  const room = await roomOf(cy, [di])
  const [c, d] = [cy, di].map(({ token }) => new RoomSocket(watched.url, room, token)) as [
    RoomSocket,
    RoomSocket,
  ]
  await Promise.all([c.until(isChanges), d.until(isChanges)])
  c.send({ type: 'send', ref: 1, id: uuidv7(), body: 'Good night' })
  await d.until((frame) => frame.type === 'changes' && frame.messages[0]?.body === 'Good night')
  expect(wakes()).toBe(1)

  // The runtime evicts after ten idle seconds, if nothing of ours is left running. The last that rings is
  // the alarm by which the room passes on what it counted.
  await new Promise((resolve) => setTimeout(resolve, meterDelayMs + 13_000))
  d.send({ type: 'send', ref: 2, id: uuidv7(), body: 'Good morning' })
  await d.until((frame) => frame.type === 'ok' && frame.ref === 2)
  await c.until((frame) => frame.type === 'changes' && frame.messages[0]?.body === 'Good morning')
  expect(wakes()).toBe(2)
  expect(c.said.map(({ body }) => body)).toEqual(['Good night', 'Good morning'])
  await watched.stop()
})
