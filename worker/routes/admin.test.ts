// What those who run Parley see and do; and that nobody else finds anything there.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { AdminRooms, AuditPage, MirrorPage } from '../../protocol/api/admin.ts'
import type { RoomDetails } from '../../protocol/api/rooms.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')
/** Runs Parley. */
const root = await signUpAdmin(parley, 'Root')

const addresses = (room: string) =>
  [
    ['GET', '/admin/audit'],
    ['GET', '/admin/rooms'],
    ['GET', '/admin/mirror'],
    ['POST', `/admin/rooms/${room}/restore`],
    ['POST', `/admin/rooms/${room}/epoch`],
  ] as const

it('[D-33] is not there for anybody else, signed in or not, nor for an admin of yesterday', async () => {
  const room = await roomOf(ann)
  const yesterday = await signUpAdmin(parley, 'Yan')
  await db.execute(sql`update users set role = 'user' where id = ${yesterday.id}`)
  const nowhere = (await http('GET', '/nowhere')).text
  for (const [method, path] of addresses(room)) {
    for (const token of [undefined, ann.token, yesterday.token]) {
      const answer = await http(method, path, { token })
      expect([path, answer.status, answer.text]).toEqual([path, 404, nowhere])
    }
  }
})

it('[AUT2] knows an admin no more whose sign-in has ended', async () => {
  const room = await roomOf(ann)
  const gone = await signUpAdmin(parley, 'Gone')
  await http('POST', '/auth/logout', { token: gone.token, body: {} })
  for (const [method, path] of addresses(room)) {
    expect(code(await gone.ask(method, path))).toEqual([401, 'unauthenticated'])
  }
})

it('writes down what was done to people and rooms, and pages through it, newest first', async () => {
  const room = await roomOf(ann, [bob])
  const there = `/rooms/${room}`
  const until = new Date(Date.now() + 60_000).toISOString()
  // Each of them twice: the second changes nothing, and is no deed.
  for (const [method, list, change] of [
    ['PUT', 'members', { role: 'moderator' }],
    ['PUT', 'members', { mutedUntil: until }],
    ['DELETE', 'members', undefined],
    ['PUT', 'bans', undefined],
    ['DELETE', 'bans', undefined],
  ] as const) {
    for (const _ of [1, 2]) await ann.ask(method, `${there}/${list}/${bob.id}`, change)
  }
  const { body: invite } = await ann.ask<{ code: string }>('POST', `${there}/invites`, {})
  await ann.ask('DELETE', `/invites/${invite.code}`)
  await bob.ask('PUT', `${there}/members/${ann.id}`, { role: 'member' }) // Refused: no deed.
  await ann.ask('DELETE', there)

  const deeds = [
    { kind: 'roomCreated', subjectId: null },
    { kind: 'roleChanged', subjectId: bob.id, detail: { role: 'moderator' } },
    { kind: 'memberMuted', subjectId: bob.id, detail: { until } },
    { kind: 'memberRemoved', subjectId: bob.id },
    { kind: 'memberBanned', subjectId: bob.id },
    { kind: 'memberUnbanned', subjectId: bob.id },
    { kind: 'inviteMade', subjectId: null, detail: { expiresAt: null, maxUses: null } },
    { kind: 'inviteRevoked', subjectId: null },
    { kind: 'roomDeleted', subjectId: null },
  ].map((deed) => ({ detail: {}, ...deed, actorId: ann.id, roomId: room }))
  const read = async (more = '') =>
    (await root.ask<AuditPage>('GET', `/admin/audit?room=${room}${more}`)).body
  await expect.poll(async () => (await read()).records.length).toBe(deeds.length)
  const found = (await read()).records
  expect(
    found.map(({ id: _, at: __, requestId: ___, place: ____, ...deed }) => deed).toReversed(),
  ).toEqual(deeds)
  expect(JSON.stringify(found)).not.toContain(invite.code)

  const first = await read('&limit=5')
  const second = await read(`&limit=5&cursor=${first.next}`)
  expect([...first.records, ...second.records]).toEqual(found)
  expect(second.next).toBeNull()
})

it('lists all rooms by age, and what each says of its mirror', async () => {
  const mine = [await roomOf(ann), await roomOf(ann), await roomOf(ann)]
  const listed: AdminRooms['rooms'] = []
  let next: string | null = ''
  while (next !== null) {
    const path: string = `/admin/rooms?limit=2${next && `&cursor=${next}`}`
    const { body } = await root.ask<AdminRooms>('GET', path)
    listed.push(...body.rooms)
    next = body.next
  }
  const ids = listed.map(({ id }) => id)
  expect(ids).toEqual([...ids].sort())
  expect(ids).toEqual(expect.arrayContaining(mine))
  expect(listed.find(({ id }) => id === mine[0])).toMatchObject({
    ...{ ownerId: ann.id, visibility: 'public', memberCount: 1, deletedAt: null },
  })

  await expect
    .poll(async () => {
      const { body } = await root.ask<MirrorPage>('GET', '/admin/mirror')
      return body.rooms.find(({ id }) => id === mine[2])?.state
    })
    .toMatchObject({ rev: 1, archived: 1, failures: 0, parked: 0, behindMs: 0 })
})

it('begins a new epoch', async () => {
  const room = await roomOf(ann)
  const renewed = await root.ask<RoomDetails>('POST', `/admin/rooms/${room}/epoch`)
  expect([renewed.status, renewed.body.id]).toEqual([200, room])
  expect(code(await root.ask('POST', `/admin/rooms/${uuidv7()}/epoch`))).toEqual([404, 'notFound'])
})

it('[S9] takes only cursors, rooms and limits that are some', async () => {
  for (const path of [
    'audit?cursor=x',
    'audit?room=1',
    'audit?kind=x',
    'audit?actor=me',
    'rooms?limit=101',
    'mirror?cursor=e30',
  ]) {
    expect(code(await root.ask('GET', `/admin/${path}`))).toEqual([400, 'invalid'])
  }
})
