// `npm run bench`: a small version of each, one after another, in under five minutes. One that
// fails does not keep the others from running.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

const small: readonly (readonly [file: string, ...options: string[]])[] = [
  ['fanout.ts', '--rounds', '1', '--seconds', '2', '--only', 'quiet', '--only', 'busy, full'],
  ['durable-ack.ts', '--rounds', '1', '--seconds', '3'],
  ['resume.ts', '--tries', '10'],
  ['history.ts', '--messages', '100000', '--tries', '20'],
  ['slow-reader.ts', '--rounds', '1', '--seconds', '8'],
  ['auth.ts', '--rounds', '1', '--seconds', '3', '--tries', '8'],
  ['idle-memory.ts', '--rounds', '1', '--sockets', '1200'],
]

for (const [file, ...options] of small) {
  const path = new URL(file, import.meta.url).pathname
  const child = spawn(process.execPath, ['--no-warnings', path, ...options], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code === 0) continue
  console.log(`${file}: no result`)
  process.exitCode = 1
}
