// What search sees of a text: words folded so that case, accents and width make no difference.

import { queryCharactersMax } from './limits.ts'

/** Each term is one more list to intersect; a person who types more words than this is pasting. */
export const searchTermsMax = 16

/** One word of a text. `start` and `end` are UTF-16 offsets in the text as it was written. */
export interface Word {
  readonly folded: string
  readonly start: number
  readonly end: number
  /** One character of a script written without spaces, or a picture: a word by itself. */
  readonly isSign: boolean
  /** Nothing stands between this and the word before. */
  readonly joins: boolean
}

/** What was asked for: words that begin so, or signs that stand in this order without a gap. */
export type SearchTerm =
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'signs'; readonly signs: readonly string[] }

/** The words of a text, folded, between single spaces: what a full-text index is given. */
export function searchText(text: string): string {
  return wordsOf(text)
    .map(({ folded }) => folded)
    .join(' ')
}

/** A query as terms, every one of which must be found. None of it is ever syntax. [S10] */
export function searchTerms(query: string): SearchTerm[] {
  const terms: ({ kind: 'prefix'; prefix: string } | { kind: 'signs'; signs: string[] })[] = []
  for (const { folded, isSign, joins } of wordsOf(firstCharacters(query, queryCharactersMax))) {
    const last = terms.at(-1)
    if (isSign && joins && last?.kind === 'signs') last.signs.push(folded)
    else if (terms.length === searchTermsMax) break
    else if (isSign) terms.push({ kind: 'signs', signs: [folded] })
    else terms.push({ kind: 'prefix', prefix: folded })
  }
  return terms
}

/** Linear in the text: runs of ASCII are taken whole, any other distinct character is folded once. */
export function wordsOf(text: string): Word[] {
  const known = new Map<string, readonly Part[]>()
  const words: { -readonly [Field in keyof Word]: Word[Field] }[] = []
  let joins = false
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = endOfAscii(text, start) ?? endOfCharacter(text, start)
    const piece = text.slice(start, end)
    const parts = known.get(piece) ?? asciiParts(piece) ?? partsOf(piece)
    if (piece.length <= 2) known.set(piece, parts)
    const mark = words.at(-1)
    if (parts.length === 0 && mark?.end === start) mark.end = end
    for (const { folded, kind } of parts) {
      const last = words.at(-1)
      if (kind === 'letter' && joins && last && !last.isSign) {
        last.folded += folded
        last.end = end
      } else if (kind !== 'gap') words.push({ folded, start, end, isSign: kind === 'sign', joins })
      joins = kind !== 'gap'
    }
  }
  return words
}

/** Letters and digits, or what parts them: most text is nothing else, and needs no folding. */
const ascii = /[0-9A-Za-z]+|[\0-/:-@[-`{-\x7f]+/y

function endOfAscii(text: string, start: number): number | null {
  if (text.charCodeAt(start) > 0x7f) return null
  ascii.lastIndex = start
  return ascii.test(text) ? ascii.lastIndex : null
}

function asciiParts(piece: string): Part[] | null {
  const first = piece.charCodeAt(0)
  if (first > 0x7f) return null
  const isWord = first >= 0x30 && /[0-9A-Za-z]/.test(piece.charAt(0))
  return isWord ? [{ folded: piece.toLowerCase(), kind: 'letter' }] : gap
}

const gap: Part[] = [{ folded: ' ', kind: 'gap' }]

/** Where the characters from `start` end, with the marks upon them, that fold to so many units. */
export function endOfFolded(text: string, start: number, units: number): number {
  let end = start
  for (let seen = 0; end < text.length; ) {
    const next = endOfCharacter(text, end)
    const parts = partsOf(text.slice(end, next))
    if (seen >= units && parts.length > 0) break
    for (const { folded } of parts) seen += folded.length
    end = next
  }
  return end
}

/** A code point, with what must be composed with it before it is looked at. */
function endOfCharacter(text: string, start: number): number {
  const code = text.codePointAt(start) ?? 0
  if (code < 0x1100) return start + 1
  composed.lastIndex = start
  if (composed.test(text)) return composed.lastIndex
  return start + (code > 0xffff ? 2 : 1)
}

interface Part {
  readonly folded: string
  readonly kind: 'letter' | 'sign' | 'gap'
}

/** Nothing for a mark: it belongs to the word it stands on. A ligature or a fraction is several. */
function partsOf(character: string): Part[] {
  return Array.from(fold(character), (folded) => {
    if (sign.test(folded)) return { folded, kind: 'sign' }
    return { folded, kind: letter.test(folded) ? 'letter' : 'gap' }
  })
}

/** Case goes by way of the capitals, which alone join ß to ss, ς to σ and the dotless ı to i. */
function fold(character: string): string {
  const whole = character.normalize('NFKC').replace(mark, '')
  if (composing.test(whole)) return whole // Taken apart, が would be か and 한 three letters.
  const plain = whole.normalize('NFKD').replace(mark, '').toLowerCase()
  return plain.toUpperCase().toLowerCase().normalize('NFKD').replace(mark, '')
}

const composing = /(?=\p{L})[\p{scx=Hang}\p{scx=Hira}\p{scx=Kana}]/u

/** What macOS and half-width keyboards write in pieces: Hangul by letters, kana and its voicing. */
const composed =
  /[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\u3041-\u30fe\uff66-\uff9d][\u3099\u309a\uff9e\uff9f]/uy

/**
 * Scripts written without spaces, character by character, and pictures. Khmer, Lao, Myanmar and
 * Thai have their vowels as marks: each is a sign like the letter it stands on.
 */
const unspaced = ['Hani', 'Hira', 'Kana', 'Hang', 'Bopo', 'Yiii', 'Thai', 'Laoo', 'Khmr', 'Mymr']
const scripts = unspaced.map((script) => String.raw`\p{scx=${script}}`).join('')
const sign = new RegExp(
  String.raw`^(?:(?=[\p{L}\p{N}\p{M}])[${scripts}]|[\p{Extended_Pictographic}\p{RI}])`,
  'u',
)

const letter = /[\p{L}\p{N}\p{M}]/u

/** Accents, points and harakat, and what nobody sees. The marks of Indic scripts are vowels: kept. */
const decorated = ['Zinh', 'Latn', 'Grek', 'Cyrl', 'Hebr', 'Arab', 'Syrc']
const mark = new RegExp(
  String.raw`(?=\p{M})[${decorated.map((script) => String.raw`\p{Script=${script}}`).join('')}]` +
    String.raw`|[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]`,
  'gu',
)

function firstCharacters(text: string, count: number): string {
  return Array.from(text.slice(0, count * 2))
    .slice(0, count)
    .join('')
}
