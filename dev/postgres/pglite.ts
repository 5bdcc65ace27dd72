// PGlite as an engine: one connection, so requests take turns.

import { PGlite, type Results } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { type Engine, oidsOfTypes, type Result, type Statement } from './engine.ts'

type Row = (string | null)[]
type Texts = Record<number, (value: string) => string>

export async function openPGlite(dataDir: string | undefined): Promise<Engine> {
  const db = await PGlite.create({ ...(dataDir && { dataDir }), extensions: { pg_trgm } })
  let texts = await readTexts(db)

  async function run(on: Pick<PGlite, 'query'>, { query, params }: Statement): Promise<Result> {
    const result = await on.query<Row>(query, [...params], {
      rowMode: 'array',
      parsers: texts,
      serializers: texts,
    })
    if (!result.fields.every(({ dataTypeID }) => dataTypeID in texts)) {
      throw new Error('A type came up that was not there when the types were last read.')
    }
    return inNeonsWords(result)
  }

  /** A migration may have brought an enum, which is a new oid. */
  async function refreshed(results: Result[]): Promise<Result[]> {
    if (results.some(({ command }) => command === 'CREATE')) texts = await readTexts(db)
    return results
  }

  return {
    query: async (statement) => {
      const [result] = await refreshed([await run(db, statement)])
      if (!result) throw new Error('One statement has one result.')
      return result
    },
    transaction: async (statements, mode) =>
      refreshed(
        await db.transaction(async (transaction) => {
          if (mode !== '') await transaction.query(`set transaction ${mode}`)
          const results: Result[] = []
          for (const statement of statements) results.push(await run(transaction, statement))
          return results
        }),
      ),
    close: () => db.close(),
  }
}

/** PGlite looks a parser up among an object's own keys: only a full list keeps every value as text. */
async function readTexts(db: PGlite): Promise<Texts> {
  const { rows } = await db.query<{ oid: number }>(oidsOfTypes)
  return Object.fromEntries(rows.map(({ oid }) => [oid, (value: string) => value]))
}

function inNeonsWords({ fields, rows, rowCount, command }: Results<Row>): Result {
  return { fields, rows, rowCount: rowCount ?? rows.length, command: command ?? '' }
}
