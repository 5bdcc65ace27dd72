// A text and a query as Postgres's full-text search takes them: our words, spelled out by us. Its own
// parser would take addresses and numbers apart its way, and its dictionaries would drop words.

import { type SearchTerm, searchTerms, wordsOf } from '../protocol/search-text.ts'

/** Postgres refuses lexemes of 2 KiB; nobody types this many characters to find a word. */
const lexemeCharactersMax = 200

/** It keeps no higher position: words beyond it are found, and phrases there are not. */
const positionMax = 16_383

/**
 * The text form of a `tsvector`. A gap takes a place of its own, so that two signs with something
 * between them are no phrase.
 */
export function searchVector(text: string): string {
  let position = 0
  return wordsOf(text)
    .map(({ folded, joins }) => {
      position = Math.min(position + (joins ? 1 : 2), positionMax)
      return `${quoted(folded)}:${position}`
    })
    .join(' ')
}

/** The text form of a `tsquery`, or null for a query without any word. Nothing in it is syntax. [S10] */
export function searchQuery(query: string): string | null {
  const terms = searchTerms(query).map(termOf)
  return terms.length === 0 ? null : terms.join(' & ')
}

function termOf(term: SearchTerm): string {
  if (term.kind === 'prefix') return `${quoted(term.prefix)}:*`
  return `(${term.signs.map(quoted).join(' <-> ')})`
}

function quoted(word: string): string {
  const short = Array.from(word).slice(0, lexemeCharactersMax).join('')
  return `'${short.replace(/['\\]/g, '$&$&')}'`
}
