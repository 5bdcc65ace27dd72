// One JSON line a request. Never a token, a password, a body or an address of a person.

import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { failures } from '../protocol/failures.ts'
import type { AppContext, AppEnv } from './context.ts'
import type { Config } from './env.ts'
import { failureOf } from './problem.ts'

export const logRequests = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = Date.now()
  await next()
  const failure = c.error ? failureOf(c.error) : null
  const isOurs = failure !== null && failures[failure.code].status >= 500
  log(c.get('config')?.logLevel ?? 'info', isOurs ? 'error' : 'info', 'request', {
    requestId: c.get('requestId'),
    method: c.req.method,
    route: routePath(c),
    status: c.res.status,
    durationMs: Date.now() - startedAt,
    userId: c.get('userId'),
    roomId: /\/rooms\/([\da-f-]{36})/.exec(c.req.path)?.[1],
    code: failure?.code,
    cause: isOurs ? causeOf(failure.cause) : undefined,
  })
})

/** For what is done after the answer has left: nobody waits for it, so it speaks here. */
export function afterwards(c: AppContext, event: string, work: Promise<unknown>): void {
  const { logLevel } = c.get('config')
  const requestId = c.get('requestId')
  c.executionCtx.waitUntil(
    work.catch((error: unknown) => log(logLevel, 'error', event, { requestId, ...failed(error) })),
  )
}

const severity = { info: 0, warn: 1, error: 2, silent: 3 }

export function log(
  least: Config['logLevel'],
  level: 'info' | 'warn' | 'error',
  event: string,
  facts: Record<string, unknown>,
): void {
  if (severity[level] < severity[least]) return
  console[level](JSON.stringify({ level, event, ...facts }))
}

export function failed(error: unknown): Record<string, unknown> {
  const { code, cause } = failureOf(error)
  return { code, cause: causeOf(cause) }
}

/** A database's failure has only its SQLSTATE left, so no parameter of a query comes this far. */
function causeOf(cause: unknown): unknown {
  return cause instanceof Error ? { name: cause.name, stack: cause.stack } : cause
}
