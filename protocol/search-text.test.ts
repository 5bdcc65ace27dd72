import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queryCharactersMax } from './limits.ts'
import { searchTerms, searchTermsMax, searchText, wordsOf } from './search-text.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('a', 'É', 'e\u0301', '東', '한', '\u1112\u1161', '😂', ' ', '"'),
  }),
)

describe('a text as search sees it', () => {
  it.each([
    ['accents', 'ÉTÉ naïve Ångström', 'ete naive angstrom'],
    ['pieces and wholes alike', 'e\u0301te\u0301 été', 'ete ete'],
    ['Cyrillic', 'Ёлка Йод ЩИ', 'елка иод щи'],
    ['Greek, whatever the sigma', 'ΣΊΣΥΦΟΣ Σίσυφος', 'σισυφοσ σισυφοσ'],
    ['German, as Swiss spell it', 'Straße STRASSE STRAẞE', 'strasse strasse strasse'],
    ['Turkish', 'İstanbul IŞIK ışık', 'istanbul isik isik'],
    ['ligatures, widths and fractions', 'ﬁsh ａｂｃ ½ ™', 'fish abc 1 2 tm'],
    ['Arabic without harakat, Persian without joiners', 'مَدْرَسَة می\u200cخواهم', 'مدرسة میخواهم'],
    ['Hindi with its vowels', 'नमस्ते', 'नमस्ते'],
    ['punctuation as gaps', "don't c++ @user_name 1,000", 'don t c user name 1 000'],
    ['nothing', ' \u200b\ufeff…!? ', ''],
  ])('folds %s', (_, text, folded) => {
    expect(searchText(text)).toBe(folded)
  })

  it.each([
    ['Han and kana', '東京タワーへ', '東 京 タ ワ ー へ'],
    ['kana with their voicing, in halves too', 'か が ｶﾞ か\u3099', 'か が ガ が'],
    ['Hangul syllables, composed', '한글 \u1112\u1161\u11ab', '한 글 한'],
    ['Thai and its vowels', 'กี่', 'ก ี ่'],
    ['pictures, without their colour', 'ok👍🏽 👩\u200d💻 🇩🇪 ☕\ufe0f', 'ok 👍 👩 💻 🇩 🇪 ☕'],
    ['signs between letters', 'abc語def', 'abc 語 def'],
  ])('makes words of %s', (_, text, folded) => {
    expect(searchText(text)).toBe(folded)
  })

  it('is folded once and for all, and holds letters, numbers and signs only', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = searchText(text)
        expect(folded).toMatch(/^(?:[\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{RI}]+ ?)*$/u)
        expect(folded).toBe(folded.trim())
        expect(searchText(folded)).toBe(folded)
      }),
    )
  })

  it('is the same for composed and decomposed writing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(searchText(text.normalize('NFD'))).toBe(searchText(text.normalize('NFC')))
      }),
    )
  })

  it('knows of every word where it was written', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let after = 0
        for (const { folded, start, end } of wordsOf(text)) {
          expect(start).toBeLessThan(end)
          expect(start).toBeGreaterThanOrEqual(after)
          expect(searchText(text.slice(start, end)).split(' ')).toContain(folded)
          after = start
        }
      }),
    )
  })
})

describe('a query', () => {
  it('is words by their beginning, and signs as they stand', () => {
    expect(searchTerms('Wör 東京、大 ok👍')).toEqual([
      { kind: 'prefix', prefix: 'wor' },
      { kind: 'signs', signs: ['東', '京'] },
      { kind: 'signs', signs: ['大'] },
      { kind: 'prefix', prefix: 'ok' },
      { kind: 'signs', signs: ['👍'] },
    ])
  })

  it('[S10] is never syntax', () => {
    const prefixes = (query: string) =>
      searchTerms(query).map((term) => (term.kind === 'prefix' ? term.prefix : term.signs))
    expect(prefixes('"a* OR body:b NEAR(c, 2) ^d -e')).toEqual(
      ['a', 'or', 'body', 'b', 'near', 'c', '2', 'd', 'e'], //
    )
    expect(prefixes('"*^()-:{}\\')).toEqual([])
  })

  it('[LIM1] has a bound on terms and on characters', () => {
    const terms = (count: number) => searchTerms('a '.repeat(count)).length
    const max = searchTermsMax
    expect([max - 1, max, max + 1].map(terms)).toEqual([max - 1, max, max])
    const units = (count: number) => {
      const [term] = searchTerms('\u{10428}'.repeat(count)) // Two units each.
      return term?.kind === 'prefix' ? [...term.prefix].length : 0
    }
    const most = queryCharactersMax
    expect([most - 1, most, most + 1].map(units)).toEqual([most - 1, most, most])
  })
})
