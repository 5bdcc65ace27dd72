// The mirror's promises, kept by a real database: late, twice, out of order, all the same.

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Batch, mirror } from '../database/archive.ts'
import { connect, type Database } from '../database/client.ts'
import { memberships, messages, rooms, users } from '../database/schema.ts'
import { migrate } from '../dev/migrate.ts'
import { type Postgres, startPostgres } from '../dev/postgres.ts'
import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import { messageId, newEpoch, newRoomId, newUserId, rev, seq } from './support/ids.ts'

let postgres: Postgres
let database: Database
let author: UserId
let room: RoomId
const [earlier, later] = [newEpoch(), newEpoch()]

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.url)
  database = connect(postgres.url)
})
afterAll(() => postgres.close())

beforeEach(async () => {
  author = newUserId()
  room = newRoomId()
  const name = `Person ${author}`
  await database.insert(users).values({
    ...{ id: author, email: name, emailKey: name, username: name, usernameKey: name },
    ...{ passwordHash: '-', displayName: name },
  })
  await database.insert(rooms).values({
    ...{ id: room, name, nameKey: name, topic: '', visibility: 'private', ownerId: author },
  })
})

const message = (n: number, at: number, body: string): MessageRow => ({
  ...{ seq: seq(n), rev: rev(at), id: messageId(n), authorId: author, kind: 'message', body },
  ...{ replyTo: null, mentions: [], reactions: {}, notice: null },
  ...{ createdAt: 1_900_000_000_123 + n, editedAt: null, deletedAt: null },
})
const member = (at: number, name: string): MemberRow => ({
  ...{ userId: author, rev: rev(at), name, avatar: null, role: 'owner', state: 'joined' },
  mutedUntil: null,
})
const batch = (to: number, rows: Partial<Batch>): Batch => ({
  ...{ roomId: room, epoch: earlier, to: rev(to), seq: seq(to), memberCount: 1 },
  newestAt: Math.max(0, ...(rows.messages ?? []).map(({ createdAt }) => createdAt)),
  ...{ messages: [], members: [], marks: [] },
  ...rows,
})
const bodies = async () =>
  (
    await database.select().from(messages).where(eq(messages.roomId, room)).orderBy(messages.seq)
  ).map(({ body }) => body)

describe('the mirror', () => {
  it('[API5 SND4] holds what was sent, to the letter and the millisecond', async () => {
    const body = 'Tabs\t"quotes" \\ \u{1F469}\u200d\u{1F469}\u200d\u{1F467} \u202e\u05d0 e\u0301'
    await mirror(
      database,
      batch(2, { messages: [message(1, 2, body)], members: [member(1, body)] }),
    )
    const [row] = await database.select().from(messages).where(eq(messages.roomId, room))
    expect(row).toMatchObject({ body, id: messageId(1), authorId: author, seq: 1, rev: 2 })
    expect(row?.createdAt.getTime()).toBe(1_900_000_000_124)
    const [mirrored] = await database.select().from(memberships).where(eq(memberships.roomId, room))
    expect(mirrored).toMatchObject({ name: body, role: 'owner', state: 'joined' })
    const [head] = await database.select().from(rooms).where(eq(rooms.id, room))
    expect(head).toMatchObject({ rev: 2, seq: 2, memberCount: 1, epoch: earlier })
    expect(head?.lastActiveAt.getTime()).toBe(1_900_000_000_124)
  })

  it('[API5 R13] is the same after a batch came twice, and an older one after it', async () => {
    const first = batch(2, { messages: [message(1, 2, 'First')], members: [member(1, 'Ana')] })
    const second = batch(4, { messages: [message(1, 4, 'Edited')], members: [member(3, 'Anna')] })
    for (const one of [first, first, second, second, first]) await mirror(database, one)
    expect(await bodies()).toEqual(['Edited'])
    const [head] = await database.select().from(rooms).where(eq(rooms.id, room))
    expect(head).toMatchObject({ rev: 4 })
    const [mirrored] = await database.select().from(memberships).where(eq(memberships.roomId, room))
    expect(mirrored).toMatchObject({ name: 'Anna', rev: 3 })
  })

  it('[SOK3 R8] a newer epoch wins over a higher rev of an older one, never the reverse', async () => {
    const old = batch(9, { messages: [message(1, 9, 'Old')] })
    const restored = batch(3, { epoch: later, messages: [message(1, 3, 'Restored')] })
    for (const one of [old, restored, old]) await mirror(database, one)
    expect(await bodies()).toEqual(['Restored'])
  })

  it('answers with what the directory says, also to a batch that came late', async () => {
    const said = { name: `Person ${author}`, topic: '', visibility: 'private', version: 1 }
    const entry = { ...said, gone: [] }
    expect(await mirror(database, batch(2, {}))).toEqual(entry)
    await database.update(rooms).set({ topic: 'Leaves', version: 2 }).where(eq(rooms.id, room))
    const later = { ...entry, topic: 'Leaves', version: 2 }
    expect(await mirror(database, batch(1, {}))).toEqual(later)
    await database.update(rooms).set({ deletedAt: new Date() }).where(eq(rooms.id, room))
    expect(await mirror(database, batch(3, {}))).toBeNull()
    expect(await mirror(database, batch(3, { roomId: newRoomId() }))).toBeNull()
  })

  it('[R15] leaves out a member whose account is gone, and takes the rest', async () => {
    const stranger = { ...member(1, 'Gone'), userId: newUserId() }
    await mirror(
      database,
      batch(3, { members: [stranger, member(2, 'Ana')], messages: [message(1, 3, 'Still here')] }),
    )
    expect(await bodies()).toEqual(['Still here'])
    expect(
      await database.select().from(memberships).where(eq(memberships.roomId, room)),
    ).toHaveLength(1)
  })

  it('[D-22] brings nothing back of a room that was deleted', async () => {
    await database.update(rooms).set({ deletedAt: new Date() }).where(eq(rooms.id, room))
    await mirror(
      database,
      batch(2, { messages: [message(1, 2, 'Late')], members: [member(1, 'Ana')] }),
    )
    expect(await bodies()).toEqual([])
    await database.delete(rooms).where(eq(rooms.id, room))
    await mirror(database, batch(2, { messages: [message(1, 2, 'Later')] }))
    expect(await bodies()).toEqual([])
  })
})
