// `npm run dev -- --port N --data DIR`.

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export function readOptions(): { port: number; dataDir: string } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      data: { type: 'string', default: '.parley' },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    console.error('--port takes a number from 1 to 65535.')
    process.exit(1)
  }
  return { port, dataDir: resolve(values.data) }
}
