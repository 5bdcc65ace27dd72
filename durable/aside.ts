// What an export comes to before its place: a little in memory, the rest in a table of its own.

import { asideBytesMax } from '../protocol/limits.ts'
import type { Sql } from './sql.ts'
import type { Aside } from './sqlite-file.ts'
import { PAGE_BYTES } from './sqlite-pages.ts'

export class SpilledPages implements Aside {
  readonly #sql: Sql
  /** Tells this export's rows from another's that is written beside it. */
  readonly #file: string
  #kept: Uint8Array[] = []
  #spilled = 0

  constructor(sql: Sql, file: string) {
    this.#sql = sql
    this.#file = file
  }

  put(page: Uint8Array): void {
    this.#kept.push(page)
    if (this.#kept.length * PAGE_BYTES >= asideBytesMax) this.#spill()
  }

  *pages(): Generator<Uint8Array> {
    for (let place = 0; place < this.#spilled; place += 1) {
      const [row] = this.#sql.run<{ pages: string }>(
        'SELECT pages FROM aside WHERE file = ? AND place = ?',
        ...[this.#file, place],
      )
      if (!row) throw new Error('What an export laid aside is gone.')
      yield* pagesIn(row.pages)
    }
    yield* this.#kept
  }

  /** The export is over, whichever way. */
  clear(): void {
    this.#kept = []
    if (this.#spilled > 0) this.#sql.run('DELETE FROM aside WHERE file = ?', this.#file)
    this.#spilled = 0
  }

  /** What an export left that died with its object. */
  static clear(sql: Sql): void {
    sql.run('DROP TABLE IF EXISTS aside')
  }

  /** The table is there only while a room of many long messages is written out. */
  #spill(): void {
    this.#sql.run(`CREATE TABLE IF NOT EXISTS aside (
      file TEXT NOT NULL, place INTEGER NOT NULL, pages TEXT NOT NULL, PRIMARY KEY (file, place)
    ) WITHOUT ROWID`)
    const pages = this.#kept.map((page) => btoa(String.fromCharCode(...page))).join(' ')
    this.#sql.run('INSERT INTO aside VALUES (?, ?, ?)', this.#file, this.#spilled, pages)
    this.#kept = []
    this.#spilled += 1
  }
}

function* pagesIn(text: string): Generator<Uint8Array> {
  for (const page of text.split(' ')) {
    yield Uint8Array.from(atob(page), (character) => character.charCodeAt(0))
  }
}
