// What text may be: the same answer in the composer, the API and the room.

import * as v from 'valibot'
import { bodyBytesMax, bodyCharactersMax, emojiUnitsMax } from './limits.ts'

/** Length in Unicode code points, the unit of every limit on text. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Length in UTF-8 bytes of well-formed text, without encoding it. */
export function utf8Bytes(text: string): number {
  let bytes = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if (unit >= 0xd800 && unit <= 0xdfff)
      bytes += 2 // Half of a pair that takes four.
    else bytes += 3
  }
  return bytes
}

/**
 * NUL ends a string in SQLite and is refused by Postgres; a lone surrogate comes back from
 * storage as something else. Either would make history differ from what was told. [SND4]
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Any text a person enters: storable, without blanks around it, `min` to `max` characters. */
export function text(min: number, max: number) {
  return v.pipe(
    v.string(),
    v.maxLength(max * 2, `must be at most ${max} characters`), // Units: stops a walk over a huge string.
    v.check(isStorable, 'must be well-formed text without NUL'),
    v.check((value) => value === value.trim(), 'must not begin or end with blanks'),
    v.check((value) => value.length >= min && characters(value) >= min, atLeast(min)),
    v.check((value) => characters(value) <= max, `must be at most ${max} characters`),
    v.metadata({ minLength: min, maxLength: max }), // It counts code points, too.
  )
}

/** Text of some lines: a control character would do in a terminal what nobody sees here. */
export function prose(min: number, max: number) {
  return v.pipe(
    text(min, max),
    v.check((value) => !/[^\P{Cc}\n\t]/u.test(value), 'must not hold control characters'),
  )
}

/** What people tell each other apart by: it must show, and show all that it is. */
export function name(min: number, max: number) {
  return v.pipe(
    text(min, max),
    v.check((value) => visible.test(value), 'must show'),
    v.check(
      (value) => !hidden.test(value.replace(emoji, '').replace(joiner, '')),
      'must not hold hidden characters',
    ),
  )
}

/** Breaks a line, turns the direction, or takes no place at all: two names would look like one. */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u

/** The empty pattern of Braille is a symbol to Unicode, and a blank to whoever looks. */
const visible = /(?!\u2800)[\p{L}\p{N}\p{P}\p{S}]/u

const picture = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|[\uFE0E\uFE0F])?`
const keycap = String.raw`[\d#*]\uFE0F\u20E3`
const flag = String.raw`\u{1F3F4}[\u{E0061}-\u{E007A}]{5}\u{E007F}`

/** What we see as one picture may be several characters, held together by hidden ones. */
const emoji = new RegExp(`${keycap}|${flag}|${picture}(?:\\u200D${picture})*`, 'gu')

const joiningScripts = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya'],
  ...['Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar'],
]
const joining = `[${joiningScripts.map((script) => String.raw`\p{Script=${script}}`).join('')}]`

/** Persian, Hindi, Sinhala and their kin spell with joiners between letters; a key has none. [V-9] */
const joiner = new RegExp(String.raw`(?<=${joining})[\u200C\u200D](?=${joining})`, 'gu')

/** A message as it is sent, stored and shown. [SND4] */
export const MessageBody = v.pipe(
  text(1, bodyCharactersMax),
  v.check((value) => utf8Bytes(value) <= bodyBytesMax, `must be at most ${bodyBytesMax} bytes`),
)

/** Exactly one emoji, spelled as Unicode recommends: one picture has one spelling. [SND7] */
export const Emoji = v.pipe(
  v.string(),
  v.maxLength(emojiUnitsMax),
  v.regex(/^\p{RGI_Emoji}$/v, 'must be one emoji'),
)

function atLeast(min: number): string {
  return min === 1 ? 'must not be empty' : `must be at least ${min} characters`
}
