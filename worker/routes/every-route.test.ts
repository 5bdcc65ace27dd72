// What holds for every route there is, made of the router: a new route is in it by being one.

import { uuidv7 } from 'uuidv7'
import { describe, expect, it, test } from 'vitest'
import { rooms, users } from '../../database/schema.ts'
import {
  addressOf,
  changing,
  goodBody,
  type Route,
  routes,
} from '../../test/support/every-route.ts'
import { cookieOf } from '../../test/support/http.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'
import { unique } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db, url } = parley
const [ana, bo, eve] = await signUpAll(parley, 'Ana', 'Bo', 'Eve')
const room = await roomOf(ana, [bo])
const { body: hidden } = await ana.ask<{ id: string }>('POST', '/rooms', {
  ...{ name: unique('Hidden'), visibility: 'private' },
})
await ana.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body: 'Hi' })

const inRoom = {
  ...{ roomId: room, userId: bo.id, seq: '1', emoji: '👍' },
  code: 'A'.repeat(22),
}
const named = (list: readonly Route[]) => list.map((route) => [route.name, route] as const)

const here = new URL(url)
const foreign = [
  'https://evil.example',
  'null',
  `${url}.evil.example`,
  `https://${here.host}`,
  `http://${here.hostname}:${Number(here.port) + 1}`,
  `http://user@${here.host}`,
]
const forms = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'Text/Plain; charset=UTF-8',
  'application/json-patch+json',
  '',
]

describe('[S17 API2] no page of another site changes anything', async () => {
  const signedUp = await http('POST', '/auth/register', {
    body: { email: 'cy@example.com', username: 'cyrus', password: 'correct horse battery' },
  })
  const cookie = cookieOf(signedUp)

  it('in more than twelve ways, while our own page may', async () => {
    expect(foreign.length * 3 + forms.length).toBeGreaterThanOrEqual(12)
    const own = await http('POST', '/auth/refresh', { headers: { cookie, origin: url }, body: {} })
    expect(own.status).toBe(200)
    const { token } = ana
    const body = { bio: 'Ours' }
    const changed = await http('PATCH', '/users/me', { token, headers: { origin: url }, body })
    expect([changed.status, changed.body['bio']]).toEqual([200, 'Ours'])
  })

  test.each(named(changing))('by %s', async (_, route) => {
    const before = await counts()
    const path = addressOf(route, inRoom)
    const body = JSON.stringify(goodBody(route) ?? {})
    for (const origin of foreign) {
      for (const type of ['application/json', forms[0]!, 'Application/JSON;charset=utf-8']) {
        const headers = { origin, cookie, 'content-type': type }
        const answer = await http(route.method, path, { token: ana.token, headers, body })
        expect([origin, type, answer.status, answer.body['code']]).toEqual([
          ...[origin, type, 403, 'wrongOrigin'],
        ])
      }
    }
    for (const type of forms) {
      // Without an origin it is no page, or an old browser's form: the cookie opens nothing.
      const headers = { cookie, 'content-type': type, referer: 'https://evil.example/' }
      const { status } = await http(route.method, path, { headers, body })
      expect([type, [401, 403, 404, 415].includes(status), status]).toEqual([type, true, status])
    }
    expect(await counts()).toEqual(before)
  })

  const counts = async () => ({
    users: await db.$count(users),
    rooms: await db.$count(rooms),
    session: (await http('GET', '/users/me', { token: ana.token })).status,
  })
})

