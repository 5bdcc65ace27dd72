// What drizzle-kit reads and writes: the tables in, reviewed SQL out.

import { defineConfig } from 'drizzle-kit'

const url = process.env['DATABASE_URL']

// The embedded database of `npm run dev` speaks Neon's HTTP protocol only, which studio does not.
if (process.argv.includes('studio') && !url) {
  process.stderr.write('db:studio needs DATABASE_URL, of a real PostgreSQL or of Neon.\n')
  process.exit(1)
}

export default defineConfig({
  dialect: 'postgresql',
  schema: './database/*schema.ts',
  out: './migrations',
  casing: 'snake_case',
  dbCredentials: { url: url ?? '' },
})
