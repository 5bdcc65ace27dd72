// The little of SQLite that a room needs, so that Node's own can stand in for the platform's.

export type SqlValue = string | number | null

export interface Sql {
  /** Runs one statement and reads all its rows at once: an open cursor has no snapshot. */
  run<Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[]
  /** All of `work` or nothing: a throw undoes every write in it and passes on. [ORD6] */
  atomically<T>(work: () => T): T
}
