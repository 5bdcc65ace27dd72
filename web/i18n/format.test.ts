// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { dayKey, dayName, longDate, momentName, nameList } from './format.ts'

const zone = process.env['TZ']
afterEach(() => {
  process.env['TZ'] = zone
})

test.each(['America/Los_Angeles', 'Europe/Berlin', 'Pacific/Auckland'])(
  '[TML6] in %s midnight of the viewer parts two days',
  (name) => {
    process.env['TZ'] = name
    const midnight = new Date(2026, 10, 23).getTime()
    expect(dayKey(midnight - 1)).not.toBe(dayKey(midnight))
    expect(dayKey(midnight)).toBe(dayKey(midnight + 60_000))
  },
)

test('[TML6] yesterday is the calendar day before, also when clocks change', () => {
  process.env['TZ'] = 'Europe/Berlin'
  const evening = new Date(2026, 9, 25, 23, 30).getTime() // A day of 25 hours.
  expect(dayName(new Date(2026, 9, 24, 23, 45).getTime(), evening)).toBe('Yesterday')
  expect(dayName(new Date(2026, 9, 25, 0, 5).getTime(), evening)).toBe('Today')
  expect(dayName(new Date(2026, 9, 23, 12).getTime(), evening)).toContain('23')
})

test('[TML6] a day of another year carries its year', () => {
  expect(dayName(new Date(2025, 4, 1).getTime(), new Date(2026, 4, 1).getTime())).toContain('2025')
})

test('long lists of names are folded, never to "1 other"', () => {
  expect(nameList(['Ana', 'Bo', 'Cy', 'Di'])).toBe('Ana, Bo, Cy, and Di')
  expect(nameList(['Ana', 'Bo', 'Cy', 'Di', 'Ed'])).toBe('Ana, Bo, Cy, and 2 others')
})

test('[TML9] who is known by name stands for all there are', () => {
  expect(nameList(['Ana', 'Bo', 'Cy', 'Di'], 3, 500)).toBe('Ana, Bo, Cy, and 497 others')
  expect(nameList(['Ana', 'Bo'], 9, 4)).toBe('Ana, Bo, and 2 others')
})

test('[LIM2] a moment of another day tells its day', () => {
  const now = new Date(2026, 10, 23, 14).getTime()
  expect(momentName(now + 3_600_000, now)).not.toContain('2026')
  expect(momentName(now + 86_400_000, now)).toMatch(/24.*2026/u)
})

test('[TML6] a locale of the system that is no language tag is passed over', () => {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['en-US@posix', 'en-GB'])
  expect(longDate(new Date(2026, 10, 23).getTime())).toBe('23 November 2026')
})

test.each([
  ['en-US', '2:05 PM'],
  ['en-GB', '14:05'],
])('[TML6] in %s the clock says %s', async (locale, said) => {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue([locale])
  vi.resetModules() // Its formatters are kept by language, and a browser's region does not change.
  const { clockTime } = await import('./format.ts')
  const withPlainBlanks = clockTime(new Date(2026, 10, 23, 14, 5).getTime()).replace(/\s/gu, ' ')
  expect(withPlainBlanks).toBe(said)
})
