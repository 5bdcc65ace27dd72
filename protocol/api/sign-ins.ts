// A person's sign-ins over HTTP: where they are signed in, and ending it.

import * as v from 'valibot'
import { SessionId } from '../ids.ts'
import { IsoTime } from './moment.ts'
import { Next } from './page.ts'

export const SignInCard = v.object({
  id: SessionId,
  /** Such as "Firefox on Linux"; null for a client that says nothing we know. */
  device: v.nullable(v.string()),
  /** What the client says of itself, in part. */
  userAgent: v.string(),
  /** City and country, or the network of the address; null where neither is known. */
  place: v.nullable(v.string()),
  createdAt: IsoTime,
  usedAt: IsoTime,
  expiresAt: IsoTime,
  /** The one that asks. */
  current: v.boolean(),
})
export type SignInCard = v.InferOutput<typeof SignInCard>

/** Newest use first. */
export const SignIns = v.object({ sessions: v.array(SignInCard), next: Next })
export type SignIns = v.InferOutput<typeof SignIns>

export const SignInPath = v.object({ sessionId: SessionId })
