import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { deviceAccountsMax } from '../../protocol/account-limits.ts'
import { Keyring } from './keyring.ts'
import { deviceKnownTo, rememberDevice } from './known-devices.ts'

const key = (kid: string) => ({ kid, secret: randomBytes(32).toString('base64url') })
const ring = (...keys: object[]) => v.parse(Keyring, JSON.stringify(keys))
const [old, current] = [key('old'), key('current')]
const keyring = ring(current)

const ann = { email: 'Ann@example.com', username: 'ann' }
const person = (n: number) => ({ email: `p${n}@example.com`, username: `p${n}` })

it('[S16 API4] knows the device by either name, in any case, and always as the same', () => {
  const marks = rememberDevice(keyring, undefined, ann)
  const device = deviceKnownTo(keyring, marks, 'ann')
  expect(device).toMatch(/^[\w-]{22}$/)
  for (const login of ['ANN', 'ann@EXAMPLE.com', 'ａｎｎ']) {
    expect(deviceKnownTo(keyring, marks, login)).toBe(device)
  }
  expect(deviceKnownTo(keyring, rememberDevice(keyring, marks, ann), 'ann')).toBe(device)
})

it('[S16] is worth nothing with another account, nor cut, nor put together', () => {
  const [marks, bo] = [ann, person(1)].map((one) => rememberDevice(keyring, undefined, one))
  const mixed = `${marks?.slice(0, 22)}${bo?.slice(22)}`
  for (const text of [marks, mixed, marks?.slice(1), `${marks}A`, '', 'x'.repeat(64), undefined]) {
    expect(deviceKnownTo(keyring, text, 'p1')).toBeNull()
  }
  expect(deviceKnownTo(keyring, mixed, 'ann')).toBeNull()
})

it('[S16 S13] stays known while its key is in the ring, and is sealed anew by the first', () => {
  const marks = rememberDevice(ring(old), undefined, ann)
  const rotated = ring(current, old)
  const device = deviceKnownTo(rotated, marks, 'ann')
  expect(device).not.toBeNull()
  expect(deviceKnownTo(ring(current), marks, 'ann')).toBeNull()
  expect(deviceKnownTo(ring(current), rememberDevice(rotated, marks, ann), 'ann')).toBe(device)
})

it('[S16] tells nothing: two devices of one account share no part', () => {
  const [one = '', other = ''] = [ann, ann].map((account) =>
    rememberDevice(keyring, undefined, account),
  )
  const bytes = [one, other].map((text) => Buffer.from(text, 'base64url'))
  for (const from of [0, 16, 32]) {
    const [part, twin] = bytes.map((all) => all.subarray(from, from + 16).toString('hex'))
    expect(part).not.toBe(twin)
  }
  expect(bytes.join()).not.toContain('ann')
})

it('[S16 R19] is known to so many accounts; then the longest ago is forgotten', () => {
  const knownAfter = (count: number) => {
    let marks: string | undefined
    for (let n = 0; n < count; n += 1) marks = rememberDevice(keyring, marks, person(n))
    expect(marks?.split('.')).toHaveLength(Math.min(count, deviceAccountsMax))
    return Array.from({ length: count }, (_, n) => deviceKnownTo(keyring, marks, `p${n}`) !== null)
  }
  for (const count of [deviceAccountsMax - 1, deviceAccountsMax]) {
    expect(knownAfter(count)).not.toContain(false)
  }
  expect(knownAfter(deviceAccountsMax + 1).indexOf(true)).toBe(1)
})

it('[S16] looks at no more marks than it would make', () => {
  const marks = rememberDevice(keyring, undefined, ann)
  const behind = (count: number) => `${'x.'.repeat(count)}${marks}`
  expect(deviceKnownTo(keyring, behind(deviceAccountsMax - 1), 'ann')).not.toBeNull()
  expect(deviceKnownTo(keyring, behind(deviceAccountsMax), 'ann')).toBeNull()
})
