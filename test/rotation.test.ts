// A key is replaced while people are at work: for a while two versions answer, each with its own keyring.

import { expect, it } from 'vitest'
import { follow, newKeyring, type Step } from '../dev/keyring.ts'
import type { SignedIn } from '../protocol/api/accounts.ts'
import { workerBundle } from './support/build.ts'
import { type Http, httpTo } from './support/http.ts'
import { ownParley } from './support/own-parley.ts'
import { startWorkerd, type Workerd } from './support/workerd.ts'

const requestsASecond = 50
const msAStep = Number(process.env['ROTATION_SECONDS'] ?? 3) * 1_000

const { postgres } = await ownParley()

function versionWith(keyring: string): Promise<Workerd> {
  return startWorkerd({
    modules: { 'index.js': workerBundle },
    objects: { ROOMS: 'ChatRoom' },
    vars: {
      ...{ ENVIRONMENT: 'local', LOG_LEVEL: 'error', DATABASE_URL: postgres.url },
      KEYRING: keyring,
    },
  })
}

it(`[S13] ${requestsASecond} requests a second go on through all three steps, and a key that left opens nothing`, async () => {
  let keyring = newKeyring()
  let old = await versionWith(keyring)
  let tokens = await signUp(httpTo(old))
  const first = tokens
  const failures: string[] = []
  let asked = 0

  for (const step of ['next', 'use', 'drop'] satisfies Step[]) {
    if (step === 'drop') tokens = await renewed(httpTo(old), tokens) // Everybody's is, after 30 days.
    keyring = follow(keyring, step, new Date())
    const young = await versionWith(keyring)
    const versions = [httpTo(old), httpTo(young)]
    const until = performance.now() + msAStep
    for (; performance.now() < until; asked += 1) {
      const { accessToken: token } = tokens
      const answer = await versions[asked % 2]!('GET', '/users/me', { token })
      if (answer.status !== 200) failures.push(`${step}: ${answer.status}`)
      // Signed by the one, renewed by the other: every token meets both.
      if (asked % 10 === 0) tokens = await renewed(versions[(asked + 1) % 2]!, tokens)
      await new Promise((resolve) => setTimeout(resolve, 1_000 / requestsASecond))
    }
    await old.stop()
    old = young
  }
  expect(failures).toEqual([])
  expect(asked).toBeGreaterThan(10)

  const { accessToken: token, refreshToken } = first
  const http = httpTo(old)
  expect((await http('GET', '/users/me', { token })).status).toBe(401)
  expect((await http('POST', '/auth/refresh', { body: { refreshToken } })).status).toBe(401)
  expect((await http('GET', '/users/me', { token: tokens.accessToken })).status).toBe(200)
  await old.stop()
}, 120_000)

async function signUp(http: Http): Promise<SignedIn> {
  const { status, body } = await http<SignedIn>('POST', '/auth/register', {
    body: {
      ...{ email: 'ana@example.com', username: 'ana', password: 'correct horse battery' },
      transport: 'body',
    },
  })
  expect(status).toBe(201)
  return body
}

async function renewed(http: Http, { refreshToken }: SignedIn): Promise<SignedIn> {
  const { status, body } = await http<SignedIn>('POST', '/auth/refresh', { body: { refreshToken } })
  expect(status).toBe(200)
  return body
}
