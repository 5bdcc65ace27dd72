// When to connect, wait or give up. Pure: socket.ts does what it says, and tells what happened.

import { type FailureCode, failureOfClose, failures } from '../../protocol/failures.ts'
import { pingEveryMs, pongWithinMs } from '../../protocol/limits.ts'
import {
  type Connection,
  type Effect,
  type Input,
  isOpen,
  type Moment,
  type Open,
  type Standing,
  type Tries,
  tickAtMs,
} from './connection-states.ts'

type Step = [Connection, Effect[]]

/** A crowd that was cut at once comes back spread over this; each failure doubles it. [SOK, CON5] */
const firstWaitMsMax = 5_000
const waitMsMax = 30_000

/** Somebody who returns to the page sees a dead connection replaced this soon. [CON2] */
const pongAfterWakeWithinMs = 2_000

/** A connection that held this long was a good one: its loss is a first loss. */
const steadyAfterMs = 10_000

const refusalsMax = 2

const untried: Tries = { attempt: 0, refusals: 0, renew: false }

/** `at` carries the time and one random number: with both given, every path is a row of a table. */
export function next(now: Connection, input: Input, at: Moment): Step {
  switch (input.type) {
    case 'start':
      if (now.state !== 'idle') return stay(now)
      return input.online ? connect(untried, at) : [{ state: 'offline' }, []]
    case 'end':
      return [{ state: 'idle' }, drop(now)]
    case 'offline':
      return isTrying(now) ? [{ state: 'offline' }, drop(now)] : stay(now)
    case 'online':
      return cameOnline(now, at)
    case 'woke':
      return woke(now, at)
    case 'tick':
      return ticked(now, at)
    case 'retryNow':
      return isResting(now) ? connect(untried, at) : stay(now)
    case 'signedIn':
      return now.state === 'signedOut' ? connect(untried, at) : stay(now)
    case 'tokenMissing':
      return now.state === 'connecting' ? [{ state: 'signedOut' }, []] : stay(now)
    case 'tokenFailed':
      return now.state === 'connecting' ? wait(now, at, input.retryAfterMs) : stay(now)
    case 'frame':
      return heard(now, input.standing, at)
    case 'pong':
      return isOpen(now) ? heard(now, standingOf(now), at) : stay(now)
    case 'closed':
      return isOpen(now) || now.state === 'connecting' ? closed(now, input, at) : stay(now)
    case 'answered':
      return now.state === 'asking' ? answered(now, input, at) : stay(now)
    default:
      return input satisfies never
  }
}

function cameOnline(now: Connection, at: Moment): Step {
  if (isOpen(now)) return probe(now, pongAfterWakeWithinMs, at)
  // The attempt under way set out on the old network, and may hang there.
  if (now.state === 'connecting') return connect(now, at, drop(now))
  if (now.state === 'offline') return connect(untried, at)
  return now.state === 'asking' || isFreeToGo(now) ? connect(now, at) : stay(now)
}

function woke(now: Connection, at: Moment): Step {
  if (isOpen(now)) return probe(now, pongAfterWakeWithinMs, at)
  return isFreeToGo(now) ? connect(now, at) : stay(now)
}

function ticked(now: Connection, at: Moment): Step {
  const dueAtMs = tickAtMs(now)
  if (dueAtMs === null || at.nowMs < dueAtMs) return stay(now)
  if (now.state === 'waiting') return connect(now, at)
  if (now.state === 'connecting') return refused(now, at, drop(now))
  if (!isOpen(now)) return stay(now)
  // A peer that fell silent is not weather over everyone: no need to spread the return.
  return now.beat.deadAtMs === null
    ? probe(now, pongWithinMs, at)
    : connect(spent(now, at), at, drop(now))
}

function heard(now: Connection, standing: Standing, at: Moment): Step {
  if (!isOpen(now) && now.state !== 'connecting') return stay(now)
  const { attempt } = now
  const open: Open = {
    attempt,
    refusals: 0,
    renew: false,
    sinceMs: isOpen(now) ? now.sinceMs : at.nowMs,
    beat: {
      pingAtMs: isOpen(now) ? now.beat.pingAtMs : at.nowMs + pingEveryMs,
      deadAtMs: null,
    },
  }
  return [{ state: standing === 'behind' ? 'catchingUp' : 'live', ...open }, []]
}

