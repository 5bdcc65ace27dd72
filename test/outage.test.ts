// Postgres goes away under traffic and comes back: nobody notices, and nothing is missing. [R13, R14]

import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Fault } from '../dev/postgres.ts'
import type { RoomId } from '../protocol/ids.ts'
import { archiveBackoffMsMax, archiveDelayMs, databaseDeadlineMs } from '../protocol/limits.ts'
import { newMessageId } from './support/ids.ts'
import { mirrored } from './support/mirrored.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { roomOf, signUp, wideLimits } from './support/parley.ts'
import { seeded, seedOf } from './support/random.ts'
import { RoomSocket } from './support/room-socket.ts'
import { Promises, Writer } from './support/writer.ts'

const outageMs = 1_000 * Number(process.env['OUTAGE_SECONDS'] ?? 5)
const changes = Number(process.env['OUTAGE_CHANGES'] ?? 10_000)
const kills = Number(process.env['OUTAGE_KILLS'] ?? 5)

/** From the moment Postgres is back. [R13] */
const drainedWithinMs = 60_000

const seed = seedOf()

const parley = await ownParley({ vars: wideLimits })
const { db } = parley
const owner = await signUp(parley, 'Olga')
const people = await Promise.all(['Ana', 'Bo', 'Cy', 'Di'].map((name) => signUp(parley, name)))
const [rascal, mute] = await signUpAll(parley, 'Rex', 'Quinn')

const until = (isSo: () => boolean | Promise<boolean>, withinMs = 60_000) =>
  expect.poll(isSo, { timeout: withinMs, interval: 10 }).toBe(true)

function writersIn(room: RoomId, wanted: number, by = people) {
  const promises = new Promises()
  const shared = { room, url: parley.url, promises, wanted }
  return { promises, writers: by.map((person) => new Writer({ person, ...shared })) }
}

/** Everything people do in a room besides talking, once; each must be done, Postgres or not. */
async function live(room: RoomId, socket: RoomSocket, n: number): Promise<void> {
  const at = `/rooms/${room}`
  const done = async (status: number, method: string, path: string, body?: unknown) => {
    const answer = await owner.ask<{ hits?: { seq: number }[]; seq: number }>(method, path, body)
    expect([method, path, answer.status]).toEqual([method, path, status])
    return answer.body
  }
  const body = `Needle${n} in the hay`
  const { seq } = await done(201, 'POST', `${at}/messages`, { id: newMessageId(), body })
  const { hits } = await done(200, 'GET', `${at}/search?query=needle${n}`)
  expect(hits?.map((hit) => hit.seq)).toEqual([seq])
  await done(200, 'PATCH', `${at}/messages/${seq}`, { body: `${body}, edited` })
  const thumb = encodeURIComponent('👍')
  await done(200, 'PUT', `${at}/messages/${seq}/reactions/${thumb}`)
  if (n % 3 === 0) await done(200, 'DELETE', `${at}/messages/${seq}`)
  socket.send({ type: 'read', seq })
  const mutedUntil = n % 2 === 0 ? new Date(Date.now() + 60_000).toISOString() : null
  await done(200, 'PUT', `${at}/members/${mute.id}`, { mutedUntil })
  await done(204, 'PUT', `${at}/bans/${rascal.id}`)
  await done(204, 'DELETE', `${at}/bans/${rascal.id}`)
}

it(
  '[R13 R14 API5] an outage stops nobody, and afterwards the mirror is the room',
  async () => {
    const room = await roomOf(owner, [...people, rascal, mute])
    const socket = new RoomSocket(parley.url, room, owner.token)
    await socket.welcome()
    const { promises, writers } = writersIn(room, changes / people.length)
    const questionsAt: number[] = []
    const kinds: Fault[] = ['fail', 'hang', 'cutBefore']
    parley.postgres.faults = () =>
      kinds[questionsAt.push(performance.now()) % kinds.length] ?? 'fail'

    const endsAt = performance.now() + outageMs
    await Promise.all(writers.map((writer) => writer.connect()))
    for (let n = 0; performance.now() < endsAt; n += 1) await live(room, socket, n)
    await until(() => writers.every(({ isDone }) => isDone))
    expect(promises.violations).toEqual([])

    parley.postgres.faults = () => 'none'
    const tookMs = await mirrored({ url: parley.url, db }, room, owner)
    expect(tookMs).toBeLessThan(drainedWithinMs)
    const gaps = questionsAt.map((at, index) => at - (questionsAt[index - 1] ?? at))
    expect(Math.max(...gaps)).toBeLessThan(archiveBackoffMsMax + databaseDeadlineMs + 1_000)
    for (const writer of writers) writer.stop()
    await socket.close()
    console.log(
      `${changes} changes in ${outageMs} ms without Postgres; equal ${tookMs | 0} ms later`,
    )
  },
  outageMs + 180_000,
)

