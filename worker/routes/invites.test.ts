// Invites: how they open a room, and how they cease to.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Invite, InvitePreview, Invites } from '../../protocol/api/invites.ts'
import type { RoomCard } from '../../protocol/api/rooms.ts'
import {
  inviteSecondsMax,
  inviteSecondsMin,
  invitesPerMemberMax,
  inviteUsesMax,
} from '../../protocol/limits.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { type Person, signUp, wideLimits } from '../../test/support/parley.ts'
import { code, create } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')
const room = await create(ann, { visibility: 'private', topic: 'Hush' })

const invite = async (more: object = {}, by = ann, to = room) =>
  (await by.ask<Invite>('POST', `/rooms/${to.id}/invites`, more)).body

const accept = (by: Person, { code }: { code: string }) =>
  by.ask<RoomCard>('POST', `/invites/${code}/accept`)

const usesOf = async ({ code }: Invite) => {
  const { rows } = await db.execute(sql`select uses from invites where code = ${code}`)
  return rows[0]?.['uses']
}

it('opens a private room to whoever has it, who sees beforehand what it is', async () => {
  const made = await invite({ expiresIn: 3_600, maxUses: 5 })
  expect(made).toMatchObject({ maxUses: 5, uses: 0, creator: { id: ann.id, name: 'Ann' } })
  const inMs = Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt)
  expect(inMs).toBe(3_600_000)

  const { name, topic, visibility } = room
  const shown = await http<InvitePreview>('GET', `/invites/${made.code}`)
  expect([shown.status, shown.body]).toEqual([
    200,
    { name, topic, visibility, memberCount: expect.any(Number) },
  ])
  const entered = await accept(bob, made)
  expect([entered.status, entered.body.role]).toEqual([200, 'member'])
  expect((await bob.ask<RoomCard>('GET', `/rooms/${room.id}`)).body.role).toBe('member')
  expect(await usesOf(made)).toBe(1)
})

it('[V-8] takes whoever accepts twice in once, and whoever is in already not at all', async () => {
  const carl = await signUp(parley, 'Carl')
  const made = await invite({ maxUses: 1 })
  expect((await accept(carl, made)).status).toBe(200)
  expect((await accept(carl, made)).status).toBe(200)
  expect((await accept(ann, made)).body.role).toBe('owner')
  expect(await usesOf(made)).toBe(1)
})

it('[V-8 S15] shows alike what is unknown, revoked, expired, used up or of a deleted room', async () => {
  const dan = await signUp(parley, 'Dan')
  const revoked = await invite()
  expect((await ann.ask('DELETE', `/invites/${revoked.code}`)).status).toBe(204)
  const expired = await invite({ expiresIn: inviteSecondsMin })
  await db.execute(sql`update invites set expires_at = now() where code = ${expired.code}`)
  const usedUp = await invite({ maxUses: 1 })
  await accept(await signUp(parley, 'Eve'), usedUp)
  const gone = await create(ann, { visibility: 'private' })
  const ofGone = await invite({}, ann, gone)
  await ann.ask('DELETE', `/rooms/${gone.id}`)

  const unknown = { code: 'A'.repeat(22) }
  const nothing = await http('GET', `/invites/${unknown.code}`)
  expect(code(nothing)).toEqual([404, 'notFound'])
  for (const dead of [revoked, expired, usedUp, ofGone, unknown, { code: 'x' }, { code: '%00' }]) {
    const shown = await http('GET', `/invites/${dead.code}`)
    expect(shown.text).toBe(nothing.text)
    const refused = await accept(dan, dead)
    expect([refused.status, refused.body]).toEqual([404, nothing.body])
  }
})

it('gives a use back when the room says no', async () => {
  const eve = await signUp(parley, 'Eve')
  const made = await invite({ maxUses: 1 })
  expect((await ann.ask('PUT', `/rooms/${room.id}/bans/${eve.id}`)).status).toBe(204)
  expect(code(await accept(eve, made))).toEqual([403, 'banned'])
  expect(await usesOf(made)).toBe(0)
  expect((await accept(await signUp(parley, 'Fay'), made)).status).toBe(200)
})

it('finishes, when asked again, what a crash left half done', async () => {
  const gus = await signUp(parley, 'Gus')
  const made = await invite({ maxUses: 1 })
  await db.execute(sql`with half as (update invites set uses = 1 where code = ${made.code})
    insert into invite_uses (code, user_id) values (${made.code}, ${gus.id})`)
  expect(code(await accept(await signUp(parley, 'Hal'), made))).toEqual([404, 'notFound'])
  expect((await accept(gus, made)).status).toBe(200)
  expect(await usesOf(made)).toBe(1)
})

it('[V-6] lets nobody who was removed back in by a use that is used', async () => {
  const ida = await signUp(parley, 'Ida')
  const made = await invite({ maxUses: 1 })
  await accept(ida, made)
  await ann.ask('DELETE', `/rooms/${room.id}/members/${ida.id}`)
  expect(code(await accept(ida, made))).toEqual([404, 'notFound'])
})

