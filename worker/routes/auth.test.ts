// Accounts and sign-ins, against the running app.

import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import {
  accountGuessesFree,
  refreshGraceSeconds,
  sessionsPerUserMax,
} from '../../protocol/account-limits.ts'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import { workerBundle } from '../../test/support/build.ts'
import { cookieOf } from '../../test/support/http.ts'
import { ownParley } from '../../test/support/own-parley.ts'

// As it is deployed, with hashes that take their time.
const parley = await ownParley({ bundle: workerBundle })
const { http, db } = parley

const password = 'correct horse battery'

function stranger() {
  const username = `ann-${randomBytes(6).toString('hex')}`
  return { email: `${username}@Example.com`, username, password }
}

async function newcomer() {
  const person = stranger()
  const body = { ...person, transport: 'body' }
  const answer = await http<SignedIn>('POST', '/auth/register', { body })
  return { ...person, ...answer.body, refreshToken: answer.body.refreshToken ?? '' }
}

const refresh = (refreshToken: string) =>
  http<SignedIn>('POST', '/auth/refresh', { body: { refreshToken } })
const logIn = (login: string, transport = 'body') =>
  http<SignedIn>('POST', '/auth/login', { body: { login, password, transport } })
const me = (token: string) => http('GET', '/users/me', { token })

it('[P1] registers with every field and answers with the account and both tokens', async () => {
  const fields = { displayName: 'Änn', phone: '+49 30 1', age: 33, bio: 'Hi' }
  const person = { ...stranger(), ...fields }
  const { status, body } = await http<SignedIn>('POST', '/auth/register', { body: person })

  expect(status).toBe(201)
  const { email, username } = person
  expect(body.user).toMatchObject({ email, username, ...fields, role: 'user' })
  expect(Date.parse(body.accessTokenExpiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000)
  expect(body).not.toHaveProperty('refreshToken')
  expect((await me(body.accessToken)).body).toEqual(body.user)
})

it('[P20 S18 D-28] keeps the refresh token in a cookie that no script and no other site can use', async () => {
  const { headers } = await http('POST', '/auth/register', { body: stranger() })
  const [cookie, ...attributes] = headers.getSetCookie()[0]?.split('; ') ?? []
  expect(cookie).toMatch(/^__Host-parley=[\w.-]+$/)
  expect(attributes.sort()).toEqual([
    'HttpOnly',
    expect.stringMatching(/^Max-Age=259\d{4}$/),
    'Path=/',
    'SameSite=Strict',
    'Secure',
  ])
})

it('[P1 API3] names the field that is taken, in whatever case or width it is written', async () => {
  const taken = await newcomer()
  const twins = [
    { ...stranger(), email: taken.email.toUpperCase() },
    { ...stranger(), username: taken.username.toUpperCase() },
    { ...stranger(), username: taken.username.replace('ann', 'ａｎｎ') },
  ]
  const answers = await Promise.all(twins.map((body) => http('POST', '/auth/register', { body })))
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
    [409, 'emailTaken'],
    [409, 'usernameTaken'],
    [409, 'usernameTaken'],
  ])
  expect(answers[0]?.body['errors']).toMatchObject([{ path: 'email' }])
})

it('[P1 D-34] tells which fields are wrong and never repeats what was sent', async () => {
  const body = {
    ...{ email: 'secret-email', username: 7, password: 'short', age: 'secret-age' },
    ...{ role: 'admin', bio: { $regex: 'secret-bio' }, transport: 'secret-transport' },
  }
  const answer = await http('POST', '/auth/register', { body })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({ code: 'invalid', status: 400 })
  const errors = answer.body['errors'] as { path: string }[]
  expect(new Set(errors.map(({ path }) => path))).toEqual(
    new Set(['email', 'username', 'password', 'age', 'role', 'bio', 'transport']),
  )
  expect(answer.text).not.toMatch(/secret|admin/)
})

it('[P2] signs in by e-mail or username, in any case', async () => {
  const { email, username } = await newcomer()
  for (const login of [email, username, email.toUpperCase(), username.toUpperCase()]) {
    expect((await logIn(login)).status).toBe(200)
  }
})

