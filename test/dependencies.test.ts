// What others wrote and we ship: few, pinned, and none that is known to be bad. [S31]

import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly peer?: boolean
}

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'))
const locked = Object.entries<Locked>(read('package-lock.json').packages)
const manifest = read('package.json')

/** Versions from which on a fault that concerned us was mended. */
const floors: readonly [name: string, least: string, why: string][] = [
  ['hono', '4.12.18', 'CVE-2026-44456, CVE-2026-44457: body limits passed, caches shared'],
  ['drizzle-orm', '0.45.2', 'CVE-2026-39356: identifiers unescaped'],
  ['ws', '8.17.1', 'CVE-2024-37890: too many headers'],
  ['jose', '4.15.5', 'CVE-2024-28176: compressed JWE'],
]

const nameOf = (path: string) => path.split('node_modules/').at(-1) ?? ''

describe('[S31] no version that is known to be bad', () => {
  test.each(floors)('%s is at least %s', (name, least) => {
    const versions = locked.flatMap(([path, { version }]) =>
      nameOf(path) === name && version ? [version] : [],
    )
    expect(versions).not.toEqual([])
    expect(versions.filter((version) => isBefore(version, least))).toEqual([])
  })

  it('tells a version from one before', () => {
    expect(isBefore('4.12.17', '4.12.18')).toBe(true)
    expect(isBefore('4.9.20', '4.12.18')).toBe(true)
    expect(isBefore('4.12.18', '4.12.18')).toBe(false)
    expect(isBefore('5.0.0', '4.12.18')).toBe(false)
  })
})

it('[S31] every version is exact', () => {
  const wanted = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

it('[S31] at most 25 packages are shipped', () => {
  const shipped = locked.filter(
    ([path, { dev, optional, devOptional, peer }]) =>
      path !== '' && !dev && !optional && !devOptional && !peer,
  )
  expect(shipped.length).toBeGreaterThan(5)
  expect(shipped.length).toBeLessThanOrEqual(25)
})

it('[S31] only what must runs a script when it is installed', () => {
  expect(manifest.allowScripts).toEqual({
    '@scarf/scarf': false,
    ...{ node: true, esbuild: true, workerd: true },
  })
})

function isBefore(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(/[.-]/).slice(0, 3).map(Number))
  const place = [0, 1, 2].find((n) => a?.[n] !== b?.[n])
  return place !== undefined && Number(a?.[place]) < Number(b?.[place])
}
