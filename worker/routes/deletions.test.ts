// An account that goes: for everybody at once, and in its rooms soon after. By its owner, by an admin, by nobody else.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { describe, expect, it } from 'vitest'
import type { Deed } from '../../database/audit.ts'
import { deletionReportDays } from '../../protocol/account-limits.ts'
import type { AuditPage } from '../../protocol/api/admin.ts'
import type { DeletionBegun, DeletionReport } from '../../protocol/api/deletions.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { newcomer, password, refresh, type SignedInPerson } from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { mirrored } from '../../test/support/mirrored.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { type Person, roomOf, signUp, wideLimits } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const olga = await signUp(parley, 'Olga')
const stranger = await signUp(parley, 'Stranger')
const root = await signUpAdmin(parley, 'Root')

const erase = { password, messages: 'erase' }
const keep = { password, messages: 'keep' }
const named = (one: SignedInPerson, name = 'Ann') => ({ ...one, name })

const reportOf = async ({ report }: DeletionBegun) =>
  (await http<DeletionReport>('GET', report.replace('/api/v1', ''))).body

/** Everything is done. */
async function ended(begun: DeletionBegun): Promise<DeletionReport> {
  const state = async () => (await reportOf(begun)).state
  await expect.poll(state, { timeout: 20_000 }).toBe('ended')
  return reportOf(begun)
}

async function gone(one: SignedInPerson, body: object = erase): Promise<DeletionReport> {
  const answer = await one.ask<DeletionBegun>('DELETE', '/users/me', body)
  expect(answer.status).toBe(202)
  expect(answer.headers.get('location')).toBe(answer.body.report)
  return ended(answer.body)
}

const post = async (by: Pick<Person, 'ask'>, room: RoomId, body: string) =>
  (await by.ask<{ seq: number }>('POST', `/rooms/${room}/messages`, { id: uuidv7(), body })).body
    .seq

