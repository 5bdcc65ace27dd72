import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  accessTokenSeconds,
  metricsTokenCharactersMax,
  metricsTokenCharactersMin,
} from '../protocol/account-limits.ts'
import { readConfig } from './env.ts'

const secret = () => randomBytes(32).toString('base64url')
const keyring = (...keys: unknown[]) => JSON.stringify(keys)

const good = {
  ENVIRONMENT: 'production',
  LOG_LEVEL: 'info',
  DATABASE_URL: 'postgresql://ann:word@ep-x.eu.aws.neon.tech/parley?sslmode=require',
  KEYRING: keyring({ kid: 'a', secret: secret() }, { kid: 'b', secret: secret() }),
  ROOMS: {},
}

it('[P6] holds two secrets, and neither opens one part of Parley to another', () => {
  const settings = readFileSync(new URL('../wrangler.toml', import.meta.url), 'utf8')
  expect(settings.match(/^required = (.*)$/m)?.[1]).toBe('["DATABASE_URL", "KEYRING"]')
})

it('reads a good configuration', () => {
  const config = readConfig(good)
  expect(config).toMatchObject({ logLevel: 'info', accessTokenSeconds })
  expect(config.keyring.map(({ kid }) => kid)).toEqual(['a', 'b'])
})

it.each([
  ['ENVIRONMENT', undefined],
  ['ENVIRONMENT', 'prod'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_URL', undefined],
  ['DATABASE_URL', ''],
  ['DATABASE_URL', 'mysql://ann:word@host/parley'],
  ['KEYRING', undefined],
  ['KEYRING', 'change-me'],
  ['KEYRING', keyring()],
  ['KEYRING', keyring({ kid: 'a', secret: '' })],
  ['KEYRING', keyring({ kid: 'a', secret: randomBytes(31).toString('base64url') })],
  ['KEYRING', keyring({ kid: 'a', secret: 'a'.repeat(43) })],
  ['KEYRING', keyring({ kid: 'a', secret: 'not base64url! not base64url! not base64url!' })],
  ['KEYRING', keyring({ kid: '../a', secret: secret() })],
  ['KEYRING', keyring({ kid: 'a', secret: secret() }, { kid: 'a', secret: secret() })],
  ['METRICS_TOKEN', ''],
  ['METRICS_TOKEN', 'x'.repeat(metricsTokenCharactersMin - 1)],
  ['METRICS_TOKEN', 'x'.repeat(metricsTokenCharactersMax + 1)],
  ['METRICS_TOKEN', `${'x'.repeat(metricsTokenCharactersMin)} `],
  ['ACCESS_TOKEN_SECONDS', '0'],
  ['ACCESS_TOKEN_SECONDS', '1e3'],
])('[P27 D-05 D-24] names %s when it is %j, and does not repeat it', (name, value) => {
  const read = () => readConfig({ ...good, ENVIRONMENT: 'local', [name]: value })
  expect(read).toThrow(
    new RegExp(`^The setting ${name}[.\\w]* is missing, malformed or too weak\\.$`),
  )
})

it.each([
  'LIMIT_COMMANDS_BURST',
  'LIMIT_COMMANDS_PER_SECOND',
  'ACCESS_TOKEN_SECONDS',
  'METER_DELAY_MS',
])('[D-44] refuses the test switch %s in production, by name', (name) => {
  expect(() => readConfig({ ...good, [name]: '5' })).toThrow(name)
  expect(() => readConfig({ ...good, ENVIRONMENT: 'local', [name]: '5' })).not.toThrow()
})

it('[OPS1] reads a token for operators, and does without', () => {
  expect(readConfig(good).metricsToken).toBeNull()
  for (const length of [metricsTokenCharactersMin, metricsTokenCharactersMax]) {
    const token = 'x'.repeat(length)
    expect(readConfig({ ...good, METRICS_TOKEN: token }).metricsToken).toBe(token)
  }
})
