// Where a request comes from, and how many of them may come.

import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import {
  floodAuthRequestsMax,
  floodRequestsMax,
  floodWindowMs,
} from '../protocol/account-limits.ts'
import { Failure } from '../protocol/failures.ts'
import { addressOf } from './address.ts'
import type { AppEnv } from './context.ts'
import { withoutFloods } from './floods.ts'
import { MeterLink } from './meter.ts'
import { problem } from './problem.ts'

const app = new Hono<AppEnv>()
app.use((c, next) => {
  c.set('meter', new MeterLink({}))
  return next()
})
app.onError((error, c) => problem(c, error instanceof Failure ? error : new Failure('internal')))
app.get('/address', (c) => c.json(addressOf(c)))
app.get('/', withoutFloods('AUTH_FLOOD'), (c) => c.text('in'))

const addressIn = async (headers: Record<string, string>) =>
  (await app.request('/address', { headers })).json()

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:DB8:0:12::1', '2001:db8:0:12::/64'],
  ['2001:db8:0:12:ffff:ffff:ffff:ffff', '2001:db8:0:12::/64'],
  ['2001:0db8:0000:0012::', '2001:db8:0:12::/64'],
  ['2001:db8::12:0:0:1', '2001:db8:0:0::/64'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['127.0.0.1', null],
  ['::FFFF:127.0.0.1', null],
  ['::1', null],
])('[V-23 S27] counts %s as %s', async (address, counted) => {
  expect(await addressIn({ 'cf-connecting-ip': address })).toBe(counted)
})

it.each(['x-forwarded-for', 'x-real-ip', 'true-client-ip', 'forwarded', 'cf-connecting-ipv6'])(
  '[V-23 S27] believes no %s',
  async (header) => {
    expect(await addressIn({ [header]: '203.0.113.9' })).toBeNull()
    const platform = { 'cf-connecting-ip': '203.0.113.7' }
    expect(await addressIn({ ...platform, [header]: '203.0.113.9' })).toBe('203.0.113.7')
  },
)

/** The platform's counter, with the figures of wrangler.toml. */
function gateOf(limitMax: number) {
  const calls = new Map<string, number>()
  return {
    limit: async ({ key }: { key: string }) => {
      calls.set(key, (calls.get(key) ?? 0) + 1)
      return { success: (calls.get(key) ?? 0) <= limitMax }
    },
  }
}

it('[S16 R19] turns away what one address sends beyond the limit, and tells when to come again', async () => {
  const AUTH_FLOOD = gateOf(floodAuthRequestsMax)
  const ask = (address: string) =>
    app.request('/', { headers: { 'cf-connecting-ip': address } }, { AUTH_FLOOD })
  const answers: Response[] = []
  for (let n = 0; n < floodAuthRequestsMax + 1; n += 1) answers.push(await ask('203.0.113.7'))

  expect(answers.slice(0, -1).every(({ status }) => status === 200)).toBe(true)
  const refused = answers.at(-1)
  expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await refused?.json()).toMatchObject({ code: 'rateLimited', retryAfterMs: floodWindowMs })
  expect((await ask('203.0.113.8')).status).toBe(200)
})

it('[S16] turns nobody away without an address, or where nobody counts', async () => {
  const AUTH_FLOOD = gateOf(0)
  expect((await app.request('/', {}, { AUTH_FLOOD })).status).toBe(200)
  const headers = { 'cf-connecting-ip': '203.0.113.7' }
  expect((await app.request('/', { headers }, {})).status).toBe(200)
  const broken = { limit: () => Promise.reject(new Error('A fault, as ordered.')) }
  expect((await app.request('/', { headers }, { AUTH_FLOOD: broken })).status).toBe(200)
})

it('[R19] the platform counts by the figures of protocol/limits.ts', () => {
  const toml = readFileSync(new URL('../wrangler.toml', import.meta.url), 'utf8')
  const figures = [...toml.matchAll(/name = "(\w+)"\nnamespace_id = .*\nsimple = (.*)/g)]
  const period = floodWindowMs / 1000
  expect(figures.map(([, name, simple]) => [name, simple])).toEqual([
    ['API_FLOOD', `{ limit = ${floodRequestsMax}, period = ${period} }`],
    ['AUTH_FLOOD', `{ limit = ${floodAuthRequestsMax}, period = ${period} }`],
  ])
})
