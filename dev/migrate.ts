// Brings a database to the state of `migrations/`: each file once, and whole.

import { readdir, readFile } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { connect } from '../database/client.ts'

const folder = new URL('../migrations/', import.meta.url)

/**
 * Returns the names of the files it applied. Of two runners at once one waits, then fails on the
 * name before it has changed anything.
 */
export async function migrate(url: string): Promise<string[]> {
  const db = connect(url)
  await db.execute(sql`create table if not exists migrations (
    name text primary key,
    applied_at timestamptz not null default now()
  )`)
  const { rows } = await db.execute(sql`select name from migrations`)
  const done = new Set(rows.map((row) => row['name']))
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const missing = files.filter((name) => !done.has(name))
  for (const name of missing) {
    const text = await readFile(new URL(name, folder), 'utf8')
    const statements = text.split('--> statement-breakpoint')
    await db.batch([
      db.execute(sql`insert into migrations (name) values (${name})`),
      ...statements.map((statement) => db.execute(sql.raw(statement))),
    ])
  }
  return missing
}
