// What stands behind the HTTP server: PGlite, or a real PostgreSQL.

import { openPGlite } from './pglite.ts'
import { openPostgreSQL } from './postgresql.ts'

export interface Statement {
  readonly query: string
  readonly params: readonly (string | null)[]
}

/** Rows as Postgres prints them: every value is text, or null. */
export interface Result {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly rowCount: number
  readonly command: string
}

/** Throws what the database says, with its `code`, `detail` and `constraint`. */
export interface Engine {
  query(statement: Statement): Promise<Result>
  /** All or nothing. `mode` is what follows `set transaction`, or empty for the default. */
  transaction(statements: readonly Statement[], mode: string): Promise<Result[]>
  close(): Promise<void>
}

/** `url` names a PostgreSQL; without one, PGlite keeps its rows in `dataDir`, or in memory. */
export function openEngine(place: { url?: string; dataDir?: string }): Promise<Engine> {
  return place.url === undefined ? openPGlite(place.dataDir) : openPostgreSQL(place.url)
}

/** Every oid the database knows, arrays and extensions included. */
export const oidsOfTypes = 'select oid::int from pg_type'
