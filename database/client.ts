// The way to Postgres: Neon's HTTP driver under drizzle. The only file that makes one.

import { neon, neonConfig } from '@neondatabase/serverless'
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { databaseDeadlineMs } from '../protocol/limits.ts'

export type Database = NeonHttpDatabase

const endpointOfNeon = neonConfig.fetchEndpoint

neonConfig.fetchEndpoint = (host, port, options) => {
  if (isLocal(host)) return `http://127.0.0.1:${port}/sql`
  return typeof endpointOfNeon === 'string' ? endpointOfNeon : endpointOfNeon(host, port, options)
}

neonConfig.fetchFunction = fetchWithin

/**
 * Covers the body as well as the head: a database that answers half is away, too. The timer goes
 * with the answer: one left running would keep a room's object from hibernating.
 */
async function fetchWithin(address: string, init: RequestInit): Promise<Response> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), databaseDeadlineMs)
  try {
    const response = await fetch(address, { ...init, signal: deadline.signal })
    return new Response(await response.text(), response)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Cheap: no connection is held, one call is one round trip. There is no interactive transaction:
 * what belongs together is one statement, or one `batch`.
 */
export function connect(url: string): Database {
  return drizzle(neon(url, { disableWarningInBrowsers: true }), { casing: 'snake_case' })
}

/** A local address is the stand-in of `dev/`, which speaks Neon's protocol on the port it names. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1'
}
