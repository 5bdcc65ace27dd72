// Moments over HTTP: ISO 8601; what comes in is a day that there is.

import * as v from 'valibot'
import { muteMsMax } from '../limits.ts'

/** A moment as we tell it: ISO 8601, UTC. */
export const IsoTime = v.pipe(v.string(), v.metadata({ format: 'date-time' }))

/** A `Date` would make March of a 30th of February, and Postgres knows no year 0. */
export const Moment = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check(isDay, 'must be a day that there is'),
  v.toDate(),
)

/** What is wrong with silencing somebody until then, or null: from now to a year from now is good. */
export function whyNoMute(until: Date, now: Date): string | null {
  const inMs = until.getTime() - now.getTime()
  if (inMs < 0) return 'must not be over'
  return inMs > muteMsMax ? 'must be within a year' : null
}

function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  if (year < 100) return false // `Date.UTC` takes them for years of the last century.
  return day >= 1 && Date.UTC(year, month - 1, day) < Date.UTC(year, month, 1)
}
