// What is done to members, over HTTP.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Bans, Member, Members, RoomCard } from '../../protocol/api/rooms.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { muteMsMax } from '../../protocol/limits.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { type Person, roomOf, wideLimits } from '../../test/support/parley.ts'
import { code, create } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { db } = parley
const [ann, bob, carl] = await signUpAll(parley, 'Ann', 'Bob', 'Carl')

const put = (by: Person, room: RoomId, whom: Person, change: object) =>
  by.ask<Member>('PUT', `/rooms/${room}/members/${whom.id}`, change)

const roleOf = async (room: RoomId, person: Person) =>
  (await person.ask<RoomCard>('GET', `/rooms/${room}`)).body.role

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

it('gives and takes roles', async () => {
  const room = await roomOf(ann, [bob, carl])
  const raised = await put(ann, room, bob, { role: 'moderator' })
  expect(raised.body).toEqual({
    ...{ id: bob.id, name: 'Bob', avatar: null, role: 'moderator', mutedUntil: null },
  })
  expect(code(await put(bob, room, carl, { role: 'moderator' }))).toEqual([403, 'forbidden'])
  expect((await put(ann, room, bob, { role: 'member' })).body.role).toBe('member')
  expect(code(await put(ann, room, ann, { role: 'member' }))).toEqual([409, 'ownerLeaves'])
})

it('[P8] hands a room over, and its directory row, and with it the right to delete', async () => {
  const room = await roomOf(ann, [bob])
  expect((await put(ann, room, bob, { role: 'owner' })).body.role).toBe('owner')
  expect([await roleOf(room, ann), await roleOf(room, bob)]).toEqual(['moderator', 'owner'])
  expect(code(await ann.ask('DELETE', `/rooms/${room}`))).toEqual([403, 'forbidden'])
  await expect
    .poll(async () => {
      const { rows } = await db.execute(sql`select owner_id from rooms where id = ${room}`)
      return rows[0]?.['owner_id']
    })
    .toBe(bob.id)
  expect((await ann.ask('POST', `/rooms/${room}/leave`)).status).toBe(204)
  expect((await bob.ask('DELETE', `/rooms/${room}`)).status).toBe(204)
})

it('lets the room, not a late directory, decide who deletes it', async () => {
  const { id } = await create(ann, { visibility: 'private' })
  const { body } = await ann.ask<{ code: string }>('POST', `/rooms/${id}/invites`, {})
  await bob.ask('POST', `/invites/${body.code}/accept`)
  await put(ann, id, bob, { role: 'owner' })
  await bob.ask('DELETE', `/rooms/${id}/members/${ann.id}`)
  await db.execute(sql`update rooms set owner_id = ${ann.id} where id = ${id}`)
  expect(code(await ann.ask('DELETE', `/rooms/${id}`))).toEqual([404, 'notFound'])
  expect((await bob.ask('DELETE', `/rooms/${id}`)).status).toBe(204)
})

it('mutes until a moment, and no longer', async () => {
  const room = await roomOf(ann, [bob])
  const until = inAnHour()
  expect((await put(ann, room, bob, { mutedUntil: until })).body.mutedUntil).toBe(until)
  const send = () => bob.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body: 'Mm' })
  expect(code(await send())).toEqual([403, 'muted'])
  const listed = await bob.ask<Members>('GET', `/rooms/${room}/members`)
  expect(listed.body.members.find(({ id }) => id === bob.id)?.mutedUntil).toBe(until)
  expect((await put(ann, room, bob, { mutedUntil: null })).body.mutedUntil).toBeNull()
  expect((await send()).status).toBe(201)
})

it('removes: once is as good as twice, and a public room lets them back in', async () => {
  const room = await roomOf(ann, [bob])
  for (const _ of [1, 2]) {
    expect((await ann.ask('DELETE', `/rooms/${room}/members/${bob.id}`)).status).toBe(204)
  }
  expect(await roleOf(room, bob)).toBeNull()
  expect((await bob.ask('POST', `/rooms/${room}/join`)).status).toBe(200)
})

it('bans whoever is in or was never, lists them in pages, and unbans', async () => {
  const room = await roomOf(ann, [bob])
  const path = `/rooms/${room}/bans`
  for (const whom of [bob, carl, bob]) {
    expect((await ann.ask('PUT', `${path}/${whom.id}`)).status).toBe(204)
  }
  for (const whom of [bob, carl]) {
    expect(code(await whom.ask('POST', `/rooms/${room}/join`))).toEqual([403, 'banned'])
  }
  const first = await ann.ask<Bans>('GET', `${path}?limit=1`)
  const second = await ann.ask<Bans>('GET', `${path}?limit=1&cursor=${first.body.next}`)
  const listed = [...first.body.banned, ...second.body.banned]
  expect(listed.map(({ name }) => name).sort()).toEqual(['Bob', 'Carl'])
  expect(second.body.next).toBeNull()

  expect((await ann.ask('DELETE', `${path}/${bob.id}`)).status).toBe(204)
  expect((await bob.ask('POST', `/rooms/${room}/join`)).status).toBe(200)
  expect((await ann.ask<Bans>('GET', path)).body.banned.map(({ id }) => id)).toEqual([carl.id])
})

it('bans nobody who does not exist, and does not wait for Postgres to ban whom it knows', async () => {
  const room = await roomOf(ann, [bob])
  expect(code(await ann.ask('PUT', `/rooms/${room}/bans/${uuidv7()}`))).toEqual([404, 'notFound'])
  parley.postgres.faults = () => 'cutBefore'
  const banned = await ann.ask('PUT', `/rooms/${room}/bans/${bob.id}`)
  const refused = await bob.ask('GET', `/rooms/${room}/messages`)
  parley.postgres.faults = () => 'none'
  expect(banned.status).toBe(204)
  expect(code(refused)).toEqual([403, 'forbidden'])
  const listed = await ann.ask<Bans>('GET', `/rooms/${room}/bans`)
  expect(listed.body.banned).toMatchObject([{ id: bob.id, name: 'Bob' }])
})

it('[S9] takes no change but one of a role or of a silence', async () => {
  const room = await roomOf(ann, [bob])
  const both = { role: 'member', mutedUntil: null }
  const bad = [
    {},
    both,
    { role: 'guest' },
    { role: 7 },
    { mutedUntil: 'soon' },
    { mutedUntil: 0 },
    { mutedUntil: '2020-02-30T00:00:00Z' },
    { mutedUntil: '0000-01-01T00:00:00Z' },
    { mutedUntil: new Date(Date.now() - 60_000).toISOString() },
    { mutedUntil: new Date(Date.now() + 2 * muteMsMax).toISOString() },
    [],
  ]
  for (const change of bad) {
    expect([change, ...code(await put(ann, room, bob, change))]).toEqual([change, 400, 'invalid'])
  }
})

it('[V-14] knows nobody of another room, and no room of another kind', async () => {
  const room = await roomOf(ann)
  const there = `/rooms/${room}/members/${bob.id}`
  expect(code(await ann.ask('PUT', there, { role: 'member' }))).toEqual([404, 'notFound'])
  expect(code(await ann.ask('PUT', `/rooms/${room}/members/${room}`, { role: 'member' }))).toEqual([
    404,
    'notFound',
  ])
  expect(code(await ann.ask('DELETE', `/rooms/${uuidv7()}/members/${bob.id}`))).toEqual([
    404,
    'notFound',
  ])
})
