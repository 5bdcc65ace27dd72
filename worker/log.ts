// One JSON line a request. Never a token, a password, a body or an address of a person. [OPS3]

import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { type LogLevel, severity } from '../durable/log.ts'
import { requestPoint, write } from '../durable/points.ts'
import { failures } from '../protocol/failures.ts'
import type { AppContext, AppEnv } from './context.ts'
import { failureOf } from './problem.ts'

/** Each answer is told in three ways, by the same facts: a line, the counts, and a point. */
export const logRequests = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = Date.now()
  await next()
  const failure = c.get('refusedFor') ?? null
  const isOurs = failure !== null && failures[failure.code].status >= 500
  const facts = {
    method: c.req.method,
    route: routePath(c),
    status: c.res.status,
    durationMs: Date.now() - startedAt,
  }
  log(c.get('config')?.logLevel ?? 'info', isOurs ? 'error' : 'info', 'request', {
    requestId: c.get('requestId'),
    ...facts,
    userId: c.get('userId'),
    roomId: /\/rooms\/([\da-f-]{36})/.exec(c.req.path)?.[1],
    code: failure?.code,
    cause: isOurs ? causeOf(failure.cause) : undefined,
  })
  count(c, { ...facts, method: methods.has(facts.method) ? facts.method : 'other' }, failure?.code)
})

interface Facts {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly durationMs: number
}

/** A client may call its method anything, and a label may not be anything. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

function count(c: Context<AppEnv>, facts: Facts, code: string | undefined): void {
  write(c.env.METRICS, requestPoint({ ...facts, code: code ?? '' }))
  const meter = c.get('meter')
  if (!meter) return // The settings were wrong, and nothing is built.
  const { route, method, status, durationMs } = facts
  const labels = { route, method, status: `${Math.floor(status / 100)}xx` }
  meter.counts.observe('requests', labels, durationMs / 1000)
  if (code) meter.counts.add('errors', { code })
  const carried = meter.later()
  if (carried) c.executionCtx.waitUntil(carried)
}

/** For what is done after the answer has left: nobody waits for it, so it speaks here. */
export function afterwards(c: AppContext, event: string, work: Promise<unknown>): void {
  const { logLevel } = c.get('config')
  const requestId = c.get('requestId')
  c.executionCtx.waitUntil(
    work.catch((error: unknown) => log(logLevel, 'error', event, { requestId, ...failed(error) })),
  )
}

export function log(
  least: LogLevel,
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
