// The archive's statements against a real database: what comes late, of an earlier life, is nothing.

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Batch, mirrorIn } from '../database/archive.ts'
import { connect, type Database } from '../database/client.ts'
import { memberships, messages, rooms, users } from '../database/schema.ts'
import { migrate } from '../dev/migrate.ts'
import { type Postgres, startPostgres } from '../dev/postgres.ts'
import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import type { Epoch, RoomId } from '../protocol/ids.ts'
import { forgetRowsMax } from '../protocol/limits.ts'
import { messageId, newEpoch, newRoomId, newUserId, rev, seq } from './support/ids.ts'

let postgres: Postgres
let database: Database

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.url)
  database = connect(postgres.url)
})
afterAll(() => postgres.close())

const author = newUserId()

/** A room in the directory, and nothing mirrored of it. */
async function room(): Promise<RoomId> {
  const id = newRoomId()
  const name = `Person ${author}`
  const account = { id: author, email: name, emailKey: name, username: name, usernameKey: name }
  await database
    .insert(users)
    .values({ ...account, passwordHash: '-', displayName: name })
    .onConflictDoNothing()
  const entry = { id, name: id, nameKey: id, topic: '', visibility: 'private' as const }
  await database.insert(rooms).values({ ...entry, ownerId: author })
  return id
}

const message = (n: number): MessageRow => ({
  ...{ seq: seq(n), rev: rev(n + 1), id: messageId(n), authorId: author, kind: 'message' },
  ...{ body: `Message ${n}`, replyTo: null, mentions: [], reactions: {}, notice: null },
  ...{ createdAt: 1_900_000_000_123 + n, editedAt: null, deletedAt: null },
})
const ana: MemberRow = {
  ...{ userId: author, rev: rev(1), name: 'Ana', avatar: null, role: 'owner', state: 'joined' },
  mutedUntil: null,
}
const upTo = (roomId: RoomId, epoch: Epoch, last: number, first = 1): Batch => ({
  ...{
    roomId,
    epoch,
    to: rev(last + 1),
    seq: seq(last),
    memberCount: 1,
    newestAt: message(last).createdAt,
    members: [ana],
    marks: [],
  },
  messages: Array.from({ length: last - first + 1 }, (_, n) => message(n + first)),
})

async function mirrorOf(id: RoomId) {
  const said = await database.select().from(messages).where(eq(messages.roomId, id))
  const people = await database.select().from(memberships).where(eq(memberships.roomId, id))
  const [head] = await database.select().from(rooms).where(eq(rooms.id, id))
  return { seqs: said.map((one) => one.seq).sort((a, b) => a - b), people, head }
}

it('[R8 R13] a late batch of an earlier life brings nothing back, whenever it comes', async () => {
  const mirror = mirrorIn(database)
  const [before, after] = [newEpoch(), newEpoch()]
  const late = (id: RoomId) => mirror.write(upTo(id, before, 9, 8))
  const restore = [
    (id: RoomId) => mirror.forgetEarlier(id, after),
    (id: RoomId) => mirror.write(upTo(id, after, 3)),
  ]
  for (const when of [1, 2]) {
    const id = await room()
    await mirror.write(upTo(id, before, 7))
    for (const [step, run] of restore.entries()) {
      await run(id)
      if (step + 1 === when) await late(id)
    }
    const { seqs, head, people } = await mirrorOf(id)
    expect([when, seqs]).toEqual([when, [1, 2, 3]])
    expect(head).toMatchObject({ epoch: after, rev: 4, seq: 3 })
    expect(people).toMatchObject([{ epoch: after }])
  }
})

it(`[R8] an earlier life of more than ${forgetRowsMax} rows goes in parts`, async () => {
  const mirror = mirrorIn(database)
  const [before, after] = [newEpoch(), newEpoch()]
  const id = await room()
  for (let first = 1; first <= forgetRowsMax; first += 1_000) {
    await mirror.write(upTo(id, before, first + 999, first))
  }
  expect(await mirror.forgetEarlier(id, after)).toBe(false)
  expect(await mirror.forgetEarlier(id, after)).toBe(true)
  expect(await mirrorOf(id)).toMatchObject({ seqs: [], people: [], head: { epoch: after, rev: 0 } })
})

it('[R13] a doubled batch and an older one under way beside it are one', async () => {
  const mirror = mirrorIn(database)
  const [id, epoch] = [await room(), newEpoch()]
  const batches = [upTo(id, epoch, 40), upTo(id, epoch, 40), upTo(id, epoch, 20)]
  await Promise.all([...batches, ...batches].map((one) => mirror.write(one)))
  const { seqs, head } = await mirrorOf(id)
  expect(seqs).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
  expect(head).toMatchObject({ rev: 41, seq: 40 })
})
