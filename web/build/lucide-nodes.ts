// Turns an imported lucide SVG into the list of its shapes at build time: no markup at run time.

import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

const SHAPE = /<(path|circle|ellipse|line|polygon|polyline|rect)\s([^>]*?)\/>/gu
const ATTRIBUTE = /([\w-]+)="([^"]*)"/gu

/** `import send from 'lucide-static/icons/send.svg'` gives `[tag, attributes][]`. */
export function lucideNodes(): Plugin {
  return {
    name: 'lucide-nodes',
    enforce: 'pre',
    async load(id) {
      if (!id.includes('/lucide-static/icons/')) return null
      const svg = await readFile(id.replace(/\?.*$/u, ''), 'utf8')
      return `export default ${JSON.stringify(shapes(svg))}`
    },
  }
}

function shapes(svg: string): [string, Record<string, string>][] {
  return Array.from(svg.matchAll(SHAPE), ([, tag = '', attributes = '']) => [
    tag,
    Object.fromEntries(
      Array.from(attributes.matchAll(ATTRIBUTE), ([, name = '', value = '']) => [name, value]),
    ),
  ])
}
