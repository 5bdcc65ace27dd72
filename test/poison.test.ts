// One row that Postgres refuses: everybody else's arrive all the same, and it is never forgotten. [R15]

import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type Database } from '../database/client.ts'
import { messages } from '../database/schema.ts'
import type { AuditPage, MirrorPage } from '../protocol/api/admin.ts'
import type { RoomId } from '../protocol/ids.ts'
import { signUpAdmin } from './support/admin.ts'
import { type Harness, startHarness } from './support/harness.ts'
import { newMessageId, newUserId } from './support/ids.ts'
import { mirrored } from './support/mirrored.ts'
import { type Person, roomOf, signUp, wideLimits } from './support/parley.ts'

/** How long a bad row may keep the others waiting. [R15] */
const othersWithinMs = 5_000

/** 1 + 2 + 4 + 8 seconds between the five tries, and some for a busy machine. */
const givenUpWithinMs = 30_000

let harness: Harness
let db: Database
let ana: Person
let root: Person

beforeAll(async () => {
  harness = await startHarness(wideLimits)
  db = connect(harness.postgres.url)
  ana = await signUp(harness, 'Ana')
  root = await signUpAdmin(harness, 'Root')
})
afterAll(() => harness.stop())

/** What no client could say, written into the room's own storage. */
async function plant(room: RoomId, statement: string, ...values: unknown[]): Promise<void> {
  const worker = harness.server.getWorker()
  const storage = await worker.getDurableObjectStorage('ChatRoom', { name: room })
  await storage.exec(statement, ...values)
}

async function say(room: RoomId, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const message = { id: newMessageId(), body: `Message ${n}` }
    expect((await ana.ask('POST', `/rooms/${room}/messages`, message)).status).toBe(201)
  }
}

const seqsOf = async (room: RoomId) =>
  (await db.select({ seq: messages.seq }).from(messages).where(eq(messages.roomId, room)))
    .map(({ seq }) => Number(seq))
    .sort((a, b) => a - b)

const numbers = (last: number, without: readonly number[] = []) =>
  Array.from({ length: last }, (_, n) => n + 1).filter((n) => !without.includes(n))

async function stateOf(room: RoomId) {
  const { body } = await root.ask<MirrorPage>('GET', '/admin/mirror')
  return body.rooms.find(({ id }) => id === room)?.state
}

const parkedRecords = async (room: RoomId) =>
  (await root.ask<AuditPage>('GET', `/admin/audit?room=${room}`)).body.records.filter(
    ({ kind }) => kind === 'rowParked',
  )

it('[R15] a NUL in the ledger delays nobody, is given up on record, and comes in once it is mended', async () => {
  const room = await roomOf(ana)
  harness.postgres.faults = () => 'fail' // The planting is to come before the archive.
  await say(room, 30)
  await plant(room, 'UPDATE messages SET body = body || char(0) WHERE seq IN (7, 20)')
  const startedAt = await backAgain()
  const others = numbers(30, [7, 20])
  await expect.poll(() => seqsOf(room), { timeout: 30_000, interval: 50 }).toEqual(others)
  expect(performance.now() - startedAt).toBeLessThan(othersWithinMs)

  await say(room, 5) // The room goes on, and so does its mirror.
  const later = numbers(35, [7, 20])
  await expect.poll(() => seqsOf(room), { timeout: othersWithinMs, interval: 50 }).toEqual(later)

  await expect
    .poll(async () => (await stateOf(room))?.parked, { timeout: givenUpWithinMs, interval: 500 })
    .toBe(2)
  expect(await stateOf(room)).toMatchObject({ rev: 36, archived: 36, failures: 0, behindMs: 0 })
  const records = await parkedRecords(room)
  expect(records.map(({ detail }) => detail).sort(byKey)).toEqual([
    { kind: 'message', key: '20', rev: 21 },
    { kind: 'message', key: '7', rev: 8 },
  ])
  expect(JSON.stringify(records)).not.toContain('Message')

  const [edited, erased] = [`/rooms/${room}/messages/7`, `/rooms/${room}/messages/20`]
  expect((await ana.ask('PATCH', edited, { body: 'Mended' })).status).toBe(200)
  expect((await ana.ask('DELETE', erased)).status).toBe(200)
  await mirrored({ url: harness.url, db }, room, ana)
  expect((await stateOf(room))?.parked).toBe(0)
  expect(await parkedRecords(room)).toHaveLength(2)
})

/** Lets Postgres answer again; resolves to when it is first asked. */
function backAgain(): Promise<number> {
  return new Promise((resolve) => {
    harness.postgres.faults = () => {
      resolve(performance.now())
      return 'none'
    }
  })
}

it('[R15 SND4] a message of an author whom Postgres does not know is taken as it is', async () => {
  const room = await roomOf(ana)
  harness.postgres.faults = () => 'fail'
  await say(room, 3)
  const stranger = newUserId()
  await plant(room, 'UPDATE messages SET author = ? WHERE seq = 2', stranger)
  harness.postgres.faults = () => 'none'
  await mirrored({ url: harness.url, db }, room, ana)
  const [row] = await db
    .select({ author: messages.authorId })
    .from(messages)
    .where(and(eq(messages.roomId, room), eq(messages.seq, 2 as never)))
  expect(row).toEqual({ author: stranger })
  expect((await stateOf(room))?.parked).toBe(0)
})

const byKey = (a: Record<string, unknown>, b: Record<string, unknown>) =>
  String(a['key']).localeCompare(String(b['key']))
