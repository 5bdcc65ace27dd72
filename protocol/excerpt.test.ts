import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf, excerptUnitsMax } from './excerpt.ts'

const marked = (body: string, query: string) => {
  const { text, marks } = excerptOf(body, query)
  return marks.map(([start, end]) => text.slice(start, end))
}

describe('an excerpt', () => {
  it.each([
    ['the part of a word that was typed', 'Hello World', 'wor', ['Wor']],
    ['accents with their letters', 'cafe\u0301s', 'CAFÉ', ['cafe\u0301']],
    ['ligatures whole', 'a ﬁsh', 'f', ['ﬁ']],
    ['what grows when folded', 'Straße', 'stras', ['Straß']],
    ['signs as they stand', '京都と東京都', '京都', ['京都', '京都']],
    ['signs only without a gap', '京 都', '京都', []],
    ['signs that overlap as one', '哈哈哈', '哈哈', ['哈哈哈']],
    ['every term', 'one two 東京', '東京 on', ['on', '東京']],
    ['pictures of several', 'a 👩🏽\u200d💻!', '👩\u200d💻', ['👩🏽\u200d💻']],
    ['nothing where nothing was asked', 'Hello', ' "* ', []],
  ])('marks %s', (_, body, query, found) => {
    expect(marked(body, query)).toEqual(found)
  })

  it('shows the first hit with the words before it', () => {
    const body = `${'lorem ipsum '.repeat(50)}needle${' dolor sit'.repeat(50)}`
    const { text, marks } = excerptOf(body, 'needle')
    expect(text).toMatch(/^lorem ipsum .* needle dolor .* (dolor|sit)$/)
    expect(marks).toEqual([[text.indexOf('needle'), text.indexOf('needle') + 6]])
    expect(text.length).toBeGreaterThan(excerptUnitsMax - 12)
  })

  it('[LIM1] of a body at, below and above its bound', () => {
    const sizes = [excerptUnitsMax - 1, excerptUnitsMax, excerptUnitsMax + 1]
    const shown = sizes.map((size) => excerptOf('a'.repeat(size), 'a').text.length)
    expect(shown).toEqual([excerptUnitsMax - 1, excerptUnitsMax, excerptUnitsMax])
  })

  it('cuts no family in two', () => {
    const family = '👨\u200d👩\u200d👧\u200d👦'
    const { text } = excerptOf(family.repeat(60), '👧')
    expect(text).toBe(family.repeat(Math.floor(excerptUnitsMax / family.length)))
  })

  it('cuts a tower of marks, for it has no other end, and no pair in it', () => {
    const { text, marks } = excerptOf(`a${'\u{1d167}'.repeat(200)}`, 'a')
    expect([text.length, text.isWellFormed(), marks]).toEqual([159, true, [[0, 159]]])
  })

  it('is a bounded stretch of the body, its marks within it and in order', () => {
    const unit = fc.constantFrom(
      'a',
      'b',
      'e\u0301',
      '東',
      '京',
      '👩\u200d💻',
      ' ',
      '𝒳',
      '\u0301',
      'ﬁ',
    )
    const long = fc.string({ unit, maxLength: 600, size: 'max' })
    fc.assert(
      fc.property(long, fc.string({ unit, maxLength: 4 }), (body, query) => {
        const { text, marks } = excerptOf(body, query)
        expect(body).toContain(text)
        expect(text.length).toBeLessThanOrEqual(excerptUnitsMax)
        expect(text.isWellFormed()).toBe(true)
        let after = 0
        for (const [start, end] of marks) {
          expect(start).toBeGreaterThanOrEqual(after)
          expect(end).toBeGreaterThan(start)
          after = end
        }
        expect(after).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})
