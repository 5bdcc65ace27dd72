// Which page is asking: only our own may change anything. [API2]

import { createMiddleware } from 'hono/factory'
import { Failure } from '../protocol/failures.ts'
import type { AppContext, AppEnv } from './context.ts'

const readingMethods = ['GET', 'HEAD', 'OPTIONS']

/** Refuses what another site's page sends. Clients that are no browser send no `Origin`. */
export const changesFromHere = createMiddleware<AppEnv>(async (c, next) => {
  if (!readingMethods.includes(c.req.method) && isForeign(c)) throw new Failure('wrongOrigin')
  return next()
})

/** A browser writes an origin in one way only, so equal means equal: no parts are compared. [S1] */
export function isForeign(c: AppContext): boolean {
  const origin = c.req.header('origin')
  return origin !== undefined && origin !== new URL(c.req.url).origin
}
