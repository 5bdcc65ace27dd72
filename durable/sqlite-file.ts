// A SQLite database, written in one pass from its first byte to its last: no seeking, no copy kept.

import {
  cellOf,
  interiorPages,
  type Levels,
  LOCK_PAGE,
  leafPage,
  levelsOf,
  overflowPages,
  PAGE_BYTES,
  pagesIn,
  placeOf,
  rootOf,
  schemaLevels,
  TABLES_MAX,
} from './sqlite-pages.ts'
import { type RecordValue, recordOf } from './sqlite-record.ts'

export interface FileTable {
  readonly name: string
  /** Between the parentheses of CREATE TABLE. Nothing that makes an index: only rows are written. */
  readonly columns: string
  readonly rowCount: number
  /** The rows with the rowids 1 to `rowCount`. A column that is the INTEGER PRIMARY KEY takes null. */
  rows(): Iterable<readonly RecordValue[]> | AsyncIterable<readonly RecordValue[]>
}

/** Where the ends of long rows wait for their place, which is after everything else. */
export interface Aside {
  put(page: Uint8Array): void
  /** Every page, in the order of putting. */
  pages(): Iterable<Uint8Array>
}

/**
 * SQLite's file format points ahead: page 1 names the root of each table, an interior page its
 * children. So that all of them are known before the first row is read, every leaf holds one row, on
 * the smallest page there is, and the page numbers follow from the row counts. What a row has
 * beyond its page comes after all the leaves, on overflow pages, and lies aside until then: read
 * anew, it might be another row's. The blanks cost nothing on the way once they are compressed.
 *
 * Throws where rows are fewer or more than was said: the file is then without its end.
 * https://www.sqlite.org/fileformat2.html
 */
export async function* sqliteFile(
  tables: readonly FileTable[],
  aside: Aside,
): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES)
  let filled = 0
  for await (const page of withLockPage(pagesOf(tables, aside))) {
    chunk.set(page, filled)
    filled += PAGE_BYTES
    if (filled < CHUNK_BYTES) continue
    yield chunk
    chunk = new Uint8Array(CHUNK_BYTES)
    filled = 0
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}

async function* withLockPage(pages: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let number = 0
  for await (const page of pages) {
    number += 1
    if (number === LOCK_PAGE) yield new Uint8Array(PAGE_BYTES)
    yield page
  }
}

async function* pagesOf(tables: readonly FileTable[], aside: Aside): AsyncGenerator<Uint8Array> {
  const trees = treesOf(tables)
  let overflow = 1 + trees.reduce((count, { levels }) => count + pagesIn(levels), 0)
  for (const { table, levels } of trees) {
    yield* interiorPages(levels)
    if (table.rowCount === 0) yield leafPage(null)
    for await (const [rowid, payload] of payloadsOf(table)) {
      const firstPage = overflow
      for (const page of overflowPages(payload, firstPage)) {
        aside.put(page)
        overflow += 1
      }
      yield leafPage(cellOf(rowid, payload, firstPage))
    }
  }
  yield* aside.pages()
}

interface Tree {
  readonly table: FileTable
  readonly levels: Levels
}

/** The table of tables has page 1 for its root, whatever it holds; the others follow in order. */
function treesOf(tables: readonly FileTable[]): Tree[] {
  if (tables.length < 1 || tables.length > TABLES_MAX)
    throw new RangeError(`A file is written with 1 to ${TABLES_MAX} tables.`)
  let page = tables.length + 2
  const trees = tables.map((table) => {
    const levels = levelsOf(table.rowCount, page)
    page += pagesIn(levels)
    return { table, levels }
  })
  const rows = trees.map(({ table: { name, columns }, levels }) => {
    const sql = `CREATE TABLE ${name} (${columns})`
    return ['table', name, name, placeOf(rootOf(levels)), sql]
  })
  const schema = { name: 'sqlite_schema', columns: '', rowCount: rows.length, rows: () => rows }
  return [{ table: schema, levels: schemaLevels(rows.length) }, ...trees]
}

async function* payloadsOf({ name, rowCount, rows }: FileTable) {
  let rowid = 0
  for await (const row of rows()) {
    rowid += 1
    if (rowid > rowCount) break
    yield [rowid, recordOf(row)] as const
  }
  if (rowid !== rowCount)
    throw new Error(`${name} has not the ${rowCount} rows it was said to have.`)
}

/** What is handed on at once: a stream of pages would spend its time on handing on. */
const CHUNK_BYTES = 64 * 1024
