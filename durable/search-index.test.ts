import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Seq, UserId } from '../protocol/ids.ts'
import { searchText } from '../protocol/search-text.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { type Search, SearchIndex } from './search-index.ts'

const ana = '01900000-0000-7000-8000-00000000000a' as UserId
const bo = '01900000-0000-7000-8000-00000000000b' as UserId

function indexOf(...bodies: string[]) {
  const sql = nodeSql()
  for (const statement of SearchIndex.tables) sql.run(statement)
  const index = new SearchIndex(sql)
  for (const [place, body] of bodies.entries())
    index.add((place + 1) as Seq, place % 2 ? bo : ana, body)
  const find = (query: string, more: Partial<Search> = {}) =>
    index.find({ query, limit: 20, ...more })
  return { sql, index, find }
}

describe('search finds', () => {
  it.each([
    ['a word by its beginning', 'hello world', 'wor'],
    ['a word by its beginning, though it be long', 'Donaudampfschifffahrt', 'donaudampfschi'],
    ['a word of one letter', 'plan b', 'b'],
    ['every word, in any order', 'the quick brown fox', 'fox qui'],
    ['accents folded', 'À la carte', 'a LA'],
    ['Cyrillic folded', 'Ёлка и йод', 'елк ИОД'],
    ['a pair of signs', '昨日東京都庁で', '東京'],
    ['one sign', '昨日東京都庁で', '庁'],
    ['the last sign', '東京', '京'],
    ['a run of signs', '昨日東京都庁で会った', '東京都庁で'],
    ['signs and letters', 'iPhone買う', '買う iph'],
    ['Hangul and Thai', '한글 สวัสดี', '한글 สวัส'],
    ['a picture', 'tea ☕\ufe0f?', '☕'],
    ['a picture of several', 'by 👩🏽\u200d💻', '👩\u200d💻'],
    ['letters newer than the tables of FTS5', '\u{1e900}\u{1e901}x', '\u{1e922}\u{1e923}'],
    ['one such letter', '\u{1e900} \u{1e901}x', '\u{1e922}'],
  ])('%s', (_, body, query) => {
    expect(indexOf('other', body, '都 東 別').find(query)).toEqual([2])
  })

  it.each([
    ['the middle of a word', 'hello', 'ell'],
    ['a letter at the beginning of a word', 'hello', 'h'],
    ['signs apart', '東、京 東と京', '東京'],
    ['runs that only seem to meet', '東京、京都', '東京都'],
    ['one word of two', 'hello', 'hello world'],
    ['an author by their id', 'hello', '01900000'],
    ['nothing asked', 'hello', ' "'],
  ])('not %s', (_, body, query) => {
    expect(indexOf(body).find(query)).toEqual([])
  })

  it('the newest first, a page at a time, of whom and between which was asked', () => {
    const { find } = indexOf('tea 1', 'tea 2', 'no', 'tea 4', 'tea 5', 'tea 6')
    expect(find('tea')).toEqual([6, 5, 4, 2, 1])
    expect(find('tea', { limit: 2 })).toEqual([6, 5])
    expect(find('tea', { before: 5 as Seq, after: 1 as Seq })).toEqual([4, 2])
    expect(find('tea', { from: bo })).toEqual([6, 4, 2])
    expect(find('', { from: ana })).toEqual([5, 3, 1])
  })
})

it('[S10] takes any query as text', () => {
  const { find } = indexOf('near not or and x y', 'other')
  const payloads = ['"', '""', "' OR 1=1 --", 'NEAR(x y, 2)', '{author} : x', 'x*', '^x', '-x', '(']
  for (const query of payloads) expect([[1], []]).toContainEqual(find(query))
  expect(find('x NOT y OR near')).toEqual([1])
  const pieces = [
    '"',
    "'",
    '*',
    '^',
    '(',
    ')',
    '{',
    '}',
    ':',
    '-',
    '+',
    '\0',
    ' ',
    'x',
    'NEAR',
    '東',
  ]
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...pieces) }), (query) => {
      find(query)
    }),
  )
})

describe('[SND6] a deleted message', () => {
  it('is not found, and its neighbours are', () => {
    const { index, find } = indexOf('shared one', 'shared two 東京', 'shared three')
    index.remove(2 as Seq, bo, 'shared two 東京')
    expect([find('shared'), find('two'), find('東京'), find('', { from: bo })]).toEqual([
      [3, 1],
      [],
      [],
      [],
    ])
  })

  it('is found by its new words after an edit', () => {
    const { index, find } = indexOf('before')
    index.remove(1 as Seq, ana, 'before')
    index.add(1 as Seq, ana, 'after')
    expect([find('before'), find('after')]).toEqual([[], [1]])
  })

  it('leaves no word in any table of the index', () => {
    const filler = (n: number) => `word${n} common talk ${'lorem ipsum '.repeat(n % 40)}東京`
    const bodies = Array.from({ length: 3_000 }, (_, n) => filler(n))
    const secret = 'xylophonesecret 藏頭 \u{1f5ff}'
    const { sql, index, find } = indexOf(...bodies.slice(0, 1_500), secret, ...bodies.slice(1_500))
    expect(traces(sql, searchText(secret))).not.toEqual([])
    index.remove(1_501 as Seq, ana, secret)
    expect(traces(sql, searchText(secret))).toEqual([])
    expect(find('xylo')).toEqual([])
    sql.run("INSERT INTO search (search) VALUES ('integrity-check')")
  })

  it('was the only thing to change: the index equals one that never held it', () => {
    const bodies = fc.array(fc.lorem({ maxCount: 6 }).map(searchText), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(bodies, fc.nat(), (all, pick) => {
        const gone = pick % all.length
        const { index, find } = indexOf(...all)
        index.remove((gone + 1) as Seq, gone % 2 ? bo : ana, all[gone] ?? '')
        const words = new Set(all.join(' ').split(' '))
        for (const word of [...words].filter(({ length }) => length > 1)) {
          const expected = all.flatMap((body, place) =>
            place !== gone && body.split(' ').some((one) => one.startsWith(word))
              ? [place + 1]
              : [],
          )
          expect(find(word)).toEqual(expected.reverse())
        }
      }),
      { numRuns: 30 },
    )
  })
})

/** The words whose first four bytes stand in a blob of a shadow table: FTS5 may share what leads. */
function traces(sql: ReturnType<typeof nodeSql>, words: string): string[] {
  const shadows = sql.run<{ bytes: string }>(
    `SELECT hex(block) AS bytes FROM search_data UNION ALL SELECT hex(term) FROM search_idx`,
  )
  const hex = (word: string) => Buffer.from(word).subarray(0, 4).toString('hex').toUpperCase()
  return words.split(' ').filter((word) => shadows.some(({ bytes }) => bytes.includes(hex(word))))
}
