// Postgres did as it was told and its answer never came: asked again, everything ends well.

import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { connect } from '../../database/client.ts'
import type { Fault } from '../../dev/postgres.ts'
import type { MyRooms, RoomCard } from '../../protocol/api/rooms.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { signUp } from '../../test/support/parley.ts'
import { code, create, unique } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const ann = await signUp(parley, 'Ann')

/** What becomes of the next requests to Postgres, one after the other, but of what is written down. */
function next(...faults: Fault[]): void {
  parley.postgres.faults = (asked) =>
    asked.includes('audit_log') ? 'none' : (faults.shift() ?? 'none')
}

const card = async (id: string) => (await ann.ask<RoomCard>('GET', `/rooms/${id}`)).body

it('a change that the directory took is the room’s as well', async () => {
  const { id } = await create(ann)
  next('cutAfter')
  expect(code(await ann.ask('PATCH', `/rooms/${id}`, { topic: 'Leaves' }))).toEqual([
    ...[503, 'unavailable'],
  ])
  await expect.poll(async () => (await card(id)).topic).toBe('Leaves')
  const again = await ann.ask<RoomCard>('PATCH', `/rooms/${id}`, { topic: 'Leaves' })
  expect(again.body).toMatchObject({ topic: 'Leaves', role: 'owner' })
})

it.each(['cutBefore', 'cutAfter'] as const)(
  '[D-22] a deletion is asked for again (%s)',
  async (cut) => {
    const { id } = await create(ann)
    next(cut)
    expect(code(await ann.ask('DELETE', `/rooms/${id}`))).toEqual([503, 'unavailable'])
    expect((await ann.ask('DELETE', `/rooms/${id}`)).status).toBe(204)
    expect(code(await ann.ask('GET', `/rooms/${id}`))).toEqual([404, 'notFound'])
  },
)

it.each(['cutBefore', 'cutAfter'] as const)(
  '[D-22] its last step may be the sweep’s (%s)',
  async (cut) => {
    const { id } = await create(ann)
    next('none', cut)
    expect((await ann.ask('DELETE', `/rooms/${id}`)).status).toBe(204)
    expect(code(await ann.ask('GET', `/rooms/${id}`))).toEqual([404, 'notFound'])
  },
)

it('[D-22] a deletion that stopped before the row went is finished for its owner alone', async () => {
  const bob = await signUp(parley, 'Bob')
  const { id } = await create(ann)
  next('none', 'cutBefore')
  await ann.ask('DELETE', `/rooms/${id}`)
  expect(code(await bob.ask('DELETE', `/rooms/${id}`))).toEqual([404, 'notFound'])
  expect((await ann.ask('DELETE', `/rooms/${id}`)).status).toBe(204)
  expect(code(await ann.ask('DELETE', `/rooms/${id}`))).toEqual([404, 'notFound'])
})

it('a room whose creation stopped half-way opens for its owner who finds it', async () => {
  const name = unique('Half')
  next('cutAfter')
  const made = await ann.ask('POST', '/rooms', { name, visibility: 'private' })
  expect(code(made)).toEqual([503, 'unavailable'])
  const db = connect(parley.postgres.url)
  const { rows } = await db.execute<{ id: string }>(sql`select id from rooms where name = ${name}`)
  expect(await card(rows[0]?.id ?? '')).toMatchObject({ name, role: 'owner' })
  const { body } = await ann.ask<MyRooms>('GET', '/rooms/mine')
  expect(body.rooms.map((room) => room.name)).toContain(name)
})
