// Secrets of this data folder, made at the first start and kept: sign-ins survive a restart.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newKeyring } from '../keyring.ts'

/** Returns the path of a file for `wrangler dev --env-file`, which nobody else may read. */
export async function writeSecrets(dataDir: string, databaseUrl: string): Promise<string> {
  const kept = join(dataDir, 'keyring.json')
  const keyring = await readFile(kept, 'utf8').catch(() => newKeyring())
  await writeFile(kept, keyring, { mode: 0o600 })
  const path = join(dataDir, 'secrets.env')
  await writeFile(path, `DATABASE_URL=${databaseUrl}\nKEYRING='${keyring}'\n`, { mode: 0o600 })
  return path
}
