// The Worker as it is deployed: bundled by wrangler itself, without an account.

import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'

const root = new URL('../../', import.meta.url).pathname
const outDir = `${root}build/worker`

/** Builds, and resolves to the bundle's path. */
export async function buildWorker(): Promise<string> {
  await mkdir(`${root}build/web`, { recursive: true }) // The assets folder must exist, even empty.
  const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--outdir', outDir],
    { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' } },
  )
  return `${outDir}/index.js`
}

/** For vitest: one build for all test files, which find it by `workerBundle`. */
export async function setup(): Promise<void> {
  await buildWorker()
}

export const workerBundle = `${outDir}/index.js`
