import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { bodyBytesMax, bodyCharactersMax } from './limits.ts'
import { characters, isStorable, MessageBody, text, utf8Bytes } from './text.ts'

const encoder = new TextEncoder()
const accepts = (body: unknown) => v.safeParse(MessageBody, body).success

it('counts characters as code points and bytes as UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(characters(value)).toBe([...value].length)
      expect(utf8Bytes(value)).toBe(encoder.encode(value).length)
    }),
  )
})

describe('a message', () => {
  it('[SND4 LIM1] has 1 to 4,000 characters, of whatever width', () => {
    for (const letter of ['a', 'é', '語', '\u{1F600}']) {
      expect(accepts(letter.repeat(bodyCharactersMax - 1))).toBe(true)
      expect(accepts(letter.repeat(bodyCharactersMax))).toBe(true)
      expect(accepts(letter.repeat(bodyCharactersMax + 1))).toBe(false)
    }
    expect([accepts(''), accepts('a')]).toEqual([false, true])
  })

  it('[SND4 LIM1] of the widest characters still fits its 16 KiB', () => {
    expect(utf8Bytes('\u{1F600}'.repeat(bodyCharactersMax))).toBeLessThanOrEqual(bodyBytesMax)
  })

  it('[SND4] is well-formed, without NUL, without blanks around it', () => {
    expect(isStorable('a\ud800b')).toBe(false)
    const refused = ['a\0b', '\ud83d', '\ude00x', ' a', 'a\n', '\u00a0a', ' ', 7, null, ['a']]
    expect(refused.filter(accepts)).toEqual([])
    const kept = ['a\nb', 'a\tb', '\u202eabc', 'e\u0301', '\u{1F469}\u200d\u{1F680}', '\ufffd']
    expect(kept.filter((body) => !accepts(body))).toEqual([])
  })
})

it('any text has its own bounds', () => {
  const name = text(3, 5)
  const lengths = [2, 3, 5, 6].map((length) => v.safeParse(name, 'ñ'.repeat(length)).success)
  expect(lengths).toEqual([false, true, true, false])
})
