// Who tries passwords is slowed, and whose account it is is not. The guards' time stands still here, so
// that no pause is over before it is seen.

import { randomBytes, scryptSync } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import {
  accountGuessesFree,
  addressGuessesFree,
  deviceGuessesFree,
  deviceSeconds,
  registrationsFree,
} from '../../protocol/account-limits.ts'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import { buildWorker } from '../../test/support/build.ts'
import {
  addressOf,
  atOnce,
  cookiesOf,
  countOf,
  from,
  inBunches,
  password,
  registerOn,
  triesOn,
} from '../../test/support/guessing.ts'
import { type Answer, httpTo } from '../../test/support/http.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { startParley } from '../../test/support/parley.ts'

const bundle = await buildWorker('test/workers/guards-at-will.ts')
const vars = { GUARDS: 'still' }
const { http, db, workerd, postgres } = await ownParley({ bundle, vars })
const { guess, signIn } = triesOn(http)
const registered = () => registerOn(http)

const trials = Number(process.env['TRIALS'] ?? 500)

it('[S16 API4] evaluates ten of fifty guesses at once, and tells the others when to come again', async () => {
  const { username } = await registered()
  for (const login of [username, `nobody-${username}`]) {
    const answers = await atOnce(50, () => guess(login))
    expect(countOf(answers, 401)).toBe(accountGuessesFree)
    const slowed = answers.filter(({ status }) => status === 429)
    expect(slowed).toHaveLength(50 - accountGuessesFree)
    for (const { body, headers } of slowed) {
      expect(body).toMatchObject({ code: 'rateLimited', retryAfterMs: expect.any(Number) })
      expect(headers.get('retry-after')).toBe('1')
    }
  }
})

it('[S16 API4] gives right guesses back, however many are made at once', async () => {
  const { username } = await registered()
  await inBunches(accountGuessesFree - 1, () => guess(username))
  for (let n = 0; n < 5; n += 1) expect((await signIn(username)).status).toBe(200)
  expect((await guess(username)).status).toBe(401)
  expect((await signIn(username)).status).toBe(429)
})

it('[S16 API4] counts on after a SIGKILL in the middle', async () => {
  const { username } = await registered()
  const { promise: allCounted, resolve } = Promise.withResolvers<void>()
  let asked = 0
  postgres.faults = () => {
    asked += 1
    if (asked === accountGuessesFree) resolve()
    return 'hang' // Counted, and never judged.
  }
  const guesses = Promise.allSettled(Array.from({ length: 20 }, () => guess(username)))
  await allCounted
  await workerd.kill()
  await guesses
  postgres.faults = () => 'none'
  await workerd.start()

  expect(countOf(await atOnce(5, () => guess(username)), 429)).toBe(5)
})

it(
  '[S16 API4] never slows the owner’s own device, whoever guesses from wherever',
  async () => {
    const { username, email, cookies } = await registered()
    const headers = { cookie: cookies.device }
    const addresses = Math.ceil(trials / 10)
    let evaluated = 0
    for (let done = 0; done < trials; done += 50) {
      const answers = await atOnce(50, (n) =>
        guess(username, from(addressOf((done + n) % addresses))),
      )
      evaluated += countOf(answers, 401)
      expect(countOf(answers, 401) + countOf(answers, 429)).toBe(50)
      const here = from(addressOf(done % addresses), headers)
      expect((await signIn(done % 100 === 0 ? username : email, here)).status).toBe(200)
    }
    expect(evaluated).toBe(accountGuessesFree)
    expect((await signIn(username, from(addressOf(0)))).status).toBe(429)
  },
  60_000 + trials * 100,
)

it('[S16] a known device has its own count, for its own account only', async () => {
  const [ann, bo] = [await registered(), await registered()]
  const headers = { cookie: ann.cookies.device }
  const answers = await inBunches(deviceGuessesFree + 5, () => guess(ann.username, headers))
  expect(countOf(answers, 401)).toBe(deviceGuessesFree)
  expect((await signIn(ann.username)).status).toBe(200)
  const others = await inBunches(accountGuessesFree + 1, () => guess(bo.username))
  expect(countOf(others, 429)).toBe(1)
  expect((await signIn(bo.username, headers)).status).toBe(429)
})

it('[S16 API4] counts the wrong passwords of whoever is signed in, by whatever name they go', async () => {
  const { username } = await registered()
  const session = await http<SignedIn>('POST', '/auth/login', {
    body: { login: username, password, transport: 'body' },
  })
  let { accessToken: token, refreshToken } = session.body
  const answers: Answer[] = []
  for (const name of [`${username}-1`, `${username}-2`]) {
    const body = () => ({ current: `no-${randomBytes(6).toString('hex')}`, next: 'a new sentence' })
    const prove = () => http('POST', '/auth/password', { token, body: body() })
    answers.push(...(await inBunches(accountGuessesFree, prove)))
    await http('PATCH', '/users/me', { token, body: { username: name } })
    const renewed = await http<SignedIn>('POST', '/auth/refresh', { body: { refreshToken } })
    ;({ accessToken: token, refreshToken } = renewed.body)
  }
  expect(countOf(answers, 401)).toBe(accountGuessesFree)
  expect(countOf(answers, 429)).toBe(accountGuessesFree)
})

