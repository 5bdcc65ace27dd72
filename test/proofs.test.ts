// Every promise has a test whose name carries its id: one that nobody proves any more fails here by name.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { attacks, defects, later, parity, vulnerabilities } from './support/promises.ts'

const root = new URL('..', import.meta.url).pathname
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
})

/** Ids stand in brackets at the beginning of a test's name, or of the group's that it is in. */
function idsIn(source: string): string[] {
  const names = source.matchAll(/['"`]\[([A-Z][\w -]*)\]/g)
  return [...names].flatMap(([, ids = '']) => ids.split(' '))
}

const carried = new Set(
  String(listed)
    .split('\n')
    .filter((file) => /\.test\.tsx?$/.test(file) && existsSync(`${root}${file}`))
    .flatMap((file) => idsIn(readFileSync(`${root}${file}`, 'utf8'))),
)

test.each(Object.entries({ ...attacks, ...vulnerabilities, ...defects, ...parity }))(
  '%s, %s, is proven by a test that names it',
  (id) => {
    if (id in later) expect(carried, `${id} is proven: ${later[id]} no more`).not.toContain(id)
    else expect(carried).toContain(id)
  },
)

it('no number is left out', () => {
  const numbers = (table: object) => Object.keys(table).map((id) => Number(id.replace(/\D+/, '')))
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)
  const tables = [attacks, vulnerabilities, defects, parity].map(numbers)
  expect(tables).toEqual([upTo(32), upTo(27), upTo(50), upTo(29)])
})

it('an id is one at the beginning of a name, and nowhere else', () => {
  const source = ["it('[", "S1 D-02] refuses', 'a list [", "S3]')"].join('')
  expect(idsIn(source)).toEqual(['S1', 'D-02'])
})

it('[P29] what lands has passed types, style, a dry deploy, and tests of every kind', () => {
  const ci = readFileSync(`${root}.ci/run`, 'utf8')
  for (const step of ['check', 'deploy -- --dry-run']) expect(ci).toContain(`run --silent ${step}`)
  expect(ci).toContain('step npm test')
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  expect(scripts.check).toMatch(/tsc -b && biome ci .*vitest run/)
  const kinds = ['kill', 'simulation', 'mutants', 'versions', 'two-people', 'fuzz', 'outage']
  expect(kinds.filter((kind) => !existsSync(`${root}test/${kind}.test.ts`))).toEqual([])
})
