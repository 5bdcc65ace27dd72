import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { bodyBytesMax, bodyCharactersMax } from './limits.ts'
import { characters, isStorable, MessageBody, name, prose, text, utf8Bytes } from './text.ts'

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

describe('a name', () => {
  const isName = (value: string) => v.safeParse(name(1, 64), value).success

  it.each([
    ['Änn 語', 'کاربر', 'שלום', "O'Neil-Smith", '¿Qué?', '!', '½'],
    [
      '👋',
      '👩\u200d💻 👨\u200d💻',
      'Tea ☕\ufe0f',
      '☺\ufe0e',
      '1\ufe0f\u20e3',
      '❤\ufe0f\u200d🔥',
      '👩🏽\u200d💻',
      'می\u200cخواهم', // Persian spells with a non-joiner,
      'ශ්\u200dරී', // and Sinhala with a joiner.
      '🕵🏽\u200d♀\ufe0f',
    ],
    [
      '👨\u200d👩\u200d👧',
      '🇩🇪',
      '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
      '🏳\ufe0f\u200d🌈',
    ],
  ])('may be in any script, and in pictures', (...names) => {
    expect(names.filter((one) => !isName(one))).toEqual([])
  })

  it.each([
    ['control characters', 'a\nb', 'a\tb', 'a\u0007b', 'a\u009bb', 'a\u2028b', 'a\u2029b'],
    ['directions', 'a\u202eb', 'a\u2066b', '\u200fa', 'a\u061cb', 'a\u200e'],
    ['hidden characters', 'a\u200bb', 'a\u00adb', 'a\u2060b', 'a\u034fb', 'a\ufeffb', '\u3164a'],
    [
      'joiners of nothing',
      'a\u200db',
      'می\u200c',
      '\u200dරී',
      'a\u200cb',
      '👋\u200da',
      'a\u200d👋',
      '👋\u200d',
      '👋\u200d\u200d👋',
    ],
    ['variations of nothing', 'a\ufe0f', '1\ufe0f', '👋\ufe0f\ufe0f', 'a\u{e0101}', 'a\u{e0041}'],
    ['nothing to see', '\u2800', '\u3164', '\uffa0', '\u115f\u1160', '\u0301', '\u200b', '\ufe0f'],
  ])('holds no %s', (_, ...names) => {
    expect(names.filter(isName)).toEqual([])
  })
})

it('prose has lines and tabs, and no other control character', () => {
  const isProse = (value: string) => v.safeParse(prose(0, 99), value).success
  expect(['', 'a\n\tb', 'a\u202eb', 'a\u200bb'].filter((one) => !isProse(one))).toEqual([])
  expect(['a\rb', 'a\u001bb', 'a\u007fb', 'a\u0085b'].filter(isProse)).toEqual([])
})
