// A PostgreSQL of our own for tests: a new cluster in a temporary folder, on a Unix socket.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const binaries = process.env['POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin'

/** PostgreSQL refuses to run as root, in containers the usual user: it runs as nobody there. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

export const hasPostgreSQL = existsSync(join(binaries, 'initdb'))

/** Durability is off: the cluster does not outlive its test. */
export async function startCluster(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgresql-'))
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  const data = join(folder, 'data')
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'parley', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '-N'],
    { ...nobody, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)

  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    { ...nobody, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said: string[] = []
  for await (const line of createInterface({ input: server.stderr })) {
    said.push(line)
    if (line.includes('ready to accept connections')) break
  }
  if (server.exitCode !== null) throw new Error(`postgres did not start: ${said.join('\n')}`)
  server.stderr.resume()

  return {
    url: `postgresql://parley@localhost/postgres?host=${encodeURIComponent(folder)}`,
    close: async () => {
      server.kill('SIGINT') // Fast: open connections are ended.
      if (server.exitCode === null) await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
