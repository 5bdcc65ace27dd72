// The part of a message that a search result shows, and what in it was found.

import { endOfFolded, type SearchTerm, searchTerms, type Word, wordsOf } from './search-text.ts'

/** Two lines of a result on a phone. In UTF-16 units, so never more characters than that. */
export const excerptUnitsMax = 160

/** So much is shown before what was found, or the eye has no sentence to begin with. */
export const excerptLeadUnits = 40

/** `text` is a stretch of the message as written; `marks` are UTF-16 offsets in it, in order. */
export interface Excerpt {
  readonly text: string
  readonly marks: readonly Mark[]
}

export type Mark = readonly [start: number, end: number]

/** Around the first hit, or the beginning where nothing in the text itself was asked for. */
export function excerptOf(body: string, query: string): Excerpt {
  const words = wordsOf(body)
  const found = marksOf(body, words, searchTerms(query))
  const first = found[0] ?? [0, 0]
  const bounds = boundsOf(body)
  const start = startOf(words, first[0], bounds)
  const end = wholePairs(body, endOf(words, { start, hit: first[0], size: body.length }, bounds))
  return {
    text: body.slice(start, end),
    marks: found
      .filter(([from]) => from >= start && from < end)
      .map(([from, to]) => [from - start, Math.min(to, end) - start]),
  }
}

/** Where the terms stand, in order, none overlapping another. */
function marksOf(body: string, words: readonly Word[], terms: readonly SearchTerm[]): Mark[] {
  const marks: Mark[] = []
  for (const [index, word] of words.entries()) {
    const ends = terms.map((term) => endOfTerm(body, words, { index, term }) ?? 0)
    const end = Math.max(0, ...ends)
    const last = marks.at(-1)
    if (end === 0) continue
    if (last && last[1] > word.start) marks[marks.length - 1] = [last[0], Math.max(last[1], end)]
    else marks.push([word.start, end])
  }
  return marks
}

function endOfTerm(
  body: string,
  words: readonly Word[],
  { index, term }: { index: number; term: SearchTerm },
): number | null {
  const word = words[index]
  if (!word) return null
  switch (term.kind) {
    case 'prefix': {
      if (word.isSign || !word.folded.startsWith(term.prefix)) return null
      return endOfFolded(body, word.start, term.prefix.length)
    }
    case 'signs': {
      const isHere = term.signs.every((sign, offset) => {
        const other = words[index + offset]
        return other?.isSign && other.folded === sign && (offset === 0 || other.joins)
      })
      return isHere ? (words[index + term.signs.length - 1]?.end ?? null) : null
    }
    default:
      return term satisfies never
  }
}

function wholePairs(body: string, end: number): number {
  const unit = body.charCodeAt(end)
  return unit >= 0xdc00 && unit <= 0xdfff ? end - 1 : end
}

/** Where the grapheme begins that the unit at an offset is part of. */
type Bounds = (offset: number) => number

function boundsOf(body: string): Bounds {
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(body)
  return (offset) => graphemes.containing(offset)?.index ?? body.length
}

function startOf(words: readonly Word[], hit: number, bounds: Bounds): number {
  if (hit <= excerptLeadUnits) return 0
  const word = words.find(({ start }) => start >= hit - excerptLeadUnits)
  const start = bounds(word?.start ?? hit)
  return hit - start <= 2 * excerptLeadUnits ? start : hit // A letter under a tower of marks.
}

function endOf(
  words: readonly Word[],
  { start, hit, size }: { start: number; hit: number; size: number },
  bounds: Bounds,
): number {
  const latest = start + excerptUnitsMax
  if (latest >= size) return size
  const word = words.findLast(({ end }) => end <= latest && end > hit)
  const end = bounds(word?.end ?? latest)
  return end > hit ? end : latest
}
