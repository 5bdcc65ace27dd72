// A whole Parley under wrangler's own harness: the app's files as well, and objects one can evict.

import { randomBytes } from 'node:crypto'
import { createTestHarness, type TestHarness } from 'wrangler'
import { migrate } from '../../dev/migrate.ts'
import { type Postgres, startPostgres } from '../../dev/postgres.ts'

export interface Harness {
  /** On localhost, where browsers accept Secure cookies without TLS. */
  readonly url: string
  readonly server: TestHarness
  readonly postgres: Postgres
  stop(): Promise<void>
}

export async function startHarness(vars: Record<string, string> = {}): Promise<Harness> {
  const postgres = await startPostgres()
  await migrate(postgres.url)
  const keyring = [{ kid: 'test', secret: randomBytes(32).toString('base64url') }]
  const server = createTestHarness({
    workers: [
      {
        configPath: new URL('../../wrangler.toml', import.meta.url),
        vars: { ENVIRONMENT: 'local', LOG_LEVEL: 'error', ...vars },
        secrets: { DATABASE_URL: postgres.url, KEYRING: JSON.stringify(keyring) },
      },
    ],
  })
  const { port } = (await server.listen()).url
  return {
    url: `http://localhost:${port}`,
    server,
    postgres,
    stop: async () => {
      await server.close()
      await postgres.close()
    },
  }
}
