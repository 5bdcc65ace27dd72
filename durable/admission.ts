// What an upgrade says: who comes, vouched for by the Worker, and what they have already.

import * as v from 'valibot'
import { Failure } from '../protocol/failures.ts'
import { Epoch, Rev, SessionId, UserId } from '../protocol/ids.ts'
import type { Position } from './reception.ts'
import { callerHeaders } from './room-calls.ts'
import type { Caller } from './session.ts'

const count = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))

const CallerHeaders = v.object({ userId: UserId, sessionId: SessionId, expiresAt: count })

const PositionQuery = v.object({
  epoch: v.optional(Epoch),
  after: v.optional(v.pipe(count, Rev)),
  max: v.optional(count),
})

/** Throws for headers that the Worker did not write: the mistake would be ours. */
export function callerOf(headers: Headers): Caller {
  return v.parse(CallerHeaders, {
    userId: headers.get(callerHeaders.userId),
    sessionId: headers.get(callerHeaders.sessionId),
    expiresAt: headers.get(callerHeaders.expiresAt),
  })
}

/** Throws the Failure `invalid` for a position that is none. [SOK] */
export function positionOf(address: URL): Position {
  const given = Object.fromEntries(address.searchParams)
  const parsed = v.safeParse(PositionQuery, given)
  if (parsed.success) return parsed.output
  throw new Failure('invalid', { detail: 'epoch, after or max is not what a room would give.' })
}
