// Weighs what a visitor downloads and fails a build that is heavier than promised. [experience 6]

import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle
type Chunk = Rolldown.OutputChunk

/** Gzipped kilobytes. Raised only with the reason written beside it. */
const budgets = [
  { what: 'home and login, JS', pages: [], kilobytesMax: 45 },
  { what: 'a room in all, JS', pages: ['pages/room.tsx'], kilobytesMax: 105 },
] as const
const cssKilobytesMax = 12

export function budgetsKept(): Plugin {
  return {
    name: 'budgets-kept',
    apply: 'build',
    generateBundle(_, bundle) {
      if (this.meta.watchMode) return
      const weights = [
        ...budgets.map(({ what, pages, kilobytesMax }) => ({
          what,
          kilobytes: weigh(codeOf(bundle, pages)),
          kilobytesMax,
        })),
        { what: 'CSS', kilobytes: weigh(styleOf(bundle)), kilobytesMax: cssKilobytesMax },
      ]
      for (const { what, kilobytes, kilobytesMax } of weights) {
        this.info(`${what}: ${kilobytes.toFixed(1)} KB of ${kilobytesMax} KB, gzipped`)
        if (kilobytes > kilobytesMax) this.error(`${what} is over its budget`)
      }
    },
  }
}

/** The app's entry and whatever it needs before it runs; then the same for each page named. */
function codeOf(bundle: Bundle, pages: readonly string[]): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
  const files = new Set<string>()
  const need = (chunk: Chunk | undefined): void => {
    if (!chunk || files.has(chunk.fileName)) return
    files.add(chunk.fileName)
    for (const name of chunk.imports) need(chunks.find((other) => other.fileName === name))
  }
  for (const chunk of chunks) {
    const page = pages.some((path) => chunk.facadeModuleId?.endsWith(path))
    if (chunk.facadeModuleId?.endsWith('web/index.html') || page) need(chunk)
  }
  return chunks.filter((chunk) => files.has(chunk.fileName)).map((chunk) => chunk.code)
}

/** All of the app's; the page of the API's docs has its own. */
function styleOf(bundle: Bundle): (string | Uint8Array)[] {
  return Object.values(bundle).flatMap((file) =>
    file.type === 'asset' && /(?<!\/docs-[\w-]+)\.css$/.test(file.fileName) ? [file.source] : [],
  )
}

/** File by file, as they are sent. */
function weigh(files: readonly (string | Uint8Array)[]): number {
  return files.reduce((sum, file) => sum + gzipSync(file).byteLength / 1024, 0)
}
