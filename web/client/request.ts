// One HTTP call of our API: what goes out, what comes back, and every failure as a `Failure`.

import * as v from 'valibot'
import { Problem } from '../../protocol/api/problem.ts'
import { Failure, type FailureCode } from '../../protocol/failures.ts'

/** A connection that answers nothing counts as lost after this long. */
const answerWithinMs = 20_000

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** From the origin on, query included. */
  readonly url: string
  readonly body?: unknown
  readonly token?: string | null
  /** Lets the answer, and the cookie it sets, arrive even when the page is left meanwhile. */
  readonly keepalive?: boolean
  /** Where it must be known sooner that no answer comes. */
  readonly withinMs?: number
}

/** Resolves for a success only. A lost network is `unavailable`: the caller may repeat. */
export async function request(fetch: Fetch, call: Call): Promise<Response> {
  const response = await fetch(call.url, {
    method: call.method,
    headers: headersOf(call),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    keepalive: call.keepalive ?? false,
    signal: AbortSignal.timeout(call.withinMs ?? answerWithinMs),
  }).catch((cause: unknown) => {
    throw new Failure('unavailable', { cause })
  })
  if (!response.ok) throw await failureOf(response)
  return response
}

/** The answer as its schema has it; an answer that is something else is the server's fault. */
export async function decode<Value>(
  schema: v.GenericSchema<unknown, Value>,
  response: Response,
): Promise<Value> {
  const parsed = v.safeParse(schema, await bodyOf(response))
  if (!parsed.success) throw new Failure('internal', { detail: 'The answer was not understood.' })
  return parsed.output
}

function headersOf({ body, token }: Call): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  }
}

async function failureOf(response: Response): Promise<Failure> {
  const parsed = v.safeParse(Problem, await bodyOf(response).catch(() => null))
  if (!parsed.success) return new Failure(codeOf(response.status)) // A proxy spoke, not Parley.
  const { code, detail, errors, retryAfterMs } = parsed.output
  return new Failure(code, {
    detail,
    ...(errors ? { errors } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/** JSON, or `unavailable` when the connection broke in the middle of it. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw new Failure('unavailable', { cause })
  })
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function codeOf(status: number): FailureCode {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'notFound'
  if (status === 413) return 'tooLarge'
  if (status === 429) return 'rateLimited'
  return status >= 500 ? 'unavailable' : 'internal'
}