it('[R14] a message does not hurry the retries', async () => {
  const room = await roomOf(owner, people)
  const { writers } = writersIn(room, 500)
  await Promise.all(writers.map((writer) => writer.connect()))
  await until(() => writers.every(({ isDone }) => isDone))
  let questions = 0
  parley.postgres.faults = () => {
    questions += 1
    return 'fail'
  }
  const endsAt = Date.now() + 4_000 // Time for tries at 1, 2 and 4 s; a hurried one comes each second.
  let said = 0
  while (Date.now() < endsAt) {
    const message = { id: newMessageId(), body: 'Knock' }
    const { status } = await owner.ask('POST', `/rooms/${room}/messages`, message)
    expect(status).toBe(201)
    said += 1
  }
  parley.postgres.faults = () => 'none'
  expect(said).toBeGreaterThan(20)
  expect(questions).toBeGreaterThan(0)
  expect(questions).toBeLessThan(5)
  await mirrored({ url: parley.url, db }, room, owner)
  for (const writer of writers) writer.stop()
})

it(`[R13] lost questions, lost answers and ${kills} kills, and still it is the room (seed ${seed})`, async () => {
  const random = seeded(seed)
  const room = await roomOf(owner, people)
  const { promises, writers } = writersIn(room, Number.POSITIVE_INFINITY, people.slice(2))
  parley.postgres.faults = () => {
    const chance = random()
    if (chance < 0.2) return 'cutBefore'
    return chance < 0.5 ? 'cutAfter' : 'none'
  }
  await Promise.all(writers.map((writer) => writer.connect()))
  for (let n = 0; n < kills; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 400 + random() * 1_200))
    await parley.workerd.kill()
    await Promise.all(writers.map((writer) => writer.gone()))
    await parley.workerd.start()
    await Promise.all(writers.map((writer) => writer.connect()))
  }
  for (const writer of writers) writer.stop()
  parley.postgres.faults = () => 'none'
  await mirrored({ url: parley.url, db }, room, owner)
  expect(promises.violations).toEqual([])
})

it('[R13 D-22] a room deleted while its rows are under way leaves nothing behind', async () => {
  for (let trial = 0; trial < 2; trial += 1) {
    const room = await roomOf(owner, people)
    const { writers } = writersIn(room, 400)
    await Promise.all(writers.map((writer) => writer.connect()))
    await until(() => writers.every(({ isDone }) => isDone))
    await until(async () => (await rowsOf(room)) > 0) // The first batch is in, the rest on its way.
    expect((await owner.ask('DELETE', `/rooms/${room}`)).status).toBe(204)
    expect(await rowsOf(room)).toBe(0)
    await quiet()
    expect(await rowsOf(room)).toBe(0)
    expect((await owner.ask('GET', `/rooms/${room}/messages`)).status).toBe(404)
  }
})

async function rowsOf(room: RoomId): Promise<number> {
  const { rows } = await db.execute(sql`
    select (select count(*) from rooms where id = ${room}) + (select count(*) from memberships
      where room_id = ${room}) + (select count(*) from messages where room_id = ${room}) as rows`)
  return Number(rows[0]?.['rows'])
}

/** Until Postgres has not been asked anything for longer than a retry would wait. */
async function quiet(): Promise<void> {
  let askedAt = Date.now()
  parley.postgres.faults = () => {
    askedAt = Date.now()
    return 'none'
  }
  await until(() => Date.now() - askedAt > 2 * archiveDelayMs)
  parley.postgres.faults = () => 'none'
}
