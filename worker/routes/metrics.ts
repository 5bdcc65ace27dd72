// What operators' tools read: every figure of all of Parley, as text. [OPS1]

import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Failure } from '../../protocol/failures.ts'
import type { AppEnv } from '../context.ts'
import { does, telling } from '../openapi/described.ts'
import { openMetrics, openMetricsType } from '../openmetrics.ts'

/** Where no token was set there is nothing; else there is nothing but for who shows it. */
const operatorsOnly = telling(
  { token: 'operator', codes: ['unauthenticated', 'notFound'] },
  createMiddleware<AppEnv>(async (c, next) => {
    const { metricsToken } = c.get('config')
    if (metricsToken === null) throw new Failure('notFound')
    const [, shown = ''] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    if (!isSame(shown, metricsToken)) throw new Failure('unauthenticated')
    return next()
  }),
)

export const metrics = new Hono<AppEnv>()

metrics.get(
  '/metrics',
  does(
    'metrics',
    'What was counted, for Prometheus and its kin.',
    { 200: [openMetricsType.split(';')[0] ?? ''] },
    'unavailable',
  ),
  operatorsOnly,
  async (c) => {
    const counted = await c.get('meter').read()
    c.header('content-type', openMetricsType)
    return c.body(openMetrics(counted))
  },
)

/** As long for a token that is right in part; and hashes are equally long, whatever was shown. */
function isSame(shown: string, token: string): boolean {
  const [one, other] = [shown, token].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
