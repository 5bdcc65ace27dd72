// The room's full-text index: written with the message, so found the instant it is acknowledged.

import type { Seq, UserId } from '../protocol/ids.ts'
import { type SearchTerm, searchTerms, wordsOf } from '../protocol/search-text.ts'
import type { Sql } from './sql.ts'

/** `before` and `after` exclude themselves. */
export interface Search {
  readonly query: string
  readonly from?: UserId | undefined
  readonly before?: Seq | undefined
  readonly after?: Seq | undefined
  readonly limit: number
}

/**
 * FTS5 over words that we have folded ourselves, which is why its plainest tokenizer serves: to
 * `ascii` everything beyond ASCII is a letter, where the tables of `unicode61` end with Unicode 6.1.
 * It keeps no copy of the text, and sizes of columns only ranking would need.
 *
 * A prefix whose length is listed is one list of messages, read lazily from the newest on; FTS5
 * merges the lists of every word under any other prefix before it gives the first hit. That is 50 µs
 * against 14 ms for a word in every one of a million messages. Each length is paid for with every
 * word written, so those beyond seven letters, which few words share, are left out.
 */
const tables = [
  `CREATE VIRTUAL TABLE search USING fts5(
    body, author, content = '', columnsize = 0, tokenize = 'ascii',
    prefix = '2 3 4 5 6 7'
  )`,
  // What was deleted is cut out of the index itself, not merely outvoted by a later entry. A divider
  // of pages may keep the few letters that tell a word from its neighbour until it is merged. [SND6]
  "INSERT INTO search (search, rank) VALUES ('secure-delete', 1)",
]

export class SearchIndex {
  static readonly tables: readonly string[] = tables
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Forgets everything. */
  static clear(sql: Sql): void {
    sql.run("INSERT INTO search (search) VALUES ('delete-all')")
  }

  add(seq: Seq, authorId: UserId, body: string): void {
    this.#sql.run(
      'INSERT INTO search (rowid, body, author) VALUES (?, ?, ?)',
      ...entry(seq, authorId, body),
    )
  }

  /** With the body as it was added: an index without a copy is told what to forget. */
  remove(seq: Seq, authorId: UserId, body: string): void {
    this.#sql.run(
      "INSERT INTO search (search, rowid, body, author) VALUES ('delete', ?, ?, ?)",
      ...entry(seq, authorId, body),
    )
  }

  /**
   * The newest first; nothing for a query without a word that names nobody either. The casts are not
   * idle: a number of ours is bound as a float, and FTS5 only seeks to integers. It would walk there.
   */
  find({ query, from, before, after, limit }: Search): Seq[] {
    const sought = matchOf(searchTerms(query), from)
    if (sought === '') return []
    return this.#sql
      .run<{ seq: Seq }>(
        `SELECT ${TOP} - rowid AS seq FROM search
        WHERE search MATCH ? AND rowid > CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)
        ORDER BY rowid LIMIT ?`,
        sought,
        Math.max(0, TOP - (before ?? TOP)),
        TOP - (after ?? 0),
        limit,
      )
      .map(({ seq }) => seq)
  }
}

/**
 * Rowids descend as seq ascends, so the newest come first in the order in which FTS5 reads. Once it
 * has cut out a word it reads backwards only by way of a word's whole list, 3 ms of a common one.
 */
const TOP = 2 ** 40

function entry(seq: Seq, authorId: UserId, body: string): [number, string, string] {
  return [TOP - seq, indexText(body), authorToken(authorId)]
}

function authorToken(authorId: UserId): string {
  return authorId.replaceAll('-', '')
}

/**
 * Words as they are, signs in pairs: 東京都 is 東京, 京都 and 都, so that a pair, what people look
 * for most, is one lookup though both its signs be everywhere. The sign that ends a run keeps its
 * last pair from meeting the first of the next. Then every sign by itself, for who asks for one.
 */
function indexText(body: string): string {
  const words = wordsOf(body)
  const signs = new Set<string>()
  const tokens = words.map(({ folded, isSign }, index) => {
    const next = words[index + 1]
    if (isSign) signs.add(folded)
    return isSign && next?.isSign && next.joins ? folded + next.folded : folded
  })
  return [...tokens, ...signs].join(' ')
}

/** An FTS5 expression. Terms are letters, numbers and signs, so nothing in quotes can end them. [S10] */
function matchOf(terms: readonly SearchTerm[], from: UserId | undefined): string {
  const wanted = terms.map((term) => `{body} : ${phraseOf(term)}`)
  if (from) wanted.push(`{author} : "${authorToken(from)}"`)
  return wanted.join(' AND ')
}

/** One letter is a word of one letter: as a beginning it would be on every line. */
function phraseOf(term: SearchTerm): string {
  switch (term.kind) {
    case 'prefix':
      return [...term.prefix].length < 2 ? `"${term.prefix}"` : `"${term.prefix}"*`
    case 'signs':
      return `"${pairsOf(term.signs).join(' ')}"`
    default:
      return term satisfies never
  }
}

function pairsOf(signs: readonly string[]): readonly string[] {
  return signs.length < 2 ? signs : signs.slice(1).map((sign, index) => signs[index] + sign)
}