/** Asks for a sign of life. One that is awaited already only has to come sooner. */
function probe(now: Extract<Connection, Open>, withinMs: number, at: Moment): Step {
  const { pingAtMs, deadAtMs } = now.beat
  const within = { pingAtMs, deadAtMs: Math.min(at.nowMs + withinMs, deadAtMs ?? Infinity) }
  if (deadAtMs !== null) return [{ ...now, beat: within }, []]
  return [{ ...now, beat: { ...within, pingAtMs: at.nowMs + pingEveryMs } }, [{ do: 'ping' }]]
}

function closed(
  now: Extract<Connection, Tries>,
  { code, retryAfterMs }: { code: number; retryAfterMs?: number | undefined },
  at: Moment,
): Step {
  const reason = failureOfClose(code)
  if (reason !== null && isFinal(reason)) return [{ state: 'stopped', code: reason }, []]
  const tries = spent(now, at)
  if (reason === 'unauthenticated') {
    const renewing = { ...tries, renew: true }
    if (tries.attempt > 0) return wait(renewing, at, retryAfterMs) // The new one was no better.
    return connect({ ...renewing, attempt: 1 }, at)
  }
  const unexplained = now.state === 'connecting' && reason === null && retryAfterMs === undefined
  return unexplained ? refused(now, at) : wait(tries, at, retryAfterMs)
}

/** The contract names three that end it. Any other code is weather, `badFrame` included. [SOK] */
function isFinal(reason: FailureCode): boolean {
  return failures[reason].remedy === 'stop' && reason !== 'badFrame'
}

function refused(now: Tries, at: Moment, effects: Effect[] = []): Step {
  const tries = { ...now, refusals: now.refusals + 1 }
  if (tries.refusals < refusalsMax) return wait(tries, at, undefined, effects)
  return [{ ...triesOf(tries), state: 'asking' }, [...effects, { do: 'ask' }]]
}

function answered(
  now: Tries,
  { code, retryAfterMs }: { code: FailureCode | null; retryAfterMs?: number | undefined },
  at: Moment,
): Step {
  const remedy = code === null ? 'retry' : failures[code].remedy
  if (code !== null && remedy === 'stop') return [{ state: 'stopped', code }, []]
  if (remedy === 'renew') return [{ state: 'signedOut' }, []]
  return wait({ ...now, refusals: 0 }, at, retryAfterMs)
}

function connect(tries: Tries, at: Moment, effects: Effect[] = []): Step {
  const opening: Effect = { do: 'open', renew: tries.renew }
  const now: Connection = { ...triesOf(tries), state: 'connecting', sinceMs: at.nowMs }
  return [now, [...effects, opening]]
}

/** Full jitter over a span that doubles; a hint from the server wins over both. */
function wait(tries: Tries, at: Moment, hintMs?: number, effects: Effect[] = []): Step {
  const spanMs = Math.min(waitMsMax, firstWaitMsMax * 2 ** tries.attempt)
  const untilMs = at.nowMs + (hintMs ?? at.random * spanMs)
  const attempt = tries.attempt + 1
  const hinted = hintMs !== undefined
  return [{ ...triesOf(tries), attempt, state: 'waiting', untilMs, hinted }, effects]
}

/** The count a loss goes on from. */
function spent(now: Extract<Connection, Tries>, at: Moment): Tries {
  const wasSteady = isOpen(now) && at.nowMs - now.sinceMs >= steadyAfterMs
  return wasSteady ? { ...triesOf(now), attempt: 0 } : triesOf(now)
}

function stay(now: Connection): Step {
  return [now, []]
}

function drop(now: Connection): Effect[] {
  return isOpen(now) || now.state === 'connecting' ? [{ do: 'drop' }] : []
}

/** A wait of our own may be cut short by good news; one the server asked for may not. */
function isFreeToGo(now: Connection): now is Extract<Connection, { state: 'waiting' }> {
  return now.state === 'waiting' && !now.hinted
}

function isTrying(now: Connection): boolean {
  return isOpen(now) || ['connecting', 'waiting', 'asking'].includes(now.state)
}

function isResting(now: Connection): boolean {
  return ['offline', 'waiting', 'signedOut', 'stopped'].includes(now.state)
}

const triesOf = ({ attempt, refusals, renew }: Tries): Tries => ({ attempt, refusals, renew })

const standingOf = (now: Connection): Standing => (now.state === 'live' ? 'caughtUp' : 'behind')
