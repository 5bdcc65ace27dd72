// Whether we are alive, and whether Postgres is there. Open to all, and telling nothing else. [D-31]

import { Hono } from 'hono'
import { ping } from '../../database/health.ts'
import type { AppEnv } from '../context.ts'

export const health = new Hono<AppEnv>()

health.get('/health', (c) => c.json({ status: 'ok' }))

health.get('/ready', async (c) => {
  const startedAt = performance.now()
  await ping(c.get('world').db)
  const latencyMs = Math.round(performance.now() - startedAt)
  return c.json({ status: 'ok', database: { latencyMs } })
})
