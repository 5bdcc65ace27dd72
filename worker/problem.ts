// Every error as a problem document: the one way an answer of ours says no.

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { databaseFailure } from '../database/failures.ts'
import { problemOf, retryAfterHeader } from '../protocol/api/problem.ts'
import { Failure, type FailureCode, failures } from '../protocol/failures.ts'

/** Never tells what it does not know to be safe: an unknown error is `internal`, its text is the log's. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof HTTPException) return new Failure('malformed') // Hono throws it for broken JSON.
  return databaseFailure(error) ?? new Failure('internal', { cause: error })
}

export function problem(c: Context, failure: Failure): Response {
  const { code, message: detail, errors, retryAfterMs } = failure
  c.set('refusedFor', failure)
  if (retryAfterMs !== undefined) c.header('retry-after', retryAfterHeader(retryAfterMs))
  c.header('content-type', 'application/problem+json')
  return c.body(
    JSON.stringify(problemOf({ code, detail, errors, retryAfterMs })),
    failures[code].status,
  )
}

export function problemFor(code: FailureCode): (c: Context) => Response {
  return (c) => problem(c, new Failure(code))
}