it('leaves inviting to moderators until the room lets members, who then see their own', async () => {
  const own = await create(ann)
  await bob.ask('POST', `/rooms/${own.id}/join`)
  const path = `/rooms/${own.id}/invites`
  expect(code(await bob.ask('POST', path, {}))).toEqual([403, 'forbidden'])
  expect(code(await bob.ask('GET', path))).toEqual([403, 'forbidden'])
  await ann.ask('PATCH', `/rooms/${own.id}`, { settings: { invitesBy: 'member' } })
  const [hers, his] = [await invite({}, ann, own), await invite({}, bob, own)]
  const codes = async (by: Person) =>
    (await by.ask<Invites>('GET', path)).body.invites.map((one) => one.code)
  expect(await codes(bob)).toEqual([his.code])
  expect(await codes(ann)).toEqual([his.code, hers.code])

  expect(code(await bob.ask('DELETE', `/invites/${hers.code}`))).toEqual([404, 'notFound'])
  expect((await ann.ask('DELETE', `/invites/${his.code}`)).status).toBe(204)
  expect(code(await ann.ask('DELETE', `/invites/${his.code}`))).toEqual([404, 'notFound'])
  expect(await codes(ann)).toEqual([hers.code])
})

it('lists in pages, newest first', async () => {
  const own = await create(ann)
  const made = [await invite({}, ann, own), await invite({}, ann, own), await invite({}, ann, own)]
  const first = await ann.ask<Invites>('GET', `/rooms/${own.id}/invites?limit=2`)
  const path = `/rooms/${own.id}/invites?limit=2&cursor=${first.body.next}`
  const second = await ann.ask<Invites>('GET', path)
  const listed = [...first.body.invites, ...second.body.invites].map((one) => one.code)
  expect(listed).toEqual(made.map((one) => one.code).reverse())
  expect(second.body.next).toBeNull()
})

it.each([
  ['expiresIn', inviteSecondsMin - 1, inviteSecondsMin, inviteSecondsMax, inviteSecondsMax + 1],
  ['maxUses', 0, 1, inviteUsesMax, inviteUsesMax + 1],
])('[LIM1] takes %s from least to most', async (field, tooLittle, least, most, tooMuch) => {
  const ask = (value: unknown) => ann.ask('POST', `/rooms/${room.id}/invites`, { [field]: value })
  for (const value of [least, least + 1, most - 1, most])
    expect((await ask(value)).status).toBe(201)
  for (const value of [tooLittle, tooMuch, 1.5, '5', null, Number.MAX_SAFE_INTEGER]) {
    expect(code(await ask(value))).toEqual([400, 'invalid'])
  }
})

it('[V-7] revokes the oldest of somebody who has more open than they may', async () => {
  const own = await create(ann)
  const oldest = await invite({}, ann, own)
  for (let made = 1; made < invitesPerMemberMax; made += 1) await invite({}, ann, own)
  expect((await http('GET', `/invites/${oldest.code}`)).status).toBe(200)
  const newest = await invite({}, ann, own)
  expect((await http('GET', `/invites/${oldest.code}`)).status).toBe(404)
  expect((await http('GET', `/invites/${newest.code}`)).status).toBe(200)
})

it('[V-14] opens no room for a code of another kind, and makes none for a foreign room', async () => {
  expect(code(await bob.ask('POST', `/rooms/${uuidv7()}/invites`, {}))).toEqual([404, 'notFound'])
  expect(code(await bob.ask('POST', `/invites/${room.id}/accept`))).toEqual([404, 'notFound'])
  expect((await http('POST', `/invites/${'A'.repeat(22)}/accept`)).status).toBe(401)
})

it('[S15] ends with the right of whoever made it: removed, banned or no moderator any more', async () => {
  const own = await create(ann, { visibility: 'private' })
  const made = async () => {
    const kim = await signUp(parley, 'Kim')
    await accept(kim, await invite({}, ann, own))
    await ann.ask('PUT', `/rooms/${own.id}/members/${kim.id}`, { role: 'moderator' })
    return { kim, theirs: await invite({}, kim, own) }
  }
  const ways = [
    ['DELETE', 'members', undefined],
    ['PUT', 'bans', undefined],
    ['PUT', 'members', { role: 'member' }],
  ] as const
  for (const [method, list, body] of ways) {
    const { kim, theirs } = await made()
    expect((await http('GET', `/invites/${theirs.code}`)).status).toBe(200)
    await ann.ask(method, `/rooms/${own.id}/${list}/${kim.id}`, body)
    const stranger = await signUp(parley, 'Sam')
    expect([list, ...code(await accept(stranger, theirs))]).toEqual([list, 404, 'notFound'])
    expect((await http('GET', `/invites/${theirs.code}`)).status).toBe(404)
    expect(await usesOf(theirs)).toBe(0)
    if (!body) expect(code(await accept(kim, theirs))).toEqual([404, 'notFound'])
  }
})
