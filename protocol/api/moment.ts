// A moment as it comes in over HTTP: ISO 8601, and a day that there is.

import * as v from 'valibot'
import { muteMsMax } from '../limits.ts'

/** A `Date` would make March of a 30th of February, and Postgres knows no year 0. */
export const Moment = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check(isDay, 'must be a day that there is'),
  v.toDate(),
)

/** Until when somebody is silent: from now to a year from now. */
export const MutedUntil = v.pipe(
  Moment,
  v.check((until) => until.getTime() >= Date.now(), 'must be in the future'),
  v.check((until) => until.getTime() <= Date.now() + muteMsMax, 'must be within a year'),
)

function isDay(text: string): boolean {
  const day = text.slice(0, 10)
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date)).toISOString().startsWith(day)
}
