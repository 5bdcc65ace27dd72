// The platform's SQLite in the shape that the ledger takes.

import type { Sql, SqlValue } from './sql.ts'

export function sqlOf(storage: DurableObjectStorage): Sql {
  return {
    run: <Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]) =>
      storage.sql.exec<Row>(query, ...values).toArray(),
    atomically: (work) => storage.transactionSync(work),
  }
}
