// What a connection can be, what can happen to it, and what its machine can ask for.

import type { FailureCode } from '../../protocol/failures.ts'

/** What went before: it decides how long the next wait is, and whether to ask for the reason. */
export interface Tries {
  /** Losses in a row. A connection that held a while starts the count anew. */
  readonly attempt: number
  /** Upgrades in a row that came to nothing: a browser hides why. [SOK16] */
  readonly refusals: number
  /** The last token was refused: the next one must be another. */
  readonly renew: boolean
}

/**
 * A connection is probed again and again, however much it tells: the room takes a peer that gives no
 * sign for gone. It is dead when nothing comes after a probe. [CON2, SOK9]
 */
export interface Beat {
  readonly pingAtMs: number
  /** Null while no sign of life is awaited. */
  readonly deadAtMs: number | null
}

export interface Open extends Tries {
  readonly sinceMs: number
  readonly beat: Beat
}

export type Connection =
  | { readonly state: 'idle' } // Not wanted: before the start and after the end.
  | { readonly state: 'offline' } // The machine says that it has no network.
  | ({ readonly state: 'connecting'; readonly sinceMs: number } & Tries) // Until the welcome.
  | ({ readonly state: 'catchingUp' } & Open) // Pages remain.
  | ({ readonly state: 'live' } & Open)
  | ({ readonly state: 'waiting'; readonly untilMs: number; readonly hinted: boolean } & Tries)
  | ({ readonly state: 'asking' } & Tries) // The API is asked why upgrades come to nothing.
  | { readonly state: 'signedOut' }
  | { readonly state: 'stopped'; readonly code: FailureCode } // Only a person can restart it.

/** Whether pages of a catch-up remain. */
export type Standing = 'behind' | 'caughtUp'

export type Input =
  | { readonly type: 'start'; readonly online: boolean }
  | { readonly type: 'end' }
  | { readonly type: 'tokenMissing' }
  | { readonly type: 'tokenFailed'; readonly retryAfterMs?: number | undefined }
  | { readonly type: 'frame'; readonly standing: Standing } // The first one is the welcome. [SOK1]
  | { readonly type: 'pong' }
  | { readonly type: 'closed'; readonly code: number; readonly retryAfterMs?: number | undefined }
  | {
      readonly type: 'answered'
      readonly code: FailureCode | null // Null: nothing speaks against it, go on.
      readonly retryAfterMs?: number | undefined
    }
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  | { readonly type: 'woke' } // Somebody looks at the page again.
  | { readonly type: 'tick' }
  | { readonly type: 'retryNow' }
  | { readonly type: 'signedIn' }

export type Effect =
  | { readonly do: 'open'; readonly renew: boolean }
  | { readonly do: 'drop' }
  | { readonly do: 'ping' }
  | { readonly do: 'ask' }

export interface Moment {
  readonly nowMs: number
  /** Uniform from 0 to 1. */
  readonly random: number
}

/** An upgrade without a welcome for this long will not get one. */
const welcomeWithinMs = 10_000

/** When to say `tick` next; null while only the world can change anything. */
export function tickAtMs(now: Connection): number | null {
  if (now.state === 'connecting') return now.sinceMs + welcomeWithinMs
  if (now.state === 'waiting') return now.untilMs
  if (!isOpen(now)) return null
  return now.beat.deadAtMs ?? now.beat.pingAtMs
}

export function isOpen(now: Connection): now is Extract<Connection, Open> {
  return now.state === 'catchingUp' || now.state === 'live'
}
