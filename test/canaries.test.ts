// Somebody does everything there is to do, with a marked secret in each place; then the log, the record
// and the errors are searched for it. [S30, S2]

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { SignedIn } from '../protocol/api/accounts.ts'
import type { RoomId } from '../protocol/ids.ts'
import { cookieOf } from './support/http.ts'
import { ownParley } from './support/own-parley.ts'
import { wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'
import { unique } from './support/rooms-http.ts'

const canary = (what: string) => `canary${what}${uuidv7().slice(-12)}`
const operatorsToken = canary('MetricsTokenOfOperators')
const { http, db, url, workerd } = await ownParley({
  vars: { ...wideLimits, LOG_LEVEL: 'info', METRICS_TOKEN: operatorsToken },
})
const password = canary('Password')
const next = canary('NextPassword')
const wrong = canary('WrongPassword')
const said = canary('Message')
const email = `${canary('address')}@example.com`

it('[D-25 S30 S2] no secret and no text of anybody is in a log line, the record or an error', async () => {
  const errors: string[] = []
  const secrets = [password, next, wrong, said, email, operatorsToken]
  const ask: typeof http = async (method, path, more) => {
    const answer = await http(method, path, more)
    if (answer.status >= 400) errors.push(answer.text)
    return answer as never
  }

  const account = { email, username: `u${uuidv7().slice(-12)}`, password }
  const up = await ask<SignedIn>('POST', '/auth/register', { body: account })
  secrets.push(
    up.body.accessToken,
    ...up.headers.getSetCookie().map((one) => one.split(/[=;]/)[1]!),
  )
  const headers = { cookie: cookieOf(up), origin: url }
  const renewed = await ask<SignedIn>('POST', '/auth/refresh', { headers, body: {} })
  secrets.push(renewed.body.accessToken, cookieOf(renewed).split('=')[1]!)
  const login = { login: email, password, transport: 'body' }
  const inBody = await ask<SignedIn>('POST', '/auth/login', { body: login })
  const { accessToken: token, refreshToken = '' } = inBody.body
  secrets.push(token, refreshToken)

  await ask('POST', '/auth/login', { body: { ...login, password: wrong } })
  await ask('POST', '/auth/login', { body: { login: canary('nobody'), password: wrong } })
  await ask('POST', '/auth/register', { body: account })
  await ask('POST', '/auth/register', { body: { ...account, email: wrong, password: said } })
  await ask('GET', `/users/me?token=${token}`, { headers: { authorization: `Bearer ${token}x` } })
  await ask('GET', `/users/me?secret=${said}`, { token })
  const figures = await fetch(`${url}/api/v1/metrics`, {
    headers: { authorization: `Bearer ${operatorsToken}` },
  })
  expect(figures.status).toBe(200)
  await ask('GET', '/metrics', { token: `${operatorsToken}x` })
  await ask('GET', `/metrics?token=${operatorsToken}`, { headers: { cookie: `a=${said}` } })
  await ask('POST', '/auth/validate', { body: { token } })
  await ask('POST', '/auth/validate', { body: { token: `${token}x` } })

  const made = await ask<{ id: RoomId }>('POST', '/rooms', {
    ...{ token, body: { name: unique('Room'), topic: said, visibility: 'private' } },
  })
  const room = made.body.id
  await ask('POST', `/rooms/${room}/messages`, { token, body: { id: uuidv7(), body: said } })
  await ask('POST', `/rooms/${room}/messages`, { token, body: { id: said, body: said, x: said } })
  await ask('PATCH', `/rooms/${room}/messages/1`, { token, body: `{"body": "${said}` })
  await ask('GET', `/rooms/${room}/search?query=${said}`, { token })
  await ask('GET', `/search?query=${said}`, { token })
  const socket = new RoomSocket(url, room, token)
  await socket.welcome()
  socket.send({ type: 'send', ref: 1, id: uuidv7() as never, body: said })
  await socket.until(({ type }) => type === 'ok')
  for (let n = 0; n < 3; n += 1) socket.send(`{"type":"${said}"}`)
  await socket.closed

  await ask('POST', '/auth/password', { token, body: { current: wrong, next } })
  await ask('POST', '/auth/password', { token, body: { current: password, next } })
  await ask('POST', '/auth/refresh', { body: { refreshToken: up.headers.getSetCookie()[0] } })
  await ask('POST', '/auth/logout', { token, body: { everywhere: true } })
  const { headers: last } = await ask('GET', '/users/me', { token })
  await expect.poll(() => workerd.output()).toContain(last.get('x-request-id'))

  const { rows } = await db.execute(sql`select * from audit_log`)
  expect(rows.length).toBeGreaterThan(5)
  expect(errors.length).toBeGreaterThan(8)
  const places = {
    figures: await figures.text(),
    log: workerd.output(),
    record: JSON.stringify(rows),
    errors: errors.join(),
  }
  for (const [place, text] of Object.entries(places)) {
    const found = secrets.filter((secret) => text.includes(secret))
    expect([place, found]).toEqual([place, []])
  }
  expect(places.log).not.toMatch(/eyJ|scrypt|canary/)
})
