// Whether we are alive, and whether Postgres is there. Open to all, and telling nothing else. [D-31]

import { Hono } from 'hono'
import { ping } from '../../database/health.ts'
import { Alive, Ready } from '../../protocol/api/health.ts'
import type { AppEnv } from '../context.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres } from '../openapi/usual.ts'

export const health = new Hono<AppEnv>()

health.get('/health', does('health', 'Whether Parley is alive.', { 200: Alive }), (c) =>
  c.json<Alive>({ status: 'ok' }),
)

health.get(
  '/ready',
  does('ready', 'Whether Postgres is there, and how near.', { 200: Ready }, ...ofPostgres),
  async (c) => {
    const startedAt = performance.now()
    await ping(c.get('world').db)
    const latencyMs = Math.round(performance.now() - startedAt)
    return c.json<Ready>({ status: 'ok', database: { latencyMs } })
  },
)