it('[API3] answers an unknown account as it answers a wrong password', async () => {
  const { email } = await newcomer()
  const wrong = await http('POST', '/auth/login', { body: { login: email, password: 'no' } })
  const unknown = await http('POST', '/auth/login', { body: { login: 'nobody', password: 'no' } })
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(unknown.text).toBe(wrong.text)
})

it('[S16 API4] slows who guesses, and hears them again when their wait is over', async () => {
  const login = `nobody-${randomBytes(6).toString('hex')}`
  const guess = () => http('POST', '/auth/login', { body: { login, password: 'no' } })
  const answers = await Promise.all(Array.from({ length: 50 }, guess))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]))
  expect(answers.filter(({ status }) => status === 401).length).toBeLessThan(2 * accountGuessesFree)
  await expect.poll(async () => (await guess()).status, { timeout: 20_000 }).toBe(401)
})

it('[P2 S12] rotates the refresh token and gives a lost answer again', async () => {
  const { refreshToken: first } = await newcomer()
  const second = (await refresh(first)).body.refreshToken
  const again = (await refresh(first)).body.refreshToken
  expect(second).not.toBe(first)
  expect(again).toBe(second)
  expect((await refresh(second ?? '')).status).toBe(200)
})

it('[S12 D-32] ends the sign-in when a used token comes back after the grace', async () => {
  const { refreshToken: first, user } = await newcomer()
  const second = (await refresh(first)).body
  await db.execute(sql`update sessions set used_at = used_at
    - make_interval(secs => ${refreshGraceSeconds + 1}) where user_id = ${user.id}`)

  expect((await refresh(first)).status).toBe(401)
  expect((await refresh(second.refreshToken ?? '')).status).toBe(401)
  expect((await me(second.accessToken)).status).toBe(401)
})

it('[S12] ends the sign-in when a token of two renewals ago comes back, even at once', async () => {
  const { refreshToken: first } = await newcomer()
  const second = (await refresh(first)).body.refreshToken ?? ''
  const third = (await refresh(second)).body.refreshToken ?? ''
  expect((await refresh(first)).status).toBe(401)
  expect((await refresh(third)).status).toBe(401)
})

it('[S12] gives fifty refreshes at once one and the same successor', async () => {
  const { refreshToken } = await newcomer()
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refreshToken)))
  expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1)
})

it('[S12] takes a token that somebody made up for no sign of theft', async () => {
  const { refreshToken, accessToken } = await newcomer()
  const [sessionId, bits = '', mark = ''] = refreshToken.split('.')
  const made = randomBytes(32).toString('base64url')
  for (const guess of [`${sessionId}.${made}.${mark}`, `${sessionId}.${bits}.${made}`]) {
    expect((await refresh(guess)).status).toBe(401)
    const body = { refreshToken: guess, everywhere: true }
    expect((await http('POST', '/auth/logout', { body })).status).toBe(204)
  }
  expect((await me(accessToken)).status).toBe(200)
  expect((await refresh(refreshToken)).status).toBe(200)
})

it('[API2] takes the cookie only from a page of ours that sends JSON', async () => {
  const cookie = cookieOf(await http('POST', '/auth/register', { body: stranger() }))
  const withCookie = (headers: Record<string, string>, body: unknown = {}) =>
    http('POST', '/auth/refresh', { body, headers: { cookie, ...headers } })

  const foreign = await withCookie({ origin: 'https://evil.example' })
  const silent = await withCookie({})
  const form = { origin: parley.url, 'content-type': 'application/x-www-form-urlencoded' }
  expect(foreign.body['code']).toBe('wrongOrigin')
  expect(silent.body['code']).toBe('wrongOrigin')
  expect((await withCookie(form, 'a=b')).body['code']).toBe('unsupportedMedia')

  const own = await withCookie({ origin: parley.url })
  expect(own.status).toBe(200)
  expect(cookieOf(own)).toMatch(/^__Host-parley=.{80}/)
})

it('[D-41] drops a cookie that is no good, and signs in beside it', async () => {
  const headers = { cookie: '__Host-parley=stale', origin: parley.url }
  const refused = await http('POST', '/auth/refresh', { body: {}, headers })
  expect(refused.status).toBe(401)
  expect(refused.headers.getSetCookie()[0]).toMatch(/^__Host-parley=; Max-Age=0;/)
  const { username } = await newcomer()
  const body = { login: username, password }
  expect((await http('POST', '/auth/login', { body, headers })).status).toBe(200)
})

