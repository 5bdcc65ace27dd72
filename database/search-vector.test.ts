import { describe, expect, it } from 'vitest'
import { searchQuery, searchVector } from './search-vector.ts'

describe('a text as a vector', () => {
  it.each([
    ['Grüße, Welt', "'grusse':2 'welt':4"],
    ['東京 tower', "'東':2 '京':3 'tower':5"],
    ['', ''],
  ])('%s', (text, vector) => {
    expect(searchVector(text)).toBe(vector)
  })

  it('[R15] makes no word longer than Postgres takes, and no place higher than it knows', () => {
    expect(searchVector('語'.repeat(20_000))).toMatch(/:16383$/)
    expect(searchVector('a'.repeat(4_000))).toBe(`'${'a'.repeat(200)}':2`)
  })
})

describe('a query', () => {
  it.each([
    ['Grü we', "'gru':* & 'we':*"],
    ['東京', "('東' <-> '京')"],
    ['a:* | b & !c', "'a':* & 'b':* & 'c':*"],
    ["it's \\ \0", "'it':* & 's':*"],
  ])('%s is words, never syntax [S10]', (query, terms) => {
    expect(searchQuery(query)).toBe(terms)
  })

  it.each(['', ' ', '…!?'])('%j asks for nothing', (query) => {
    expect(searchQuery(query)).toBeNull()
  })
})
