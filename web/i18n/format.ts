// Times and lists as the language and the viewer's zone write them.

import { words } from './words.ts'

const DAY_MS = 86_400_000

/** 14:05, or 2:05 PM where people write it so. */
export function clockTime(atMs: number): string {
  return formatter({ timeStyle: 'short' }).format(atMs)
}

/** 14:05 today, else 24 November 2026 at 14:05: what is yet to come may be days away. */
export function momentName(atMs: number, nowMs: number): string {
  if (dayKey(atMs) === dayKey(nowMs)) return clockTime(atMs)
  return formatter({ dateStyle: 'long', timeStyle: 'short' }).format(atMs)
}

/** Monday, 23 November 2026 at 14:05:09: what hovering over a time tells. */
export function fullTime(atMs: number): string {
  return formatter({ dateStyle: 'full', timeStyle: 'medium' }).format(atMs)
}

export function longDate(atMs: number): string {
  return formatter({ dateStyle: 'long' }).format(atMs)
}

/** "Today", "Yesterday", else the day, with its year once that is not this one. */
export function dayName(atMs: number, nowMs: number): string {
  if (dayKey(atMs) === dayKey(nowMs)) return words().timeline.today
  if (isYesterday(atMs, nowMs)) return words().timeline.yesterday
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  return formatter({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(atMs)
}

/** The latest of a list of rooms: a clock time today, else a short day. */
export function shortTime(atMs: number, nowMs: number): string {
  if (dayKey(atMs) === dayKey(nowMs)) return clockTime(atMs)
  if (nowMs - atMs < 6 * DAY_MS) return formatter({ weekday: 'short' }).format(atMs)
  return formatter({ day: 'numeric', month: 'short' }).format(atMs)
}

/** Equal for two moments of one calendar day where the viewer is. */
export function dayKey(atMs: number): string {
  const at = new Date(atMs)
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`
}

/** "Ana, Bo and Cy", or "Ana, Bo and 7 others". They may be more in `total` than are known by name. */
export function nameList(names: readonly string[], most = 3, total = names.length): string {
  const shown = total > most + 1 ? names.slice(0, most) : names
  const rest = total - shown.length
  const parts = rest > 0 ? [...shown, words().timeline.others(rest)] : shown
  return new Intl.ListFormat(words().language).format(parts)
}

/** A name in a sentence of another direction stays in one piece, and leaves the sentence in order. */
export const isolated = (name: string): string => `\u2068${name}\u2069`

// The calendar's yesterday: 24 hours before now may be two days back when clocks change.
function isYesterday(atMs: number, nowMs: number): boolean {
  const now = new Date(nowMs)
  return (
    dayKey(atMs) ===
    dayKey(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime())
  )
}

const formatters = new Map<string, Intl.DateTimeFormat>()

// Making a formatter costs more than a hundred uses of it, and a timeline has hundreds of times.
function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = words().language + JSON.stringify(options)
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale(words().language), options)
  formatters.set(key, made)
  return made
}

// The browser's own region of the language decides 14:05 or 2:05 PM. Some name a locale of the
// system, `en-US@posix`, which is no language tag and would throw.
function locale(language: string): string {
  const fits = (wish: string) => wish.startsWith(language) && isLanguageTag(wish)
  return navigator.languages.find(fits) ?? language
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}
