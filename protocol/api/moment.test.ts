import * as v from 'valibot'
import { expect, it } from 'vitest'
import { muteMsMax } from '../limits.ts'
import { SearchQuery } from './messages.ts'
import { Moment, whyNoMute } from './moment.ts'
import { MemberPatch } from './rooms.ts'

const now = Date.parse('2026-07-25T10:00:00.000Z')

it('takes a moment that there is, in any zone', () => {
  expect(v.parse(Moment, '2024-02-29T23:59:59.999Z').getTime()).toBe(1_709_251_199_999)
  expect(v.parse(Moment, '2026-07-25T12:00:00+02:00').getTime()).toBe(now)
})

it('refuses days that there are not, and the year 0', () => {
  const days = ['2020-02-30', '2023-02-29', '2026-04-31', '0000-01-01', '2026-00-10', '2026-13-01']
  const times = days.map((day) => `${day}T00:00:00Z`)
  expect(times.filter((time) => v.is(Moment, time))).toEqual([])
  expect(['', 'soon', '2026-07-25', '1e9'].filter((time) => v.is(Moment, time))).toEqual([])
  for (const side of ['before', 'after']) {
    expect(v.is(SearchQuery, { query: 'tea', [side]: '2020-02-30T00:00:00Z' })).toBe(false)
    expect(v.is(SearchQuery, { query: 'tea', [side]: '2020-02-29T00:00:00Z' })).toBe(true)
  }
})

it('[LIM1] silences from now to a year from now, or lifts it', () => {
  const mutes = (atMs: number) => whyNoMute(new Date(atMs), new Date(now)) === null
  expect([-1, 0, 1].map((ms) => mutes(now + ms))).toEqual([false, true, true])
  expect([-1, 0, 1].map((ms) => mutes(now + muteMsMax + ms))).toEqual([true, true, false])
  expect(v.is(MemberPatch, { mutedUntil: null })).toBe(true)
  expect(v.is(MemberPatch, { mutedUntil: '2027-02-30T00:00:00Z' })).toBe(false)
})
