import fc from 'fast-check'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { DisplayName } from '../protocol/api/accounts.ts'
import { isStorable } from '../protocol/text.ts'
import { fold } from './fold.ts'

it.each([
  ['Straße', 'STRASSE'],
  ['Straße', 'STRAẞE'],
  ['Ｔｅａ', 'tea'],
  ['ΟΔΟΣ', 'οδος'],
  ['e\u0301', 'É'],
  ['ﬁsh', 'FISH'],
  ['℡', 'tel'],
  ['tea\u200broom', 'TeaRoom'],
  ['te\0a', 'tea'],
  ['tea\n\troom ', 'tea room'],
  ['tea   room', 'Tea\u00a0Room'],
  ['İstanbul', 'i̇stanbul'],
])('[V-9] takes %s and %s for one name', (one, other) => {
  expect(fold(one)).toBe(fold(other))
})

it.each([
  ['tea', 'tee'],
  ['teа', 'tea'], // A Cyrillic look-alike is another letter.
  ['résumé', 'resume'],
])('keeps %s and %s apart', (one, other) => {
  expect(fold(one)).not.toBe(fold(other))
})

it('is settled: a key folds to itself', () => {
  for (const text of ['Straße ﬁ', 'ΐ', 'ǰ', 'Ⅷ', '½', 'ŉ', 'ẞ', '  a  b ']) {
    expect(fold(fold(text))).toBe(fold(text))
  }
})

it('[V-9] leaves something of every name that may be given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
      fc.pre(v.is(DisplayName, text))
      expect(fold(text)).not.toBe('')
    }),
  )
  const spacing = ['\u00a8', '\u00b4', '\u037a', '\u1fbd', '\ufe76', '\u{1f3fb}']
  expect(spacing.filter((text) => v.is(DisplayName, text) && fold(text) === '')).toEqual([])
})

it('[SND4] makes a key that Postgres can store of any text', () => {
  expect(isStorable(fold('a\0b\ud800c'))).toBe(true)
})
