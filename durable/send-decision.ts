// What becomes of a message, from all that speaks for and against it: the order of reasons, once.

import { type Refusal, refusal } from '../protocol/failures.ts'
import type { Known } from './messages.ts'

/** What was found out about a message of somebody who may write here. */
export interface Circumstances {
  /** What was sent with this id before; asked only where something speaks against the message. */
  readonly known: Known | null
  /** Their budget's word, or the room's, on whether it is this message's turn; a repeat has had its own. */
  readonly spent: Refusal | null
  /** It answers a message that there is not. */
  readonly isAstray: boolean
  readonly muted: Refusal | null
  /** Slow mode: not before the pause is over. */
  readonly pause: Refusal | null
  readonly full: Refusal | null
}

export type Decision =
  | { readonly act: 'write' }
  | { readonly act: 'answer'; readonly known: Known }
  | { readonly act: 'refuse'; readonly refusal: Refusal }
  /** Refused, and the next to be taken: those behind it wait for it. [ORD4] */
  | { readonly act: 'putOff'; readonly refusal: Refusal }

/** A repeat is answered whatever else holds, as long as its sender may ask at all. [SND2, LIM2] */
export function decide(circumstances: Circumstances): Decision {
  const { known, spent, isAstray, muted, pause, full } = circumstances
  if (known) return spent ? refused(spent) : { act: 'answer', known }
  // Of two waits the longer one is told.
  if (spent) return refused(spent.code === 'rateLimited' ? (pause ?? spent) : spent)
  if (isAstray) return refused(refusal('notFound'))
  if (muted) return refused(muted)
  if (pause) return { act: 'putOff', refusal: pause }
  return full ? refused(full) : { act: 'write' }
}

const refused = (reason: Refusal): Decision => ({ act: 'refuse', refusal: reason })
