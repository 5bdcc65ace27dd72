// Whoever loses a right between the question and the deed: a real database, a room that thinks again.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type Database } from '../../database/client.ts'
import { migrate } from '../../dev/migrate.ts'
import { type Postgres, startPostgres } from '../../dev/postgres.ts'
import { noBecause, yes } from '../../durable/answers.ts'
import { defaultSettings } from '../../protocol/changes.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { newSessionId, newUserId, rev } from '../../test/support/ids.ts'
import { changeRoom, deleteRoom } from '../domain/rooms.ts'
import type { RoomStub } from '../env.ts'
import { Rooms } from '../room-stub.ts'

let postgres: Postgres
let db: Database
const caller = {
  ...{ userId: newUserId(), sessionId: newSessionId(), username: 'a', name: 'Ann' },
  ...{ role: 'user' as const, expiresAt: new Date(Date.now() + 60_000) },
}

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.url)
  db = connect(postgres.url)
  await db.execute(sql`insert into users
    (id, email, email_key, username, username_key, password_hash, display_name)
    values (${caller.userId}, 'a', 'a', 'a', 'a', '', 'Ann')`)
  await db.execute(sql`insert into sessions (id, user_id, token_hash, device, expires_at)
    values (${caller.sessionId}, ${caller.userId}, 'a', '', now() + interval '1 hour')`)
})

afterAll(() => postgres.close())

/** A room whose owner the caller was when first asked, and is no more when it comes to the deed. */
async function roomThatThinksAgain(meanwhile: () => Promise<unknown> = async () => {}) {
  const id = uuidv7() as RoomId
  const said: string[] = []
  await db.execute(sql`insert into rooms (id, name, name_key, topic, visibility, owner_id)
    values (${id}, ${id}, ${id}, 'Tea', 'public', ${caller.userId})`)
  const room = {
    ...{ id, rev: rev(1), name: id, topic: 'Tea', visibility: 'public' as const },
    ...{ memberCount: 1, settings: defaultSettings },
  }
  const granted = async () => yes({ room, role: 'owner' })
  const denied = async () => {
    await meanwhile()
    return noBecause('forbidden')
  }
  const stub = {
    ...{ view: granted, mayChange: granted },
    ...{ change: denied, destroyBy: denied },
    destroy: async () => void said.push('destroy'),
    refresh: async () => void said.push('refresh'),
  }
  const rooms = new Rooms({ getByName: () => stub as unknown as RoomStub }, db)
  return { id, rooms, said }
}

async function rowOf(id: RoomId) {
  const { rows } = await db.execute(
    sql`select name, name_key, topic, version, deleted_at from rooms where id = ${id}`,
  )
  return rows[0]
}

it('leaves the name as it was for whoever lost the right to change it', async () => {
  const { id, rooms, said } = await roomThatThinksAgain()
  const changed = changeRoom(db, rooms, caller, id, { name: `New ${id}`, topic: 'Gin' })
  await expect(changed).rejects.toMatchObject({ code: 'forbidden' })
  const was = { name: id, name_key: id, topic: 'Tea', version: 3 }
  expect(await rowOf(id)).toMatchObject(was)
  expect(said).toEqual(['refresh'])
})

it('undoes nobody else’s change', async () => {
  const other = () => db.execute(sql`update rooms set topic = 'Rum', version = version + 1`)
  const { id, rooms } = await roomThatThinksAgain(other)
  const changed = changeRoom(db, rooms, caller, id, { topic: 'Gin' })
  await expect(changed).rejects.toMatchObject({ code: 'forbidden' })
  expect(await rowOf(id)).toMatchObject({ topic: 'Rum', version: 3 })
})

it('erases nothing for whoever owns the room no more, and takes the mark back', async () => {
  const { id, rooms, said } = await roomThatThinksAgain()
  await expect(deleteRoom(db, rooms, caller, id)).rejects.toMatchObject({ code: 'forbidden' })
  expect([said, (await rowOf(id))?.['deleted_at']]).toEqual([[], null])
})

it('takes back no mark but its own', async () => {
  const other = () => db.execute(sql`update rooms set deleted_at = now()`)
  const { id, rooms } = await roomThatThinksAgain(other)
  await expect(deleteRoom(db, rooms, caller, id)).rejects.toMatchObject({ code: 'forbidden' })
  expect((await rowOf(id))?.['deleted_at']).not.toBeNull()
})
