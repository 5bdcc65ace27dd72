// The sweep, on a real database and rooms that only remember having been erased.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type Database } from '../../database/client.ts'
import { migrate } from '../../dev/migrate.ts'
import { type Postgres, startPostgres } from '../../dev/postgres.ts'
import type { RoomSeed } from '../../durable/room-calls.ts'
import { newUserId } from '../../test/support/ids.ts'
import { sweep } from '../domain/sweep.ts'
import type { RoomStub } from '../env.ts'
import { Rooms } from '../room-stub.ts'

let postgres: Postgres
let db: Database
const owner = newUserId()

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.url)
  db = connect(postgres.url)
  await db.execute(sql`insert into users
    (id, email, email_key, username, username_key, password_hash, display_name)
    values (${owner}, 'a', 'a', 'a', 'a', '', 'Ann')`)
})

afterAll(() => postgres.close())

function roomsThat(erase: (id: string) => void, opened: RoomSeed[] = []) {
  const open = async (seed: RoomSeed) => opened.push(seed)
  const getByName = (id: string) =>
    ({ destroy: async () => erase(id), open }) as unknown as RoomStub
  return new Rooms({ getByName }, db)
}

async function insertRoom(deletedAgo: string | null) {
  const id = uuidv7()
  await db.execute(sql`insert into rooms
    (id, name, name_key, topic, visibility, owner_id, deleted_at)
    values (${id}, ${id}, ${id}, '', 'public', ${owner}, now() - ${deletedAgo}::interval)`)
  return id
}

async function idsIn(table: 'rooms' | 'sessions') {
  const { rows } = await db.execute(sql`select id from ${sql.identifier(table)}`)
  return rows.map((row) => row['id'])
}

it('[D-22] finishes the deletions that somebody began, and no other', async () => {
  const stays = await insertRoom(null)
  const underWay = await insertRoom('1 second')
  const halfDone = [await insertRoom('2 minutes'), await insertRoom('2 days')]
  const erased: string[] = []
  await sweep(
    db,
    roomsThat((id) => erased.push(id)),
  )
  expect(erased).toEqual(halfDone.toReversed())
  expect(new Set(await idsIn('rooms'))).toEqual(new Set([stays, underWay]))
})

it('opens the rooms whose creation stopped half-way, so that their owner finds them', async () => {
  const [young, mirrored, half] = [
    await insertRoom(null),
    await insertRoom(null),
    await insertRoom(null),
  ]
  const longAgo = sql`now() - interval '61 seconds'`
  await db.execute(sql`update rooms set created_at = ${longAgo} where id in (${mirrored}, ${half})`)
  await db.execute(sql`update rooms set epoch = ${uuidv7()} where id = ${mirrored}`)
  const opened: RoomSeed[] = []
  await sweep(
    db,
    roomsThat(() => {}, opened),
  )
  expect(opened.map(({ id }) => id)).toEqual([half])
  expect(opened).toMatchObject([{ version: 1, owner: { id: owner, asOf: expect.any(Number) } }])
  expect(await idsIn('rooms')).toContain(young)
})

it('keeps the row of a room that could not be erased, and goes on with the others', async () => {
  const [stuck, other] = [await insertRoom('2 hours'), await insertRoom('1 hour')]
  const failing = roomsThat((id) => {
    if (id === stuck) throw new Error('Not now.')
  })
  await expect(sweep(db, failing)).rejects.toThrow('Not now.')
  const left = await idsIn('rooms')
  expect(left).toContain(stuck)
  expect(left).not.toContain(other)
})

it('[D-40] forgets sign-ins a day after they are over', async () => {
  const insert = async (expires: string, revoked: string | null) => {
    const id = uuidv7()
    await db.execute(sql`insert into sessions
      (id, user_id, token_hash, device, expires_at, revoked_at) values
      (${id}, ${owner}, '', '', now() + ${expires}::interval, now() + ${revoked}::interval)`)
    return id
  }
  const kept = [
    await insert('1 day', null),
    await insert('-23 hours', null),
    await insert('1 day', '-23 hours'),
  ]
  await insert('-25 hours', null)
  await insert('1 day', '-25 hours')
  await sweep(
    db,
    roomsThat(() => {}),
  )
  expect(new Set(await idsIn('sessions'))).toEqual(new Set(kept))
})

it('[BOT5] takes revoked bots out of the rooms that could not be told, and asks none twice', async () => {
  const [room, bot] = [await insertRoom(null), newUserId()]
  await db.execute(sql`update rooms set epoch = ${uuidv7()} where id = ${room}`)
  await db.execute(sql`insert into bots (id, room_id, name, rights, token_hash, revoked_at)
    values (${bot}, ${room}, 'Robot', '{send}', 'h', now() - interval '2 minutes')`)
  await db.execute(sql`insert into bot_rooms (room_id, bot_id) values (${room}, ${bot})`)
  const dismissed: string[] = []
  const others = { open: async () => ({ ok: true }), destroy: async () => {} }
  const getByName = (name: string) => {
    const dismissBot = async (id: string) => dismissed.push(`${id} of ${name}`)
    return { ...others, dismissBot } as unknown as RoomStub
  }
  for (let n = 0; n < 2; n += 1) await sweep(db, new Rooms({ getByName }, db))
  expect(dismissed).toEqual([`${bot} of ${room}`])
})
