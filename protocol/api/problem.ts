// How every error of the HTTP API looks: RFC 9457, `application/problem+json`.

import * as v from 'valibot'
import { FailureCode } from '../failures.ts'

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
