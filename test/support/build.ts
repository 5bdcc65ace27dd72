// The Worker as it is deployed: bundled by wrangler itself, without an account.

import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

const root = new URL('../../', import.meta.url).pathname
const workerDir = `${root}build/worker`

/** Builds the Worker, or another entry in its place, and resolves to the bundle's path. */
export async function buildWorker(entry?: string): Promise<string> {
  const name = entry === undefined ? 'index' : basename(entry, '.ts')
  const outDir = entry === undefined ? workerDir : `${root}build/${name}`
  await mkdir(`${root}build/web`, { recursive: true }) // The assets folder must exist, even empty.
  const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', ...(entry === undefined ? [] : [entry]), '--dry-run', '--outdir', outDir],
    { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' } },
  )
  return `${outDir}/${name}.js`
}

/** For vitest: one build for all test files, which find it by `workerBundle`. */
export async function setup(): Promise<void> {
  await buildWorker()
}

export const workerBundle = `${workerDir}/index.js`
