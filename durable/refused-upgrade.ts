// The answer to an upgrade that is not granted: a problem like any other of the API's.

import { problemOf, retryAfterHeader } from '../protocol/api/problem.ts'
import type { Refusal } from '../protocol/failures.ts'

export function refusedUpgrade(no: Refusal): Response {
  const { retryAfterMs } = no
  const problem = problemOf(no)
  return Response.json(problem, {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfterMs !== undefined && { 'Retry-After': retryAfterHeader(retryAfterMs) }),
    },
  })
}
