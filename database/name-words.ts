// By which words of their names people are found.

import { fold } from './fold.ts'

/** Each behind a blank: what follows a blank is how a word begins. */
export function nameWords(name: string): string {
  return ` ${wordsOf(name).join(' ')}`
}

/**
 * A pattern for each word that has to begin so. Punctuation parts words, so nothing is left in them
 * that means something to `like`. [S10]
 */
export function beginnings(query: string): string[] {
  return wordsOf(query).map((word) => `% ${word}%`)
}

function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[\s\p{P}]+/u)
    .filter((word) => word !== '')
}
