import { expect, test } from 'vitest'
import { pieces } from './mentions.ts'

const ana = { name: 'Ana', own: false }
const anaMaria = { name: 'Ana Maria', own: true }
const shown = (text: string, called = [ana, anaMaria]) =>
  pieces(text, called).map((piece) =>
    piece.kind === 'text' ? piece.text : [piece.text, piece.own],
  )

test.each([
  ['ask @Ana, please', ['ask ', ['@Ana', false], ', please']],
  ['@Ana Maria @Ana', [['@Ana Maria', true], ' ', ['@Ana', false]]],
  ['@Anastasia and a@b', ['@Anastasia and a@b']],
  ['nobody', ['nobody']],
  ['@@Ana', ['@', ['@Ana', false]]],
])('[SND5] %j marks whom it means', (text, expected) => {
  expect(shown(text)).toEqual(expected)
})

test('[SND5] a name that was not mentioned is text', () => {
  expect(shown('@Ana', [])).toEqual(['@Ana'])
})

test('[TML10] 4,000 signs of nothing but calls take one pass', () => {
  const startedMs = performance.now()
  expect(pieces('@'.repeat(4_000), [ana])).toHaveLength(1)
  expect(performance.now() - startedMs).toBeLessThan(100)
})
