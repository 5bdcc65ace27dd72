// How every error of the HTTP API looks: RFC 9457, `application/problem+json`.

import * as v from 'valibot'
import { FailureCode, type FieldError, failures } from '../failures.ts'

export const Problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: FailureCode,
  detail: v.string(),
  /** Present for `invalid` and for conflicts over a field; never carries the submitted value. */
  errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  /** Present where waiting helps; the same as `Retry-After`, finer. */
  retryAfterMs: v.optional(v.number()),
})
export type Problem = v.InferOutput<typeof Problem>

/** What the table and the occasion say together. `type` names the code's entry in the API's docs. */
export function problemOf(no: {
  readonly code: FailureCode
  readonly detail: string
  readonly errors?: readonly FieldError[]
  readonly retryAfterMs?: number | undefined
}): Problem {
  const { status, title } = failures[no.code]
  return {
    type: `/docs/errors#${no.code}`,
    title,
    status,
    code: no.code,
    detail: no.detail,
    ...(no.errors && no.errors.length > 0 && { errors: [...no.errors] }),
    ...(no.retryAfterMs !== undefined && { retryAfterMs: no.retryAfterMs }),
  }
}

/** Goes with every problem that has a `retryAfterMs`: whole seconds, never too few. */
export function retryAfterHeader(retryAfterMs: number): string {
  return String(Math.max(1, Math.ceil(retryAfterMs / 1000)))
}
