// The Worker as it is deployed: bundled by wrangler itself, without an account.

import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

const root = new URL('../../', import.meta.url).pathname
const workerDir = `${root}build/worker`

/** Builds the Worker, or another entry in its place, and resolves to the bundle's path. */
export async function buildWorker(entry?: string): Promise<string> {
  const name = entry === undefined ? 'index' : basename(entry, '.ts')
  const outDir = entry === undefined ? workerDir : `${root}build/${name}`
  await mkdir(`${root}build/web`, { recursive: true }) // The assets folder must exist, even empty.
  const named = entry === undefined ? [] : [entry]
  await run('wrangler/bin/wrangler.js', ['deploy', ...named, '--dry-run', '--outdir', outDir])
  return `${outDir}/${name}.js`
}

declare global {
  var parleyBuild: Promise<void> | undefined
}

/** For vitest: one build of the app, the Worker and the API's document for all projects and their files. */
export function setup(): Promise<void> {
  globalThis.parleyBuild ??= build() // Each project evaluates this module for itself.
  return globalThis.parleyBuild
}

async function build(): Promise<void> {
  await run('vite/bin/vite.js', ['build', '--logLevel', 'warn'])
  await buildWorker()
  await writeQuick()
  await run('../test/support/write-document.ts', [])
}

export const workerBundle = `${workerDir}/index.js`

/** The same, but that a hash of a password costs next to nothing: most tests only need people. [S14] */
export const quickBundle = `${root}build/quick/index.js`

const cost = 'logN:14'

async function writeQuick(): Promise<void> {
  const text = await readFile(workerBundle, 'utf8')
  if (text.split(cost).length !== 2) throw new Error('What a hash costs is not where it was.')
  await mkdir(`${root}build/quick`, { recursive: true })
  await writeFile(quickBundle, text.replace(cost, 'logN:4'))
}

async function run(tool: string, args: string[]): Promise<void> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' }
  const path = `${root}node_modules/${tool}`
  await promisify(execFile)(process.execPath, [path, ...args], { cwd: root, env })
}
