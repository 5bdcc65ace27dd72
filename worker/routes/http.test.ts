// What holds for every request: its size, its type, its headers, its log line.

import { request } from 'node:http'
import { expect, it } from 'vitest'
import { requestBytesMax } from '../../protocol/limits.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { signUp } from '../../test/support/parley.ts'

const parley = await ownParley({ vars: { LOG_LEVEL: 'info' } })
const { http } = parley
const ann = await signUp(parley, 'Ann')

const login = (body: unknown, headers: Record<string, string> = {}) =>
  http('POST', '/auth/login', { body, headers })

it('[P10 API2 S22 D-29] gives every answer its headers, errors too', async () => {
  for (const path of ['/health', '/nowhere', '/users/me']) {
    const { headers } = await http('GET', path)
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age='),
    })
    expect(headers.has('access-control-allow-origin')).toBe(false)
  }
})

it('answers what is not there, and what a path does not take, with a problem', async () => {
  const nowhere = await http('GET', '/nowhere')
  expect(nowhere.status).toBe(404)
  expect(nowhere.headers.get('content-type')).toBe('application/problem+json')
  const put = await http('PUT', '/rooms', { body: {} })
  expect([put.status, put.body['code']]).toEqual([405, 'methodNotAllowed'])
  expect(put.headers.get('allow')).toBe('POST, GET, HEAD')
})

it('[P10 D-34] refuses a body that is no JSON, or not said to be', async () => {
  const broken = await login('{"password": "secret"')
  expect([broken.status, broken.body['code']]).toEqual([400, 'malformed'])
  expect(broken.text).not.toContain('secret')
  for (const type of ['text/plain', 'multipart/form-data', 'application/jsonp', '']) {
    const refused = await login('{}', { 'content-type': type })
    expect([refused.status, refused.body['code']]).toEqual([415, 'unsupportedMedia'])
  }
})

it('[S17] lets no page of another site change anything, whatever it sends', async () => {
  for (const origin of ['https://evil.example', 'null']) {
    const refused = await login({ login: 'a', password: 'b' }, { origin })
    expect(refused.body['code']).toBe('wrongOrigin')
  }
})

it('[LIM4] takes a body up to the limit, and counts one that does not say its length', async () => {
  const bodyOf = (bytes: number) => {
    const empty = JSON.stringify({ login: '', password: 'b' }).length
    return JSON.stringify({ login: 'a'.repeat(bytes - empty), password: 'b' })
  }
  expect((await login(bodyOf(requestBytesMax))).status).toBe(400)
  expect((await login(bodyOf(requestBytesMax + 1))).body['code']).toBe('tooLarge')
  expect(await chunked(bodyOf(requestBytesMax))).toBe(400)
  expect(await chunked(bodyOf(requestBytesMax + 1))).toBe(413)
})

it('[V-1] takes no object where text is expected', async () => {
  const fields = ['login', 'password', 'transport']
  for (const value of [{ $regex: '.*' }, [], 0, null, { toString: 1 }, { __proto__: {} }]) {
    for (const field of fields) {
      const refused = await login({ login: 'a', password: 'b', [field]: value })
      expect([field, refused.status]).toEqual([field, 400])
    }
  }
  expect((await login('{"login":"a","password":"b","__proto__":{}}')).status).toBe(400)
})

it('[P23 S30] logs one line a request, with who and where and nothing secret', async () => {
  const { headers } = await http('GET', '/users/me?canary=1', { token: ann.token })
  const requestId = headers.get('x-request-id') ?? ''
  await expect.poll(() => parley.workerd.output()).toContain(requestId)
  const lines = parley.workerd.output().split('\n')
  const found = lines.filter((line) => line.includes(requestId))
  expect(found.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ level: 'info', event: 'request', requestId, method: 'GET', status: 200 },
      ...{ route: '/api/v1/users/me', durationMs: expect.any(Number), userId: ann.id },
    },
  ])
  expect(parley.workerd.output()).not.toMatch(/canary|correct horse|eyJ/)
})

it('[P23 S30 D-46] logs a failure of Postgres by its cause, without what was asked', async () => {
  parley.postgres.faults = () => 'fail'
  const { headers } = await login({ login: 'canary@example.com', password: 'canary-password' })
  parley.postgres.faults = () => 'none'
  const requestId = headers.get('x-request-id') ?? ''
  await expect.poll(() => parley.workerd.output()).toContain(requestId)
  const line =
    parley.workerd
      .output()
      .split('\n')
      .find((text) => text.includes(requestId)) ?? ''
  expect(JSON.parse(line)).toMatchObject({ level: 'error', status: 503, code: 'unavailable' })
  expect(parley.workerd.output()).not.toContain('canary')
})

function chunked(body: string): Promise<number> {
  const asked = request(`${parley.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
  })
  asked.write(body.slice(0, 1_000))
  asked.end(body.slice(1_000))
  return new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
}
