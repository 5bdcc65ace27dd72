// When a guess has to wait: at each bound, for every history, and against whoever is patient.

import fc from 'fast-check'
import { expect, it } from 'vitest'
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
import { isAllowed, type Pace, paces, waitMs } from './slowing.ts'

const now = 1_000_000_000
const atOnce = (count: number, at = now) => Array.from({ length: count }, () => at)
const around = (limit: number) => [limit - 1, limit, limit + 1]

it.each([
  ['account', accountGuessesFree],
  ['address', addressGuessesFree],
  ['device', deviceGuessesFree],
] as const)(
  '[S16 API4 R19] lets so many guesses of one %s through, the next waits',
  (tries, free) => {
    const waits = around(free).map((made) => waitMs(paces[tries], atOnce(made), now))
    expect(waits).toEqual([0, guessPauseMsMin, 2 * guessPauseMsMin])
  },
)

it.each([
  ['registration', registrationsFree],
  ['roomMade', roomsMadeFree],
  ['rename', renamesFree],
] as const)(
  '[S16 API4 LIM5 R19] lets so many through in an hour, the next waits for its end: %s',
  (tries, free) => {
    const wait = (made: number) => waitMs(paces[tries], atOnce(made), now + 1)
    expect(around(free).map(wait)).toEqual([
      ...[0, registrationsWindowMs - 1, registrationsWindowMs - 1],
    ])
  },
)

it('[S16 API4] doubles the wait up to a quarter of an hour', () => {
  const waits = Array.from({ length: 14 }, (_, beyond) => {
    return waitMs(paces.account, atOnce(accountGuessesFree + beyond), now) / guessPauseMsMin
  })
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
})

it.each(around(guessesWindowMs))(
  '[S16 R19] counts a guess for a quarter of an hour: %i ms',
  (age) => {
    const times = atOnce(accountGuessesFree, now - age)
    // The pause is over long before; beyond the window nothing is left to pause for.
    expect(isAllowed({ ...paces.account, pauseMs: 1e9 }, times, now)).toBe(age >= guessesWindowMs)
  },
)

it.each(around(guessesCountedMs))(
  '[S16 R19] counts a guess for the pause for an hour: %i ms',
  (age) => {
    // Without it, the pause after the last is over; with it, it would be twice as long.
    const times = [now - age, ...atOnce(accountGuessesFree, now - guessPauseMsMin)]
    expect(isAllowed(paces.account, times, now)).toBe(age >= guessesCountedMs)
  },
)

/** Mostly where it matters: in the window, and at the end of the hour. */
const ago = fc.oneof(
  fc.integer({ min: 0, max: guessesWindowMs }),
  fc.integer({ min: guessesCountedMs - 2_000, max: guessesCountedMs + 100 }),
  fc.integer({ min: 0, max: 2 * guessesCountedMs }),
)
const history = fc
  .array(ago, { maxLength: 30, size: 'max' })
  .map((agos) => agos.sort((one, other) => other - one).map((ms) => now - ms))
const kind = fc.constantFrom<Tries>('account', 'address', 'device', 'registration', 'rename')

it('[S16 API4] tells exactly how long to wait, and never longer than the window', () => {
  fc.assert(
    fc.property(kind, history, (tries, times) => {
      const pace = paces[tries]
      const wait = waitMs(pace, times, now)
      expect(wait).toBeLessThanOrEqual(pace.windowMs)
      expect(isAllowed(pace, times, now + wait)).toBe(true)
      if (wait > 0) expect(isAllowed(pace, times, now + wait - 1)).toBe(false)
    }),
    { endOnFailure: true }, // Histories take minutes to shrink, and say as much unshrunk.
  )
})

/** Guesses as soon as allowed, but rests now and then as `rests` has it. */
function guessedBy(pace: Pace, rests: readonly number[], untilMs: number): number[] {
  const times: number[] = []
  let at = 0
  for (let n = 0; at < untilMs; n += 1) {
    at += rests[n % rests.length] ?? 0
    at += waitMs(pace, times.slice(-200), at)
    times.push(at)
  }
  return times
}

function mostInAnHour(times: readonly number[]): number {
  const hour = 60 * 60_000
  const from = (at: number) => times.filter((other) => other >= at && other < at + hour).length
  return Math.max(...times.map(from))
}

it('[S16 API4] evaluates at most 50 guesses of one name an hour, so 100 of an account by both', () => {
  const rest = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: guessesWindowMs }))
  const schedule = fc.array(rest, { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(schedule, (rests) => {
      const times = guessedBy(paces.account, rests, 5 * guessesCountedMs)
      expect(mostInAnHour(times)).toBeLessThanOrEqual(50)
    }),
    { examples: [[[0]], [[...atOnce(9, 0), guessesWindowMs]], [[...atOnce(19, 0), 400_000]]] },
  )
})
