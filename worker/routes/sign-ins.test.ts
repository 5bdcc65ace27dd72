// Where somebody is signed in: seen, ended, and what is left of it then.

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { SignIns } from '../../protocol/api/sign-ins.ts'
import {
  newcomer,
  password,
  refresh,
  type SignedInPerson,
  signInAgain,
} from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { allOpen, allShut, closesAll, doorsOf, socketIn } from '../../test/support/doors.ts'
import { cookieOf } from '../../test/support/http.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { type Person, roomOf, signUp, wideLimits } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, url } = parley
const root = await signUpAdmin(parley, 'Root')
const host = await signUp(parley, 'Host')
const room = await roomOf(host)

type Asks = Pick<SignedInPerson, 'ask'> | Person

const listed = async (by: Asks, path = '/auth/sessions') =>
  (await by.ask<SignIns>('GET', path)).body

/** The sign-in that asks. */
async function currentId(person: SignedInPerson): Promise<string> {
  const { sessions } = await listed(person)
  return sessions.find(({ current }) => current)?.id ?? ''
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

it('[S7 V-23] lists one’s sign-ins, the last used first, each with no more than a line tells', async () => {
  const first = await newcomer(http)
  const believed = { 'user-agent': firefox, 'cf-connecting-ip': '203.0.113.77' }
  const headers = { ...believed, 'x-forwarded-for': '198.51.100.9', 'x-real-ip': '198.51.100.9' }
  const second = await signInAgain(http, first, headers)
  await newcomer(http) // Somebody else's is in nobody's list.

  const { sessions, next } = await listed(second)
  expect(sessions.map(({ current }) => current)).toEqual([true, false])
  expect(next).toBeNull()
  expect(sessions[0]).toEqual({
    ...{ id: expect.stringMatching(/^[\da-f-]{36}$/), current: true },
    ...{ device: 'Firefox on Linux', userAgent: firefox, place: '203.0.113.0/24' },
    createdAt: expect.stringMatching(/Z$/),
    usedAt: expect.stringMatching(/Z$/),
    expiresAt: expect.stringMatching(/Z$/),
  })
  expect(sessions[1]).toMatchObject({ device: 'node', place: null })

  await refresh(http, first.refreshToken)
  const after = await listed(second)
  expect(after.sessions.map(({ id }) => id)).toEqual(sessions.map(({ id }) => id).toReversed())
  const page = await listed(second, '/auth/sessions?limit=1')
  const rest = await listed(second, `/auth/sessions?limit=1&cursor=${page.next}`)
  expect([...page.sessions, ...rest.sessions]).toEqual(after.sessions)
  expect(rest.next).toBeNull()
})

it('[S4 AUT2] ends one of one’s own: its sockets close at once, nothing of it opens anything', async () => {
  const lost = await newcomer(http)
  const kept = await signInAgain(http, lost)
  await kept.ask('POST', `/rooms/${room}/join`)
  const staying = await socketIn(url, room, kept.token)
  const closing = [await socketIn(url, room, lost.token), await socketIn(url, room, lost.token)]
  const id = await currentId(lost)

  await closesAll(closing, async () => {
    const { status, headers } = await kept.ask('DELETE', `/auth/sessions/${id}`)
    expect([status, headers.getSetCookie()]).toEqual([204, []])
  })
  expect(await doorsOf(parley, lost, room)).toEqual(allShut)
  expect((await listed(kept)).sessions).toHaveLength(1)
  expect(staying.isClosed).toBe(false)
  await staying.close()
  expect(await doorsOf(parley, kept, room)).toEqual(allOpen)
})

it('[V-14] finds nobody else’s sign-in, none that has ended, and none that is none', async () => {
  const [ann, bob] = [await newcomer(http), await newcomer(http)]
  const foreign = `/auth/sessions/${await currentId(bob)}`
  const own = await signInAgain(http, ann)
  const ended = `/auth/sessions/${await currentId(own)}`
  await ann.ask('DELETE', ended)
  const nowhere = (await http('GET', '/nowhere')).text
  for (const path of [foreign, ended, `/auth/sessions/${uuidv7()}`, '/auth/sessions/1']) {
    for (const by of [ann, root]) {
      const answer = await by.ask('DELETE', path)
      expect([path, answer.status]).toEqual([path, 404])
      if (by === ann) expect((answer as { text?: string }).text).toBe(nowhere)
    }
  }
  expect((await bob.ask('GET', '/users/me')).status).toBe(200)
  for (const method of ['GET', 'DELETE'] as const) {
    const path = method === 'GET' ? '/auth/sessions' : foreign
    expect(code(await http(method, path))).toEqual([401, 'unauthenticated'])
  }
  expect(code(await ann.ask('GET', '/auth/sessions?cursor=x'))).toEqual([400, 'invalid'])
  expect(code(await ann.ask('GET', '/auth/sessions?limit=101'))).toEqual([400, 'invalid'])
})

it('[S18] signs out where the current one is ended, and drops its cookie', async () => {
  const ann = await newcomer(http)
  await ann.ask('POST', `/rooms/${room}/join`)
  const out = await ann.ask('DELETE', `/auth/sessions/${await currentId(ann)}`)
  expect([out.status, cookieOf(out)]).toEqual([204, '__Host-parley='])
  expect(await doorsOf(parley, ann, room)).toEqual(allShut)
})

it('[ACC2 V-13 S4] a new password ends every other sign-in and leaves this one', async () => {
  const ann = await newcomer(http)
  const others = [await signInAgain(http, ann), await signInAgain(http, ann)]
  await ann.ask('POST', `/rooms/${room}/join`)
  const staying = await socketIn(url, room, ann.token)
  const closing = await Promise.all(others.map(({ token }) => socketIn(url, room, token)))
  const next = 'another horse battery'
  const change = () => ann.ask('POST', '/auth/password', { current: password, next })

  await closesAll(closing, async () => expect((await change()).status).toBe(204))
  for (const other of others) expect(await doorsOf(parley, other, room)).toEqual(allShut)
  expect(staying.isClosed).toBe(false)
  await staying.close()
  expect(await doorsOf(parley, ann, room)).toEqual(allOpen)

  const shown = async (password: string) =>
    (await http('POST', '/auth/login', { body: { login: ann.username, password } })).status
  expect([await shown(password), await shown(next)]).toEqual([401, 200])
})

it('[D-27 S14] changes no password without the current one, to the same, or to a poor one', async () => {
  const ann = await newcomer(http)
  const other = await signInAgain(http, ann)
  await ann.ask('POST', `/rooms/${room}/join`)
  const change = (current: unknown, next: unknown) =>
    ann.ask('POST', '/auth/password', { current, next })
  const wrong = await change('correct horse', 'another horse battery')
  expect(code(wrong)).toEqual([401, 'wrongCredentials'])
  expect(wrong.body['errors']).toEqual([{ path: 'current', message: 'is not right' }])
  const same = await change(password, password)
  expect(code(same)).toEqual([400, 'invalid'])
  expect(same.body['errors']).toMatchObject([{ path: 'next' }])
  for (const next of ['short', 'x'.repeat(129), 7, null, { $regex: '.*' }, []]) {
    expect(code(await change(password, next))).toEqual([400, 'invalid']) // [V-1]
    expect(code(await change(next, 'another horse battery'))[0]).toBeGreaterThanOrEqual(400)
  }
  const body = { current: password, next: 'another horse battery' }
  expect(code(await http('POST', '/auth/password', { body }))).toEqual([401, 'unauthenticated'])
  expect(await doorsOf(parley, other, room)).toEqual(allOpen)
  expect((await signInAgain(http, ann)).id).toBe(ann.id)
})

it('[S14] takes another way to write the same password for the same', async () => {
  const ann = await newcomer(http, { password: 'pässwörter' })
  const same = { current: 'pässwörter', next: 'pässwörter'.normalize('NFD') }
  expect(code(await ann.ask('POST', '/auth/password', same))).toEqual([400, 'invalid'])
})

it('[S4 V-14] lets admins see and end somebody’s sign-ins; to others there is nothing', async () => {
  const ann = await newcomer(http)
  const again = await signInAgain(http, ann)
  const path = `/users/${ann.id}/sessions`
  const nowhere = (await http('GET', '/nowhere')).text
  for (const method of ['GET', 'DELETE']) {
    for (const token of [undefined, ann.token, host.token]) {
      const answer = await http(method, path, { token })
      expect([method, answer.status, answer.text]).toEqual([method, 404, nowhere])
    }
    for (const id of [uuidv7(), 'me']) {
      expect(code(await root.ask(method, `/users/${id}/sessions`))).toEqual([404, 'notFound'])
    }
  }
  const seen = await listed(root, path)
  expect(seen.sessions.map(({ current }) => current)).toEqual([false, false])
  expect((await root.ask('GET', `${path}?cursor=x`)).status).toBe(400)

  await ann.ask('POST', `/rooms/${room}/join`)
  const closing = await Promise.all([ann, again].map(({ token }) => socketIn(url, room, token)))
  await closesAll(closing, async () => {
    expect((await root.ask('DELETE', path)).status).toBe(204)
  })
  for (const one of [ann, again]) expect(await doorsOf(parley, one, room)).toEqual(allShut)
  expect((await listed(root, path)).sessions).toEqual([])
  expect((await root.ask('DELETE', path)).status).toBe(204) // Nothing is left to end.
})
