// A real PostgreSQL as an engine, for the races that one connection cannot show.

import { type ClientBase, Pool } from 'pg'
import type { Engine, Result, Statement } from './engine.ts'

const connectionsMax = 20

export async function openPostgreSQL(url: string): Promise<Engine> {
  const pool = new Pool({ connectionString: url, max: connectionsMax })
  // An idle connection that breaks is replaced at its next use; unheard, its error would end us.
  pool.on('error', () => {})
  await pool.query('select 1')

  return {
    query: (statement) => run(pool, statement),
    transaction: async (statements, mode) => {
      const client = await pool.connect()
      try {
        await client.query(`begin ${mode === '' ? '' : `transaction ${mode}`}`)
        const results: Result[] = []
        for (const statement of statements) results.push(await run(client, statement))
        await client.query('commit')
        client.release()
        return results
      } catch (error) {
        await client.query('rollback').then(
          () => client.release(),
          () => client.release(true),
        )
        throw error
      }
    },
    close: () => pool.end(),
  }
}

const texts = { getTypeParser: () => (value: string) => value }

async function run(on: Pool | ClientBase, { query, params }: Statement): Promise<Result> {
  const { fields, rows, rowCount, command } = await on.query<(string | null)[]>({
    text: query,
    values: [...params],
    rowMode: 'array',
    types: texts,
  })
  return {
    fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
    rows,
    rowCount: rowCount ?? 0,
    command,
  }
}