it('[S16] whoever is signed in changes their password while others guess at their name', async () => {
  const { username } = await registered()
  const session = await http<SignedIn>('POST', '/auth/login', {
    body: { login: username, password, transport: 'body' },
  })
  await inBunches(accountGuessesFree + 1, () => guess(username))
  const { accessToken: token } = session.body
  const body = { current: password, next: 'a new sentence' }
  expect((await http('POST', '/auth/password', { token, body })).status).toBe(204)
})

it('[S16 API4 V-23] slows an address after thirty, whatever else its requests say of themselves', async () => {
  const address = '2001:db8:7:7::'
  const claim = (n: number) => ({ 'x-forwarded-for': addressOf(n), 'true-client-ip': addressOf(n) })
  const tryAs = (n: number) => guess(`nobody-${n}`, from(`${address}${n}`, claim(n)))
  const answers = await inBunches(addressGuessesFree + 10, tryAs)
  expect(countOf(answers, 401)).toBe(addressGuessesFree)
  expect((await guess('nobody-0', from('2001:db8:7:8::1'))).status).toBe(401)
  expect((await guess('nobody-0')).status).toBe(401)
})

it('[S16 API3 V-23] takes twenty registrations of one address in an hour, taken names included', async () => {
  const taken = await registered()
  const body = { email: taken.email, username: taken.username, password }
  const register = (n: number, address = addressOf(7)) =>
    http('POST', '/auth/register', {
      body,
      headers: from(address, { 'x-forwarded-for': addressOf(n) }),
    })
  const answers = await inBunches(registrationsFree - 1, register)
  expect(countOf(answers, 409)).toBe(registrationsFree - 1)
  expect((await register(0)).status).toBe(409)
  const beyond = await register(1)
  expect([beyond.status, beyond.body['code']]).toEqual([429, 'rateLimited'])
  expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(3_500)
  expect((await register(2, addressOf(8))).status).toBe(409)
  expect((await http('POST', '/auth/register', { body })).status).toBe(409)
})

it('[S18] keeps the device’s cookie for a year, where no script and no other site reaches', async () => {
  const { username } = await registered()
  const answer = await signIn(username)
  const [value, ...attributes] = answer.headers.getSetCookie()[1]?.split('; ') ?? []
  expect(value).toMatch(/^__Host-parley-device=[\w-]{64}$/)
  expect(attributes.sort()).toEqual([
    'HttpOnly',
    `Max-Age=${deviceSeconds}`,
    'Path=/',
    'SameSite=Strict',
    'Secure',
  ])
  const body = { login: username, password, transport: 'body' }
  const inBody = await http('POST', '/auth/login', { body })
  expect([inBody.status, inBody.headers.getSetCookie()]).toEqual([200, []])
  expect((await guess(username)).headers.getSetCookie()).toEqual([])
})

it('[S16 S13] a device stays known when the keys are rotated', async () => {
  const [old, fresh] = ['old', 'fresh'].map((kid) => {
    return { kid, secret: randomBytes(32).toString('base64url') }
  })
  const withKeys = (...keys: unknown[]) =>
    startParley({
      ...{ bundle, database: async () => postgres },
      vars: { ...vars, KEYRING: JSON.stringify(keys) },
    })
  const before = await withKeys(old)
  const { username, cookies } = await registerOn(httpTo(before))
  await before.workerd.stop()

  const after = await withKeys(fresh, old)
  const tries = triesOn(httpTo(after))
  await inBunches(accountGuessesFree, () => tries.guess(username))
  const answer = await tries.signIn(username, { cookie: cookies.device })
  await after.workerd.stop()
  expect(answer.status).toBe(200)
  expect(cookiesOf(answer).device).not.toBe(cookies.device)
})

it('[S14] makes a weaker hash anew when its password is shown, and only then', async () => {
  const { username, id } = await registered()
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  const salt = randomBytes(16)
  const key = scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 })
  const weak = `$scrypt$ln=14,r=8,p=1$${unpadded(salt)}$${unpadded(key)}`
  await db.execute(sql`update users set password_hash = ${weak} where id = ${id}`)
  const stored = async () => {
    const { rows } = await db.execute(sql`select password_hash as hash from users where id = ${id}`)
    return String(rows[0]?.['hash'])
  }

  expect((await guess(username)).status).toBe(401)
  expect(await stored()).toBe(weak)
  expect((await signIn(username)).status).toBe(200)
  const strong = await stored()
  expect(strong).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/)
  expect((await signIn(username)).status).toBe(200)
  expect(await stored()).toBe(strong)
})

it('[S14] refuses a common password at the door, and takes one that is longer', async () => {
  const person = { email: 'common@example.com', username: 'common' }
  const register = (secret: string) =>
    http('POST', '/auth/register', { body: { ...person, password: secret } })
  const refused = await register('ILoveYou')
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject({
    code: 'invalid',
    errors: [{ path: 'password', message: expect.stringMatching(/most common/) }],
  })
  expect(refused.text).not.toMatch(/iloveyou/i)
  expect((await register('iloveyou, tea')).status).toBe(201)
})

it('[S15 V-3] answers a slowed account as it answers a slowed name of nobody', async () => {
  const { email } = await registered()
  const shape = async (login: string) => {
    await inBunches(accountGuessesFree, () => guess(login))
    const { status, headers, body } = await guess(login)
    return [status, [...headers.keys()], { ...body, retryAfterMs: null }]
  }
  const somebody = await shape(email)
  expect(somebody[0]).toBe(429)
  expect(await shape(`no${email}`)).toEqual(somebody)
})