describe('[S8 D-31] who does not say who they are gets nowhere', () => {
  const closed = routes.filter(({ token }) => token === 'must')

  test.each(named(closed))('at %s', async (_, route) => {
    const path = addressOf(route, inRoom)
    const body = goodBody(route)
    const nobody = await http(route.method, path, { body })
    expect([401, 404]).toContain(nobody.status)
    for (const token of ['', 'x', 'a.b.c', ana.token.slice(0, -2), `${ana.token}x`]) {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await http(route.method, path, { body, headers })
      expect([token, answer.status]).toEqual([token, 401])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('[S8 V-14] to a stranger what is private is what is not there', () => {
  const ofRooms = routes.filter(({ path }) => path.startsWith('/rooms/{roomId}'))

  test.each(named(ofRooms))('by %s', async (_, route) => {
    if (route.name === 'openSocket') return
    const search = route.query.includes('query') ? '?query=hi' : ''
    const ask = (roomId: string, token: string | undefined) => {
      const path = addressOf(route, { ...inRoom, roomId }) + search
      return http(route.method, path, { token, body: goodBody(route) })
    }
    for (const token of [eve.token, undefined]) {
      const [closed, absent] = [await ask(hidden.id, token), await ask(uuidv7(), token)]
      expect(closed.status).toBe(absent.status)
      expect([401, 404]).toContain(closed.status)
      expect(closed.text).toBe(absent.text)
    }
  })
})

describe('[S9 V-1] no field takes what it is not', () => {
  const hostile: readonly unknown[] = [
    { $regex: '.*' },
    [],
    0,
    { toString: 1 },
    '\0',
    '\ud800',
    'x'.repeat(20_000),
  ]
  const withBody = routes.filter(({ body }) => body !== null)

  test.each(named(withBody))('of %s', async (_, route) => {
    const path = addressOf(route, inRoom)
    const good = goodBody(route) as Record<string, unknown>
    const ask = (body: unknown) => http(route.method, path, { token: ana.token, body })
    for (const [field, value] of Object.entries(good)) {
      if (typeof value !== 'string') continue
      for (const bad of hostile) {
        const { status, text } = await ask({ ...good, [field]: bad })
        expect([400, 401, 404], `${field}: ${JSON.stringify(bad)} ${text}`).toContain(status)
        expect(text).not.toContain('xxxx')
      }
    }
    for (const unknown of ['isAdmin', '__proto__', 'constructor']) {
      const body = `{"${unknown}":true,${JSON.stringify(good).slice(1)}`
      const { status } = await ask(body)
      expect([unknown, [400, 404].includes(status)]).toEqual([unknown, true])
    }
    for (const body of ['[]', 'null', '0', '""', '[{}]']) {
      expect([body, [400, 404].includes((await ask(body)).status)]).toEqual([body, true])
    }
  })
})

describe('[S10 V-25] no parameter of an address is code', () => {
  const injections = [
    `'; drop table users; --`,
    `" or 1=1 --`,
    `%' or '1'='1`,
    `NEAR(a b)`,
    `a:b`,
    `*`,
    `^x`,
    `"unbalanced`,
    `(((((`,
    `a AND`,
    `x"; drop`,
    `\\`,
    `$1`,
    '%00',
    '\u0000',
    '{"$gt":""}',
    `${'('.repeat(100)}`,
  ]
  /** Alone, after a word, within quotes, and closing what may be open. */
  const payloads = injections.flatMap((one) => [one, `tea ${one}`, `"${one}"`, `') ${one}`])

  it('is tried with sixty', () => expect(payloads.length).toBeGreaterThanOrEqual(60))

  const asked = routes.filter(({ query, name }) => query.length > 0 && name !== 'openSocket')

  test.each(named(asked))('of %s', async (_, route) => {
    const before = await db.$count(users)
    // A parameter that is no text may be refused; none is a fault, or does anything.
    for (const name of route.query) {
      const each = payloads.map(async (payload) => {
        const path = `${addressOf(route, inRoom)}?${new URLSearchParams({ [name]: payload })}`
        const { status, text } = await http(route.method, path, { token: ana.token })
        expect(status, `${path} ${text}`).toBeLessThan(500)
      })
      await Promise.all(each)
    }
    expect(await db.$count(users)).toBe(before)
  })

  it('nor one that it does not know', async () => {
    for (const route of asked) {
      const path = `${addressOf(route, inRoom)}?isAdmin=true`
      expect([400, 404]).toContain((await http(route.method, path, { token: ana.token })).status)
    }
  })
})

it('[S26 V-22 V-19 S17] no answer may be kept, or read by another site, and reading changes nothing', async () => {
  const streamed = ['exportRoom', 'exportMe']
  const before = [await db.$count(users), await db.$count(rooms)]
  for (const route of routes) {
    if (route.method !== 'GET' || streamed.includes(route.name)) continue
    const headers = { origin: 'https://evil.example' }
    const { headers: given } = await http(route.method, addressOf(route, inRoom), {
      ...{ token: ana.token, headers },
    })
    expect([route.name, given.get('cache-control')]).toEqual([route.name, 'no-store'])
    expect([...given.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  }
  expect([await db.$count(users), await db.$count(rooms)]).toEqual(before)
})
