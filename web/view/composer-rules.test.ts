import { expect, test } from 'vitest'
import { asksToSend, fits, lengthNote, sendable, startsText } from './composer-rules.ts'

const enter = { key: 'Enter', shiftKey: false, altKey: false, isComposing: false, keyCode: 13 }

test.each([
  ['Enter', enter, false, true],
  ['Shift+Enter', { ...enter, shiftKey: true }, false, false],
  ['Enter on touch', enter, true, false],
  ['Enter while composing', { ...enter, isComposing: true }, false, false],
  ['Enter while Safari composes', { ...enter, keyCode: 229 }, false, false],
  ['a letter', { ...enter, key: 'a', keyCode: 65 }, false, false],
])('[CMP1] %s', (_, key, touch, sends) => {
  expect(asksToSend(key, touch)).toBe(sends)
})

test.each([
  ['a', 1],
  ['👩‍👩‍👧', 5],
  ['e\u0301', 2],
])('[CMP7] %j counts as the server counts: %i', (piece, points) => {
  const count = Math.floor(4_000 / points)
  const full = piece.repeat(count) + 'a'.repeat(4_000 - count * points)
  expect(lengthNote(full)).toEqual({ kind: 'left', count: 0 })
  expect(fits(full)).toBe(true)
  expect(lengthNote(`${full}a`)).toEqual({ kind: 'over', count: 1 })
  expect(fits(`${full}a`)).toBe(false)
})

test('[CMP7] the counter begins at 3,200 and does not count blanks around', () => {
  expect(lengthNote('a'.repeat(3_199))).toEqual({ kind: 'none' })
  expect(lengthNote(`  ${'a'.repeat(3_200)}\n\n`)).toEqual({ kind: 'left', count: 800 })
})

test('[SND4] what no store can keep is taken out, the rest stays as typed', () => {
  expect(sendable(' a\0b\ud800 ')).toBe('ab\ufffd')
  expect(sendable('line\n\n  line')).toBe('line\n\n  line')
})

test('typing anywhere means a character, not a shortcut', () => {
  const key = { ctrlKey: false, metaKey: false, altKey: false }
  expect(startsText({ ...key, key: 'a' })).toBe(true)
  expect(startsText({ ...key, key: 'Tab' })).toBe(false)
  expect(startsText({ ...key, key: ' ' })).toBe(false)
  expect(startsText({ ...key, key: 'f', ctrlKey: true })).toBe(false)
})
