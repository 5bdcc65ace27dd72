// Nothing that opens anything lies in the repository or in what is shipped. [S13]

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const tracked = String(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root }),
)
const texts = tracked
  .split('\n')
  .filter((file) => file !== '' && existsSync(root + file) && !/\.(png|ico|woff2)$/.test(file))

/** What keys look like, each with one that is none: the scanner has to see it. */
const kinds: readonly [kind: string, pattern: RegExp, canary: string][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/, `-----BEGIN ${'RSA '}PRIVATE KEY`],
  [
    'a signed token',
    /\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/,
    `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`,
  ],
  [
    'a key of a cloud',
    /\b(AKIA[A-Z\d]{16}|gh[pousr]_\w{36}|xox[bap]-\w{10,})/,
    `AKIA${'A1'.repeat(8)}`,
  ],
  [
    'a database with its password',
    /postgres(ql)?:\/\/\w+:[\w!-]{12,}@(?!localhost|127)/,
    `postgres://ana:${'x1'.repeat(8)}@db.example`,
  ],
  ['a secret of a webhook', /whsec_[\w+/]{32,}={0,2}/, `whsec_${'aB3'.repeat(11)}`],
  ['a key of ours', /"?secret"?:\s*['"][\w-]{43}['"]/, `"secret": "${'aB3_'.repeat(10)}abc"`],
]

test.each(kinds)('[S13 D-25 P7] %s is in no file', (_, pattern, canary) => {
  expect(canary).toMatch(pattern)
  expect(texts.filter((file) => pattern.test(readFileSync(root + file, 'utf8')))).toEqual([])
})

it('[S13 P7] an example of settings holds names and no values', () => {
  const lines = readFileSync(`${root}.dev.vars.example`, 'utf8').split('\n')
  const named = lines.filter((line) => line !== '' && !line.startsWith('#'))
  expect(named.length).toBeGreaterThan(1)
  expect(named.filter((line) => !/^[A-Z_]+=$/.test(line))).toEqual([])
})
