// Node's own SQLite in the shape that the ledger takes, with a fault for the n-th statement.

import { DatabaseSync } from 'node:sqlite'
import type { Sql, SqlValue } from '../../durable/sql.ts'

export interface NodeSql extends Sql {
  /** Makes the n-th statement from now throw, 1 being the next; null mends it. */
  failAt(n: number | null): void
  /** Runs a script, as a dump is one. */
  script(text: string): void
  /** Statements run so far. */
  readonly statements: number
}

export function nodeSql(path = ':memory:'): NodeSql {
  const database = new DatabaseSync(path)
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  let untilFailure: number | null = null
  let statements = 0
  let depth = 0
  return {
    run<Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[] {
      statements += 1
      if (untilFailure !== null && --untilFailure === 0) throw new Error('The disk is gone.')
      const statement = prepared.get(query) ?? database.prepare(query)
      prepared.set(query, statement)
      return statement.all(...values).map((row) => ({ ...row }) as Row)
    },
    atomically(work) {
      const point = `at${depth}`
      database.exec(`SAVEPOINT ${point}`) // Nested as on the platform: the outermost decides.
      depth += 1
      try {
        return work()
      } catch (error) {
        database.exec(`ROLLBACK TO ${point}`)
        throw error
      } finally {
        depth -= 1
        database.exec(`RELEASE ${point}`)
      }
    },
    failAt(n) {
      untilFailure = n
    },
    script(text) {
      database.exec(text)
    },
    get statements() {
      return statements
    },
  }
}
