// From how many characters on a search makes sense. [APP6]

import { characters } from '../../protocol/text.ts'

const LEAST = 2

/** One character of these scripts is a word already. */
const WORD_SCRIPTS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

export function isSearchable(query: string): boolean {
  const text = query.trim()
  return characters(text) >= LEAST || WORD_SCRIPTS.test(text)
}
