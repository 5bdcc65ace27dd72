// The answer to an upgrade that is not granted: a problem like any other of the API's.

import { problemOf, retryAfterHeader } from '../protocol/api/problem.ts'
import type { Refusal } from '../protocol/failures.ts'
import { unopened } from './answers.ts'
import { refusedHeader, unopenedHeader } from './room-calls.ts'

export function refusedUpgrade(no: Refusal, headers: Record<string, string> = {}): Response {
  const { retryAfterMs } = no
  const problem = problemOf(no)
  return Response.json(problem, {
    status: problem.status,
    headers: {
      ...headers,
      [refusedHeader]: no.code,
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfterMs !== undefined && { 'Retry-After': retryAfterHeader(retryAfterMs) }),
    },
  })
}

export function unopenedUpgrade(): Response {
  return refusedUpgrade(unopened.refusal, { [unopenedHeader]: 'yes' })
}