describe('[ACC4 S29 AUT2] one’s own', () => {
  it('takes the password, and what is to become of what one said', async () => {
    const ann = await newcomer(http)
    const wrong = await ann.ask<{ errors: unknown }>('DELETE', '/users/me', {
      ...erase,
      password: 'wrong',
    })
    expect(code(wrong)).toEqual([401, 'wrongCredentials'])
    expect(wrong.body.errors).toEqual([{ path: 'password', message: 'is not right' }])
    for (const body of [{ password }, { messages: 'erase' }, { password, messages: 'burn' }]) {
      expect(code(await ann.ask('DELETE', '/users/me', body))).toEqual([400, 'invalid'])
    }
    expect(code(await http('DELETE', '/users/me', { body: erase }))).toEqual([
      ...[401, 'unauthenticated'],
    ])
    expect((await ann.ask('GET', '/users/me')).status).toBe(200)
  })

  it('ends every sign-in, closes every socket within a second, and frees the names', async () => {
    const ann = await newcomer(http)
    const room = await roomOf(olga, [named(ann)])
    const socket = new RoomSocket(parley.url, room, ann.token)
    await socket.welcome()
    const askedAt = performance.now()
    expect((await ann.ask('DELETE', '/users/me', erase)).status).toBe(202)
    await socket.closed
    expect(performance.now() - askedAt).toBeLessThan(1_500) // With the hash of the password.

    expect((await ann.ask('GET', '/users/me')).status).toBe(401)
    expect((await ann.ask('POST', `/rooms/${room}/join`, {})).status).toBe(401)
    expect((await ann.ask('GET', `/rooms/${room}/messages`)).status).toBe(401)
    expect((await refresh(http, ann.refreshToken)).status).toBe(401)
    for (const login of [ann.email, ann.username, ann.id]) {
      const answer = await http('POST', '/auth/login', { body: { login, password } })
      expect(code(answer)).toEqual([401, 'wrongCredentials'])
    }
    const again = await newcomer(http, { email: ann.email, username: ann.username })
    expect(again.id).not.toBe(ann.id)
  })

  it('leaves nobody to find, to see, to change or to invite', async () => {
    const ann = await newcomer(http, { displayName: 'Vanishing Point' })
    await gone(ann)
    for (const by of [stranger, root]) {
      expect((await by.ask('GET', `/users/${ann.id}`)).status).toBe(404)
      expect((await by.ask('GET', `/users/${ann.id}/rooms`)).status).toBe(404)
      const found = await by.ask<{ users: unknown[] }>('GET', '/users?query=vanishing')
      expect(found.body.users).toEqual([])
    }
    expect((await root.ask('PATCH', `/users/${ann.id}`, { bio: 'Boo' })).status).toBe(404)
    expect((await root.ask('GET', `/users/${ann.id}/sessions`)).status).toBe(404)
    expect((await root.ask('DELETE', `/users/${ann.id}/sessions`)).status).toBe(404)
    const room = await roomOf(olga)
    expect((await olga.ask('PUT', `/rooms/${room}/bans/${ann.id}`)).status).toBe(404)
  })

  it('of two at once one happens', async () => {
    const ann = await newcomer(http)
    const both = [1, 2].map(() => ann.ask('DELETE', '/users/me', erase))
    const statuses = (await Promise.all(both)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([202, 401])
  })
})

describe('[S29 S8] somebody else’s', () => {
  const remove = (by: Pick<Person, 'ask'>, id: UserId) =>
    by.ask<DeletionBegun>('DELETE', `/users/${id}`, { messages: 'erase' })

  it('is an admin’s alone, and not there for others', async () => {
    const ann = await newcomer(http)
    expect(code(await remove(stranger, ann.id))).toEqual([404, 'notFound'])
    expect(code(await remove(ann, ann.id))).toEqual([404, 'notFound'])
    expect(code(await remove(stranger, uuidv7() as UserId))).toEqual([404, 'notFound'])
    const answer = await remove(root, ann.id)
    expect(answer.status).toBe(202)
    await ended(answer.body)
    expect((await ann.ask('GET', '/users/me')).status).toBe(401)
    expect(code(await remove(root, ann.id))).toEqual([404, 'notFound'])
    expect(code(await remove(root, uuidv7() as UserId))).toEqual([404, 'notFound'])
  })

  it('is on record at its beginning and its end, by id', async () => {
    const ann = await newcomer(http)
    await ended((await remove(root, ann.id)).body)
    const records = async () => {
      const { body } = await root.ask<AuditPage>('GET', `/admin/audit?subject=${ann.id}`)
      return body.records.map(({ kind, actorId, detail }) => ({ kind, actorId, detail }))
    }
    await expect.poll(records).toEqual([
      { kind: 'deletionEnded', actorId: null, detail: { rooms: 0, erased: 0 } },
      { kind: 'deletionBegun', actorId: root.id, detail: { messages: 'erase' } },
      { kind: 'registered', actorId: ann.id, detail: {} },
    ] satisfies (Pick<Deed, 'kind' | 'detail'> & { actorId: UserId | null })[])
  })

  it('[D-23] never takes the last who run Parley', async () => {
    expect(code(await remove(root, root.id))).toEqual([403, 'forbidden'])
    expect(code(await root.ask('DELETE', '/users/me', keep))).toEqual([409, 'lastAdmin'])
    const other = await signUpAdmin(parley, 'Other')
    const both = await Promise.all([root, other].map((by) => by.ask('DELETE', '/users/me', keep)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409])
    const { rows } = await db.execute(sql`select id from users where role = 'admin'`)
    expect(rows).toHaveLength(1)
    if (rows[0]?.['id'] !== root.id)
      await db.execute(sql`update users set role = 'admin' where id = ${stranger.id}`)
  })
})

describe('[S29] its rooms', () => {
  it('lose the name and every word, and the mirror is the room', async () => {
    const ann = await newcomer(http)
    const room = await roomOf(olga, [named(ann)])
    const first = await post(ann, room, 'A word of mine')
    await post(olga, room, 'Hello')
    const report = await gone(ann)
    expect(report).toMatchObject({ messages: 'erase', messagesErased: 1 })
    expect(report.rooms).toEqual({ total: 1, visited: 1, handedOver: 0, deleted: 0 })
    const { body } = await olga.ask<{ messages: { seq: number; body: string }[] }>(
      ...(['GET', `/rooms/${room}/messages`] as const),
    )
    expect(body.messages.find(({ seq }) => seq === first)).toMatchObject({ body: '' })
    expect(body.messages.map(({ seq }) => seq)).toEqual(body.messages.map((_, n) => n + 1))
    const found = await olga.ask<{ hits: unknown[] }>('GET', `/rooms/${room}/search?query=word`)
    expect(found.body.hits).toEqual([])
    await mirrored({ url: parley.url, db }, room, olga)
  })

  it('keep what was said where that was wanted, by nobody', async () => {
    const ann = await newcomer(http)
    const room = await roomOf(olga, [named(ann)])
    await post(ann, room, 'A word to keep')
    expect(await gone(ann, keep)).toMatchObject({ messages: 'keep', messagesErased: 0 })
    const found = await olga.ask<{ hits: unknown[]; people: unknown[] }>(
      ...(['GET', `/rooms/${room}/search?query=keep`] as const),
    )
    expect(found.body.hits).toHaveLength(1)
    expect(found.body.people).toContainEqual({ id: ann.id, name: '', avatar: null })
    await mirrored({ url: parley.url, db }, room, olga)
  })

  it('go to the next, or go; and no invite of theirs opens anything', async () => {
    const ann = await newcomer(http)
    const [shared, alone] = [await roomOf(named(ann), [olga]), await roomOf(named(ann))]
    const invite = await ann.ask<{ code: string }>('POST', `/rooms/${shared}/invites`, {})
    const report = await gone(ann)
    expect(report.rooms).toEqual({ total: 2, visited: 2, handedOver: 1, deleted: 1 })
    expect((await olga.ask('GET', `/rooms/${alone}`)).status).toBe(404)
    expect((await olga.ask('GET', `/rooms/${shared}`)).body).toMatchObject({ role: 'owner' })
    expect((await olga.ask('GET', `/invites/${invite.body.code}`)).status).toBe(404)
    await mirrored({ url: parley.url, db }, shared, olga)
  })

  it('are those they left, were turned out of and are kept out of, too', async () => {
    const ann = await newcomer(http)
    const rooms: RoomId[] = []
    for (let n = 0; n < 3; n += 1) {
      const room = await roomOf(olga, [named(ann)])
      await post(ann, room, 'A word of before')
      rooms.push(room)
    }
    const [left = '', removed = '', banned = ''] = rooms
    await ann.ask('POST', `/rooms/${left}/leave`, {})
    await olga.ask('DELETE', `/rooms/${removed}/members/${ann.id}`)
    await olga.ask('PUT', `/rooms/${banned}/bans/${ann.id}`)
    expect(await gone(ann)).toMatchObject({ messagesErased: 3, rooms: { visited: 3 } })
    const bans = await olga.ask<{ people: unknown[] }>('GET', `/rooms/${banned}/bans`)
    expect(JSON.stringify(bans.body)).toContain(ann.id)
  })

  it('[API5] are those that Postgres hears of only later, too', async () => {
    const ann = await newcomer(http)
    const room = await roomOf(olga)
    parley.postgres.faults = () => 'fail'
    expect((await ann.ask('POST', `/rooms/${room}/join`, {})).status).toBe(200)
    await post(ann, room, 'Said in the dark')
    parley.postgres.faults = () => 'none'
    await gone(ann)
    const texts = async () => {
      const { body } = await olga.ask<object>('GET', `/rooms/${room}/messages`)
      const members = await olga.ask<object>('GET', `/rooms/${room}/members`)
      return JSON.stringify([body, members.body])
    }
    await expect.poll(texts, { timeout: 60_000 }).not.toMatch(/Said in the dark|ann-/)
    await mirrored({ url: parley.url, db }, room, olga)
  })
})

describe('[S29] a report', () => {
  it('is for whoever has its code, for so many days', async () => {
    const ann = await newcomer(http)
    const { body } = await ann.ask<DeletionBegun>('DELETE', '/users/me', erase)
    await ended(body)
    const path = `/deletions/${body.code}`
    const others = [`/deletions/${'A'.repeat(22)}`, '/deletions/x', '/deletions/']
    for (const other of others) expect((await http('GET', other)).status).toBe(404)
    const age = (days: number) =>
      db.execute(sql`update deletions
        set ended_at = now() - make_interval(days => ${days}, secs => 5) where code = ${body.code}`)
    await age(deletionReportDays - 1)
    expect((await http('GET', path)).status).toBe(200)
    await age(deletionReportDays)
    expect((await http('GET', path)).status).toBe(404)
  })
})
