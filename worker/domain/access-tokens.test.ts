import { createHmac, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { newSessionId, newUserId } from '../../test/support/ids.ts'
import { type Caller, signAccessToken, verifyAccessToken } from './access-tokens.ts'
import { type Key, type Keyring, keyFor } from './keyring.ts'

const newKey = (kid: string): Key => ({ kid, secret: new Uint8Array(randomBytes(32)) })
const key = newKey('current')
const keyring: Keyring = [key]
const now = new Date('2026-11-23T12:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

const caller: Caller = {
  userId: newUserId(),
  sessionId: newSessionId(),
  ...{ username: 'ann', name: 'Änn 語', role: 'user', expiresAt: later(900) },
}

it('[AUT1] brings the caller through', async () => {
  const token = await signAccessToken(keyring, caller, now)
  expect(await verifyAccessToken(keyring, token, later(899))).toEqual(caller)
})

it('[S13] verifies by every key of the ring, and by none that left it', async () => {
  const token = await signAccessToken(keyring, caller, now)
  expect(await verifyAccessToken([newKey('next'), key], token, now)).toEqual(caller)
  expect(await verifyAccessToken([newKey('next')], token, now)).toBeNull()
  expect(await verifyAccessToken([newKey('current')], token, now)).toBeNull()
})

it('[S11] takes a token neither after its time nor before', async () => {
  const token = await signAccessToken(keyring, caller, now)
  expect(await verifyAccessToken(keyring, token, later(900))).toBeNull()
  expect(await verifyAccessToken(keyring, token, later(-60))).toBeNull()
})

const claims = { sid: caller.sessionId, username: 'ann', name: 'Ann', role: 'user' }
const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

interface Forgery {
  readonly header?: Record<string, unknown>
  readonly payload?: Record<string, unknown>
  readonly secret?: Uint8Array
  readonly hash?: string
}

/** Signed as the real ones are, with something changed: by hand, since a library would refuse. */
function forge({ header, payload, secret, hash = 'sha256' }: Forgery): string {
  const standard = { iss: 'parley', aud: 'parley', sub: caller.userId, iat: seconds(now) }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = part({ alg: 'HS256', typ: 'at+jwt', kid: 'current', ...header })
  const body = part({ ...standard, exp: seconds(later(900)), ...claims, ...payload })
  const signing = secret ?? keyFor(key, 'access token')
  const signature = createHmac(hash, signing).update(`${head}.${body}`).digest('base64url')
  return `${head}.${body}.${signature}`
}

const hostile: [string, Forgery][] = [
  ['no algorithm', { header: { alg: 'none' } }],
  ['another algorithm', { header: { alg: 'HS512' }, hash: 'sha512' }],
  ['an asymmetric algorithm', { header: { alg: 'RS256' } }],
  ['an unknown key', { header: { kid: 'other' } }],
  ['a path for a key', { header: { kid: '../current' } }],
  ['no key', { header: { kid: undefined } }],
  ['a key of its own', { header: { jwk: { kty: 'oct', k: 'AA' } }, secret: new Uint8Array(32) }],
  ['a key elsewhere', { header: { jku: 'https://evil.example' }, secret: new Uint8Array(32) }],
  ['an unknown demand', { header: { crit: ['exp2'], exp2: 1 } }],
  ['another type', { header: { typ: 'JWT' } }],
  ['no type', { header: { typ: undefined } }],
  ['the secret itself for a key', { secret: key.secret }],
  ['the key of another purpose', { secret: keyFor(key, 'refresh token successor') }],
  ['another issuer', { payload: { iss: 'evil' } }],
  ['no issuer', { payload: { iss: undefined } }],
  ['another audience', { payload: { aud: 'embed' } }],
  ['no audience', { payload: { aud: undefined } }],
  ['no subject', { payload: { sub: undefined } }],
  ['a subject that is no id', { payload: { sub: '*' } }],
  ['no sign-in', { payload: { sid: undefined } }],
  ['no end', { payload: { exp: undefined } }],
  ['an end that is text', { payload: { exp: '9999999999' } }],
  ['an end in the past', { payload: { exp: seconds(later(-1)) } }],
  ['a start in the future', { payload: { iat: seconds(later(600)) } }],
  ['a start that has not come', { payload: { nbf: seconds(later(600)) } }],
  ['an unknown role', { payload: { role: 'root' } }],
  ['a great age', { payload: { iat: seconds(later(-90_000)) } }],
  ['a list of algorithms', { header: { alg: ['none', 'HS256'] } }],
  ['no algorithm at all', { header: { alg: undefined } }],
  ['a shorter hash', { header: { alg: 'HS1' }, hash: 'sha1' }],
  [
    'a certificate elsewhere',
    { header: { x5u: 'https://evil.example' }, secret: new Uint8Array(32) },
  ],
  ['a key that is a list', { header: { kid: ['current'] } }],
  ['a payload that is not encoded', { header: { b64: false, crit: ['b64'] } }],
  ['an audience too many', { payload: { aud: ['embed', 'other'] } }],
  ['a start that is text', { payload: { iat: 'now' } }],
  ['no start', { payload: { iat: undefined } }],
  ['a sign-in that is no id', { payload: { sid: 7 } }],
  ['an empty secret', { secret: new Uint8Array(0) }],
  ['the key of refresh tokens', { secret: keyFor(key, 'refresh token') }],
]

it('[S11] takes the forgery that changes nothing', async () => {
  expect(await verifyAccessToken(keyring, forge({}), now)).toMatchObject({ name: 'Ann' })
})

it('[S11] knows forty forgeries', () => expect(hostile.length + 6).toBeGreaterThanOrEqual(40))

it.each(hostile)('[S11 V-20] refuses a token with %s', async (_, forgery) => {
  expect(await verifyAccessToken(keyring, forge(forgery), now)).toBeNull()
})

it.each([
  ['nothing', ''],
  ['dots', '..'],
  ['a JWE', `${Buffer.from('{"alg":"dir","enc":"A128GCM"}').toString('base64url')}....`],
  ['100 KB', `${'a'.repeat(50_000)}.${'b'.repeat(50_000)}.c`],
  ['a cut signature', forge({}).slice(0, -1)],
  ['another payload', forge({}).replace(/\.[^.]*\./, '.e30.')],
])('[S11 V-27] refuses %s', async (_, token) => {
  const startedAt = performance.now()
  expect(await verifyAccessToken(keyring, token, now)).toBeNull()
  expect(performance.now() - startedAt).toBeLessThan(500)
})

it('[S11] refuses each within five milliseconds', async () => {
  const forged = hostile.map(([, forgery]) => forge(forgery))
  const startedAt = performance.now()
  for (const token of forged) await verifyAccessToken(keyring, token, now)
  expect((performance.now() - startedAt) / forged.length).toBeLessThan(5)
})

it('[S11] refuses what the library itself would sign for another audience', async () => {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'current' })
    .setIssuer('parley')
    .setAudience(['other'])
    .setSubject(caller.userId)
    .setIssuedAt(now)
    .setExpirationTime(later(900))
    .sign(keyFor(key, 'access token'))
  expect(await verifyAccessToken(keyring, token, now)).toBeNull()
})
