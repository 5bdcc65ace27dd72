// Rooms over HTTP, against the running app.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { History, Posted } from '../../protocol/api/messages.ts'
import type { Directory, Members, MyRooms, RoomCard } from '../../protocol/api/rooms.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, signUp } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { code, create, unique } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const { http, db } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')

it('leaves, and is no longer in the list; an owner stays', async () => {
  const id = await roomOf(ann, [bob])
  expect((await bob.ask('POST', `/rooms/${id}/leave`)).status).toBe(204)
  const { body } = await bob.ask<MyRooms>('GET', '/rooms/mine')
  expect(body.rooms.map((room) => room.id)).not.toContain(id)
  expect(code(await ann.ask('POST', `/rooms/${id}/leave`))).toEqual([409, 'ownerLeaves'])
})

it('shows in my rooms who said what last, newest activity first', async () => {
  const carl = await signUp(parley, 'Carl')
  const [first, second] = [await roomOf(carl, [ann]), await roomOf(carl)]
  const body = '👋'.repeat(300)
  const said = await ann.ask<Posted>('POST', `/rooms/${first}/messages`, { id: uuidv7(), body })
  const mine = async () => (await carl.ask<MyRooms>('GET', '/rooms/mine')).body.rooms
  const newest = async () => (await mine())[0]?.lastMessage?.seq
  await expect.poll(newest, { timeout: 10_000 }).toBe(said.body.seq)

  expect((await mine()).map(({ id }) => id)).toEqual([first, second])
  expect((await mine())[0]?.lastMessage).toMatchObject({
    authorName: 'Ann',
    excerpt: '👋'.repeat(200),
  })
  const page = await carl.ask<MyRooms>('GET', '/rooms/mine?limit=1')
  const next = await carl.ask<MyRooms>('GET', `/rooms/mine?limit=1&cursor=${page.body.next}`)
  expect(next.body).toMatchObject({ rooms: [{ id: second }], next: null })
})

it('[P15] lists members by role, then name, in pages', async () => {
  const others = await Promise.all(['Zoe', 'Änn', 'Carl'].map((name) => signUp(parley, name)))
  const id = await roomOf(bob, others)
  const names: string[] = []
  let cursor = ''
  do {
    const { body } = await bob.ask<Members>('GET', `/rooms/${id}/members?limit=3${cursor}`)
    names.push(...body.members.map(({ name, role }) => `${name} ${role}`))
    cursor = body.next === null ? '' : `&cursor=${body.next}`
  } while (cursor !== '')
  expect(names[0]).toBe('Bob owner')
  expect(new Set(names)).toEqual(new Set(['Bob owner', 'Carl member', 'Zoe member', 'Änn member']))
  expect(names).toHaveLength(4)
})

it('[P8] changes a room for whoever may, and everybody in it is told', async () => {
  const room = await create(ann)
  await bob.ask('POST', `/rooms/${room.id}/join`)
  const socket = new RoomSocket(parley.url, room.id, bob.token)
  await socket.welcome()
  const name = unique('New')
  const changed = await ann.ask<RoomCard>('PATCH', `/rooms/${room.id}`, { name, topic: 'News' })
  expect(changed.body).toMatchObject({ name, topic: 'News', visibility: 'public' })
  await socket.until((frame) => frame.type === 'changes' && frame.room?.name === name)
  socket.socket.terminate()

  expect(code(await bob.ask('PATCH', `/rooms/${room.id}`, { topic: 'Mine' }))).toEqual([
    403,
    'forbidden',
  ])
  const listed = await http<Directory>('GET', `/rooms?query=${encodeURIComponent(name)}`)
  expect(listed.body.rooms).toMatchObject([{ id: room.id, topic: 'News' }])
  const other = await create(ann)
  expect(code(await ann.ask('PATCH', `/rooms/${other.id}`, { name }))).toEqual([409, 'nameTaken'])
  const still = await ann.ask<RoomCard>('GET', `/rooms/${other.id}`)
  expect(still.body.name).toBe(other.name)
})

it('[P8 D-22] deletes a room: sockets close, nothing of it is left, its name is free', async () => {
  const room = await create(ann)
  await bob.ask('POST', `/rooms/${room.id}/join`)
  await ann.ask('POST', `/rooms/${room.id}/messages`, { id: uuidv7(), body: 'Hi' })
  const socket = new RoomSocket(parley.url, room.id, bob.token)
  await socket.welcome()

  expect(code(await bob.ask('DELETE', `/rooms/${room.id}`))).toEqual([403, 'forbidden'])
  expect((await ann.ask('DELETE', `/rooms/${room.id}`)).status).toBe(204)
  const last = await socket.until(({ type }) => type === 'closing')
  expect(last).toMatchObject({ code: 'roomGone' })
  expect(code(await ann.ask('GET', `/rooms/${room.id}`))).toEqual([404, 'notFound'])
  expect(code(await ann.ask('DELETE', `/rooms/${room.id}`))).toEqual([404, 'notFound'])
  for (const table of ['rooms', 'memberships', 'messages']) {
    const column = sql.identifier(table === 'rooms' ? 'id' : 'room_id')
    const found = db.execute(sql`select from ${sql.identifier(table)} where ${column} = ${room.id}`)
    expect((await found).rowCount).toBe(0)
  }
  expect((await create(bob, { name: room.name })).role).toBe('owner')
})

