// `wrangler dev` as a child: the Worker and its objects, on ports and in a folder of their own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from './log.ts'

/** Longer than a clean stop takes, shorter than a person's patience. */
const stopWithinMs = 5_000

interface Place {
  readonly port: number
  readonly dataDir: string
  readonly secrets: string
  readonly web: string
  readonly log: Log
}

export function startWorker({ port, dataDir, secrets, web, log }: Place) {
  const child = spawn(
    process.execPath,
    [
      ...['--import', new URL('leash.ts', import.meta.url).href, wranglerProgram()],
      'dev',
      ...['--port', String(port), '--inspector-port', '0'],
      ...['--env-file', secrets, '--var', 'ENVIRONMENT:local'],
      ...['--persist-to', join(dataDir, 'objects'), '--assets', web],
      '--show-interactive-dev-session=false',
    ],
    {
      // A group of its own: Ctrl-C is answered by us alone, and nothing of it outlives us.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_SEND_ERROR_REPORTS: 'false',
        WRANGLER_REGISTRY_PATH: join(dataDir, 'registry'),
        WRANGLER_LOG_PATH: join(dataDir, 'wrangler-logs'),
      },
    },
  )
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => log.write(line))
  }
  const ended = once(child, 'exit')
  return {
    ended,
    stop: async () => {
      signalGroup(child.pid, 'SIGTERM')
      await Promise.race([ended, delay(stopWithinMs)])
      signalGroup(child.pid, 'SIGKILL') // Whatever of the group is left.
    },
  }
}

function wranglerProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('wrangler/package.json')
  return join(dirname(manifest), 'bin', 'wrangler.js')
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // Gone already.
  }
}
