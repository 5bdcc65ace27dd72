// How an object is asked: again where the platform says that it may be, and never into an overload.

import { Failure } from '../protocol/failures.ts'

/** A broken stub is replaced at once, then after 50 and 200 ms: an object restarts in about 100. */
const retryDelaysMs = [0, 50, 200]

/** How long a caller of an overloaded object is asked to wait. */
const overloadedPauseMs = 2_000

/** For calls that may be repeated: a broken connection is; on a new stub each time. */
export async function reach<Stub, T>(stub: () => Stub, call: (to: Stub) => Promise<T>): Promise<T> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await call(stub()).catch(failIfOverloaded)
    } catch (error) {
      if (!hasFlag(error, 'retryable')) throw error
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
  }
  return call(stub())
}

/** What an overloaded object was asked it has not done. [SOK16] */
export function failIfOverloaded(error: unknown): never {
  if (!hasFlag(error, 'overloaded')) throw error
  throw new Failure('busy', { retryAfterMs: overloadedPauseMs, cause: error })
}

/** The platform marks its own errors this way. */
function hasFlag(error: unknown, flag: 'overloaded' | 'retryable'): boolean {
  return error instanceof Error && Reflect.get(error, flag) === true
}
