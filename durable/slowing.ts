// How long a guess has to wait, from the times of the guesses before it. Pure. [API4]

import {
  accountGuessesFree,
  addressGuessesFree,
  deviceGuessesFree,
  guessesCountedMs,
  guessesWindowMs,
  guessPauseMsMin,
  registrationsFree,
  registrationsWindowMs,
  renamesFree,
  roomsMadeFree,
} from '../protocol/account-limits.ts'
import type { Tries } from './guard-calls.ts'

export interface Pace {
  /** So many within the window cost no wait. */
  readonly free: number
  readonly windowMs: number
  /** The first wait; it doubles for each try beyond the free ones. */
  readonly pauseMs: number
  /** For so long, and not for the window only, a try counts for that. */
  readonly countedMs: number
}

const guesses = { windowMs: guessesWindowMs, pauseMs: guessPauseMsMin, countedMs: guessesCountedMs }

export const paces: Readonly<Record<Tries, Pace>> = {
  account: { ...guesses, free: accountGuessesFree },
  address: { ...guesses, free: addressGuessesFree },
  device: { ...guesses, free: deviceGuessesFree },
  registration: hourly(registrationsFree),
  roomMade: hourly(roomsMadeFree),
  rename: hourly(renamesFree),
}

/** Nobody needs to grow: whoever has asked so often waits until the hour has passed. */
function hourly(free: number): Pace {
  const hourMs = registrationsWindowMs
  return { free, windowMs: hourMs, pauseMs: hourMs, countedMs: hourMs }
}

/**
 * How long until one more try is allowed; 0 for now. `times` ascend, and none is after `nowMs`. Exact:
 * whoever waits so long is let in, and a millisecond less is too little.
 */
export function waitMs(pace: Pace, times: readonly number[], nowMs: number): number {
  // Waiting changes the answer only where a try leaves the count, or the pause after the last is over.
  const last = times.at(-1) ?? nowMs
  const leavings = times.flatMap((at) => [at + pace.windowMs, at + pace.countedMs])
  const moments = [...leavings, ...times.map((_, n) => last + pauseAfter(pace, n + 1))]
  const later = moments.filter((at) => at > nowMs).sort((one, other) => one - other)
  const due = [nowMs, ...later].find((at) => isAllowed(pace, times, at))
  if (due === undefined) throw new Error('After the last try has left the window any is allowed.')
  return due - nowMs
}

export function isAllowed(pace: Pace, times: readonly number[], atMs: number): boolean {
  const within = (ms: number) => times.filter((at) => at > atMs - ms).length
  if (within(pace.windowMs) < pace.free) return true
  const last = times.at(-1) ?? Number.NEGATIVE_INFINITY
  return atMs >= last + pauseAfter(pace, within(pace.countedMs))
}

/** After so many tries. It needs no upper bound: when the window is over, no pause is asked for. */
function pauseAfter({ free, pauseMs }: Pace, tries: number): number {
  return pauseMs * 2 ** Math.max(0, tries - free)
}
