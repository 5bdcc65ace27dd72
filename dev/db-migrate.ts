// `npm run db:migrate`: applies `migrations/` to DATABASE_URL.

import { migrate } from './migrate.ts'

const url = process.env['DATABASE_URL']
if (!url) {
  console.error('Set DATABASE_URL to the database that is to be migrated.')
  process.exit(1)
}
const applied = await migrate(url)
console.log(applied.length === 0 ? 'Nothing to apply.' : `Applied ${applied.join(', ')}.`)
