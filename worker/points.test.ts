// What a request leaves with operators, the app run in process: a point for Analytics Engine, and sums.

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Batch } from '../durable/meter-calls.ts'
import type { Point } from '../durable/points.ts'
import { meterDelayMs } from '../protocol/limits.ts'
import { app } from './app.ts'
import type { Bindings } from './env.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => vi.useRealTimers())

const secret = randomBytes(32).toString('base64url')

function running(more: Partial<Bindings> = {}) {
  const points: Point[] = []
  const later: Promise<unknown>[] = []
  const env = {
    ...{ ENVIRONMENT: 'production', LOG_LEVEL: 'silent' },
    DATABASE_URL: 'postgresql://a:b@localhost:9/c',
    KEYRING: JSON.stringify([{ kid: 'a', secret }]),
    METRICS: { writeDataPoint: (point: Point) => points.push(point) },
    ...{ ROOMS: {}, LOGIN_GUARD: {} },
    ...more,
  }
  const context = { waitUntil: (work: Promise<unknown>) => later.push(work) }
  const ask = (path: string, init: RequestInit = {}) =>
    app.fetch(new Request(`http://localhost${path}`, init), env, context as never)
  return { points, later, ask }
}

it('[OPS2] a point says which route, how, with what, and for how long: no id, no address', async () => {
  const { points, ask } = running()
  await ask('/api/v1/health')
  await ask('/api/v1/deletions/AAAAAAAAAAAAAAAAAAAAAA?x=secret', {
    ...{ method: 'DELETE', headers: { 'cf-connecting-ip': '203.0.113.7' } },
  })
  const ms = expect.any(Number)
  expect(points).toEqual([
    {
      indexes: ['/api/v1/health'],
      blobs: ['request', '/api/v1/health', 'GET', ''],
      doubles: [200, ms],
    },
    {
      indexes: ['/*'],
      blobs: ['request', '/*', 'DELETE', 'methodNotAllowed'],
      doubles: [405, ms],
    },
  ])
})

it('[OPS2] a dataset that takes no more fails no request', async () => {
  const full = () => {
    throw new Error('Too many.')
  }
  const { ask } = running({ METRICS: { writeDataPoint: full } })
  expect((await ask('/api/v1/health')).status).toBe(200)
})

it('[OPS1] floods are counted by the gate that turned them away', async () => {
  const batches: Batch[] = []
  const meter = {
    add: async (batch: Batch) => void batches.push(batch),
    read: async () => ({ sums: [], peaks: [] }),
  }
  const isFull = { api: false }
  const { ask, later } = running({
    METER: { getByName: () => meter },
    API_FLOOD: { limit: async () => ({ success: !isFull.api }) },
    AUTH_FLOOD: { limit: async () => ({ success: false }) },
  })
  const headers = { 'cf-connecting-ip': '203.0.113.7' }
  expect((await ask('/api/v1/auth/validate', { method: 'POST', headers })).status).toBe(429)
  isFull.api = true
  expect((await ask('/api/v1/health', { headers })).status).toBe(429)
  await vi.advanceTimersByTimeAsync(meterDelayMs)
  await Promise.all(later)
  const sums = new Map(batches.flatMap((batch) => batch.sums))
  expect(sums.get('parley_limits_hit\tapi')).toBe(1)
  expect(sums.get('parley_limits_hit\tauth')).toBe(1)
  expect(sums.get('parley_http_errors\trateLimited')).toBe(2)
})

it('[OPS1] a meter that is away, or broken, fails no request and keeps none waiting', async () => {
  const away = () => {
    throw new Error('Away.')
  }
  const { ask, later } = running({ METER: { getByName: away } })
  expect((await ask('/api/v1/health')).status).toBe(200)
  await vi.advanceTimersByTimeAsync(meterDelayMs)
  await expect(Promise.all(later)).resolves.toBeDefined()
})