it('opens a room whose creation stopped half-way when somebody comes', async () => {
  const id = uuidv7()
  const name = unique('Half')
  await db.execute(sql`insert into rooms (id, name, name_key, topic, visibility, owner_id)
    values (${id}, ${name}, ${name}, '', 'public', ${ann.id})`)
  const card = await bob.ask<RoomCard>('GET', `/rooms/${id}`)
  expect(card.body).toMatchObject({ id, name, memberCount: 1, role: null })
  const socket = new RoomSocket(parley.url, id, ann.token)
  expect((await socket.welcome()).you.role).toBe('owner')
  socket.socket.terminate()
})

it('[SND2] posts once, however often, and history shows it as everybody reads it', async () => {
  const room = await roomOf(ann, [bob])
  const message = { id: uuidv7(), body: 'Hi 👋' }
  const path = `/rooms/${room}/messages`
  const first = await ann.ask<Posted>('POST', path, message)
  const again = await ann.ask('POST', path, message)
  expect([first.status, again.status]).toEqual([201, 200])
  expect(again.body).toEqual(first.body)
  expect(code(await ann.ask('POST', path, { ...message, body: 'Ho' }))).toEqual([409, 'idConflict'])

  const { body } = await bob.ask<History>('GET', path)
  const { seq } = first.body
  expect(body).toMatchObject({
    messages: [{ notice: { event: 'joined' } }, { ...message, seq, authorId: ann.id }],
    people: expect.arrayContaining([expect.objectContaining({ id: ann.id, name: 'Ann' })]),
    ...{ first: 1, last: seq },
  })
})

it('tells rooms of a new name, and a later join uses it whatever the token says', async () => {
  const dan = await signUp(parley, 'Dan')
  const [before, after] = [await roomOf(dan), await roomOf(ann)]
  const socket = new RoomSocket(parley.url, before, dan.token)
  await socket.welcome()
  await dan.ask('PATCH', '/users/me', { displayName: 'Daniel' })
  await socket.until(
    (frame) => frame.type === 'changes' && frame.members.some(({ name }) => name === 'Daniel'),
  )
  socket.socket.terminate()
  await dan.ask('POST', `/rooms/${after}/join`)
  const { body } = await ann.ask<Members>('GET', `/rooms/${after}/members`)
  expect(body.members.map(({ name }) => name)).toEqual(['Ann', 'Daniel'])
})

it('[P26] lets a room talk on while Postgres is away', async () => {
  const room = await roomOf(ann)
  parley.postgres.faults = () => 'cutBefore'
  const sent = await ann.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body: 'Still' })
  const mine = await ann.ask('GET', '/rooms/mine')
  const ready = await http('GET', '/ready')
  parley.postgres.faults = () => 'none'
  expect(sent.status).toBe(201)
  expect(code(mine)).toEqual([503, 'unavailable'])
  expect(ready.status).toBe(503)
  expect((await http('GET', '/ready')).status).toBe(200)
})

it('[S9] finds nothing at an id that is none, and no page at a cursor that is none', async () => {
  for (const id of ['1', 'mine%20', uuidv7().toUpperCase(), '%00', "'; drop table rooms; --"]) {
    const asked = await ann.ask('GET', `/rooms/${encodeURIComponent(id)}`)
    expect(code(asked)).toEqual([404, 'notFound'])
  }
  const key = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const cursors = [
    'x',
    'bnVsbA',
    key({ at: 1 }),
    key({ at: '0000-01-01T00:00:00.000Z', id: uuidv7() }),
  ]
  for (const cursor of cursors) {
    const asked = await ann.ask('GET', `/rooms/mine?cursor=${cursor}`)
    expect(code(asked)).toEqual([400, 'invalid'])
  }
})

it('[SND4] takes text that Postgres cannot hold for text that is not there', async () => {
  const login = { login: 'a\0b\ud800', password: 'x' }
  expect(code(await http('POST', '/auth/login', { body: login }))).toEqual([
    401,
    'wrongCredentials',
  ])
  expect((await http('GET', '/rooms?query=%00%ff%ed%a0%80')).status).toBe(200)
  const cursor = Buffer.from('"a\\u0000"').toString('base64url')
  expect(code(await http('GET', `/rooms?cursor=${cursor}`))).toEqual([400, 'invalid'])
})

it('[D-07] finds every address with a slash at its end as well', async () => {
  expect((await http('GET', '/rooms/')).status).toBe(200)
  expect((await ann.ask('GET', '/users/me/')).status).toBe(200)
  const name = unique('Slash')
  const made = await ann.ask('POST', '/rooms/', { name, visibility: 'public' })
  expect(made.status).toBe(201)
})
