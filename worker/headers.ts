// What every answer of the API says about itself.

import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './context.ts'

const always = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
}

/** By HEAD nobody reads the body: a stream would wait for its reader for ever. */
export const bodyUnlessHead = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  if (c.req.method === 'HEAD') await c.res.body?.cancel()
})

/** Set before the handler runs: an upgrade's answer must leave as the room made it. */
export const answerHeaders = createMiddleware<AppEnv>((c, next) => {
  const requestId = crypto.randomUUID()
  c.set('requestId', requestId)
  c.header('x-request-id', requestId)
  for (const [name, value] of Object.entries(always)) c.header(name, value)
  return next()
})
