import { expect, test } from 'vitest'
import { hueOf, initials } from './initials.ts'

test.each([
  ['Ana Lindqvist', 'AL'],
  ['tomás', 'T'],
  ['Ана Мария Ли', 'АЛ'],
  ['سارة', 'س'],
  ['👩‍👩‍👧 family', '👩‍👩‍👧F'],
  ['é', 'É'],
  ['  ', ''],
])('[TML11] %s is shortened by grapheme to %s', (name, expected) => {
  expect(initials(name)).toBe(expected)
})

test('[TML11] ids that differ in one digit get hues apart', () => {
  const hues = Array.from({ length: 16 }, (_, index) =>
    hueOf(`01938f00-0000-7000-8000-00000000000${index.toString(16)}`),
  )
  expect(new Set(hues.map((hue) => Math.floor(hue / 30))).size).toBeGreaterThan(6)
  expect(hues.every((hue) => hue >= 0 && hue < 360)).toBe(true)
})
