// The app, built and built again whenever a file of it changes.

import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { build, createLogger } from 'vite'
import type { Log } from './log.ts'

export interface Web {
  readonly folder: string
  /** False while there is nothing to build yet. */
  readonly isApp: boolean
  close(): Promise<void>
}

/** Resolves after the first build that succeeds; one that fails is shown, and may be mended. Each data folder has a build of its own, so copies do not meet. */
export async function watchWeb(folder: string, log: Log): Promise<Web> {
  await mkdir(folder, { recursive: true })
  const isApp = existsSync('vite.config.ts')
  if (!isApp) return { folder, isApp, close: async () => {} }

  const watcher = await build({
    mode: 'development',
    logLevel: 'warn', // Below it, Vite draws its progress past any logger.
    customLogger: loggerInto(log),
    build: { outDir: folder, emptyOutDir: true, watch: {} },
  })
  if (!('on' in watcher)) throw new Error('Vite did not watch.')
  let isBroken = false
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'START') isBroken = false
      if (event.code === 'ERROR') {
        isBroken = true
        log.write(`[web] Error: ${event.error.message}`)
      }
      if (event.code === 'END' && !isBroken) resolve()
    })
  })
  return { folder, isApp, close: () => watcher.close() }
}

function loggerInto(log: Log) {
  const quiet = createLogger('silent')
  const write = (line: string) => log.write(`[web] ${line}`)
  return { ...quiet, info: write, warn: write, warnOnce: write, error: write }
}
