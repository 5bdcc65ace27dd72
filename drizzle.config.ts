// What drizzle-kit reads and writes: the tables in, reviewed SQL out.

import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './database/schema.ts',
  out: './migrations',
  casing: 'snake_case',
  dbCredentials: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/parley' },
})
