// A yes with a value, or a no with its reason.

import { type FailureCode, type Refusal, refusal } from '../protocol/failures.ts'
import type { Answer } from './room-calls.ts'

export const yes = <T>(value: T): Answer<T> => ({ ok: true, value })

export const no = (reason: Refusal): Answer<never> => ({ ok: false, refusal: reason })

export const noBecause = (code: FailureCode, detail?: string): Answer<never> =>
  no(refusal(code, detail))

/** Of an object that is no room yet. Only after this is the directory asked. [D-21] */
export const unopened = { ok: false, refusal: refusal('notFound'), isUnopened: true } as const