it('[P2 D-02 AUT2] signs out here: every credential of this sign-in ends at once, others stay', async () => {
  const person = await newcomer()
  const other = (await logIn(person.username)).body
  const out = await http('POST', '/auth/logout', { body: {}, token: person.accessToken })

  expect(out.status).toBe(204)
  expect((await me(person.accessToken)).status).toBe(401)
  expect((await refresh(person.refreshToken)).status).toBe(401)
  expect((await me(other.accessToken)).status).toBe(200)
})

it('[P2 D-02] signs out everywhere, also by the refresh cookie alone', async () => {
  const person = await newcomer()
  const here = await logIn(person.username, 'cookie')
  const headers = { cookie: cookieOf(here), origin: parley.url }
  const out = await http('POST', '/auth/logout', { body: { everywhere: true }, headers })

  expect(out.status).toBe(204)
  expect(out.headers.getSetCookie()[0]).toMatch(/Max-Age=0/)
  expect((await me(person.accessToken)).status).toBe(401)
  expect((await me(here.body.accessToken)).status).toBe(401)
})

it('signs out by the refresh token beside an access token that is no good any more', async () => {
  const [one, other] = [await newcomer(), await newcomer()]
  const here = await logIn(other.username, 'cookie')
  const token = 'out.of.date'
  const body = { refreshToken: one.refreshToken }
  expect((await http('POST', '/auth/logout', { body, token })).status).toBe(204)
  expect((await me(one.accessToken)).status).toBe(401)

  const headers = { cookie: cookieOf(here), origin: parley.url }
  expect((await http('POST', '/auth/logout', { body: {}, token, headers })).status).toBe(204)
  expect((await me(here.body.accessToken)).status).toBe(401)
  expect((await http('POST', '/auth/logout', { body: {}, token })).status).toBe(204)
})

it('[V-7] ends the oldest sign-in when there are too many', async () => {
  const person = await newcomer()
  const second = (await logIn(person.username)).body
  await db.execute(sql`insert into sessions (id, user_id, token_hash, device, expires_at)
    select gen_random_uuid(), ${person.user.id}, '', '', now() + interval '1 day'
    from generate_series(1, ${sessionsPerUserMax - 2})`)
  await logIn(person.username)
  expect((await me(person.accessToken)).status).toBe(401)
  expect((await me(second.accessToken)).status).toBe(200)
})

it('[P3 D-09 AUT1] validates a token without Postgres, and asks it only when told to', async () => {
  const person = await newcomer()
  await http('POST', '/auth/logout', { body: {}, token: person.accessToken })
  const validate = (more: object) =>
    http('POST', '/auth/validate', { body: { token: person.accessToken, ...more } })

  parley.postgres.faults = () => 'fail'
  const alone = await validate({})
  const away = await validate({ live: true })
  parley.postgres.faults = () => 'none'
  expect(alone.status).toBe(200)
  expect(alone.body).toMatchObject({ role: 'user', user: { username: person.username } })
  expect([away.status, away.body['code']]).toEqual([503, 'unavailable'])
  expect((await validate({ live: true })).status).toBe(401)
})

it('[P4 D-38] changes a profile: absent stays, null clears', async () => {
  const { accessToken: token, user } = await newcomer()
  const change = (body: object) => http('PATCH', '/users/me', { token, body })
  await change({ displayName: 'Ann', bio: 'Hi', age: 40 })
  const { body } = await change({ bio: null })
  expect(body).toEqual({ ...user, displayName: 'Ann', age: 40, bio: null })
  expect((await change({ role: 'admin' })).status).toBe(400)
})

it('[S7] shows others neither address nor phone nor age', async () => {
  const [ann, bob] = [await newcomer(), await newcomer()]
  const { body } = await http('GET', `/users/${ann.user.id}`, { token: bob.accessToken })
  expect(Object.keys(body).sort()).toEqual(['bio', 'createdAt', 'displayName', 'id', 'username'])
  const own = await http('GET', `/users/${ann.user.id}`, { token: ann.accessToken })
  expect(own.body).toEqual(ann.user)
})
