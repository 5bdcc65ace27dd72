import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { newSessionId } from '../../test/support/ids.ts'
import type { Key, Keyring } from './keyring.ts'
import {
  newRefreshToken,
  readRefreshToken,
  successorsOf,
  writeRefreshToken,
} from './refresh-tokens.ts'

const newKey = (kid: string): Key => ({ kid, secret: new Uint8Array(randomBytes(32)) })
const key = newKey('current')
const keyring: Keyring = [key]
const token = newRefreshToken(newSessionId())
const text = writeRefreshToken(keyring, token)

it('[S12] brings a token through, and its successor', () => {
  expect(readRefreshToken(keyring, text)).toEqual(token)
  const [successor] = successorsOf(token, keyring)
  expect(readRefreshToken(keyring, writeRefreshToken(keyring, successor))).toEqual(successor)
})

it('[S13] knows a token by every key of the ring, and by none that left it', () => {
  expect(readRefreshToken([newKey('next'), key], text)).toEqual(token)
  expect(readRefreshToken([newKey('next')], text)).toBeNull()
})

const [id, bits = '', mark = ''] = text.split('.')
const other = randomBytes(32).toString('base64url')

it.each([
  ['other bits', `${id}.${other}.${mark}`],
  ['the mark of somebody else', `${id}.${bits}.${other}`],
  ['another sign-in', `${newSessionId()}.${bits}.${mark}`],
  ['a sign-in that is no id', `${'-'.repeat(36)}.${bits}.${mark}`],
  ['no mark', `${id}.${bits}`],
  ['a short mark', `${id}.${bits}.${mark.slice(1)}`],
  ['a long mark', `${text}A`],
  ['nothing', ''],
])('[S12] takes no token with %s', (_, forged) => {
  expect(readRefreshToken(keyring, forged)).toBeNull()
})
