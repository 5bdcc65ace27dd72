// A floor: one of bench/workers' bare objects, alone in a workerd.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorkerd, type Workerd } from '../../test/support/workerd.ts'
import { endWithUs } from './leash.ts'

/** `file` exports the class `BareRoom` and imports nothing but the platform: its types are all there is to build. */
export async function startBare(file: string, vars: Record<string, string> = {}): Promise<Workerd> {
  const home = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const source = await readFile(new URL(`../workers/${file}`, import.meta.url), 'utf8')
  const module = join(home, 'index.js')
  await writeFile(module, stripTypeScriptTypes(source))
  const modules = { 'index.js': module }
  const workerd = await startWorkerd({ modules, objects: { ROOM: 'BareRoom' }, vars })
  endWithUs(workerd)
  await rm(home, { recursive: true })
  return workerd
}

/** Where its sockets are. */
export const socketsOf = ({ url }: Workerd) => url.replace('http', 'ws')
