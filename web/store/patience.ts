// Which refusals pass by themselves, and how long to wait. Pure.

import { type FailureCode, failures } from '../../protocol/failures.ts'

/** Without an answer for this long a command is sent again: the room takes a repeat for one. [SND3] */
export const answerWithinMs = 15_000

/** A wait the server asked for without saying how long. */
export const pauseMs = 1_000

/** What time or a new token heals goes on by itself; anything else is the person's to decide. */
export function passes(code: FailureCode, retryAfterMs: number | undefined): boolean {
  const isPressure = code === 'rateLimited' || code === 'busy' || code === 'slowMode'
  return retryAfterMs !== undefined || isPressure || failures[code].remedy === 'renew'
}
