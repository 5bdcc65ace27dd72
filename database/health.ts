// Whether Postgres answers.

import { sql } from 'drizzle-orm'
import type { Database } from './client.ts'

/** One empty round trip. Fails `unavailable` like any other. */
export async function ping(db: Database): Promise<void> {
  await db.execute(sql`select 1`)
}
