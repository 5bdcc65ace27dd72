import * as v from 'valibot'
import { expect, it } from 'vitest'
import { Keyring } from '../worker/domain/keyring.ts'
import { follow, newKeyring, type Step } from './keyring.ts'

const now = new Date('2026-11-23T12:00:00Z')
const kids = (keyring: string) => v.parse(Keyring, keyring).map(({ kid }) => kid)

it('[S13] makes a keyring that the Worker takes, of a key of its own each time', () => {
  expect(kids(newKeyring())).toEqual([new Date().toISOString().slice(0, 10)])
  expect(newKeyring()).not.toBe(newKeyring())
})

it('[S13] replaces a key in three steps, and no step makes a key sign that was not known before', () => {
  const ring = JSON.stringify([{ kid: 'old', secret: JSON.parse(newKeyring())[0].secret }])
  const known = follow(ring, 'next', now)
  expect(kids(known)).toEqual(['old', '2026-11-23'])
  const used = follow(known, 'use', now)
  expect(kids(used)).toEqual(['2026-11-23', 'old'])
  expect(kids(follow(used, 'drop', now))).toEqual(['2026-11-23'])
  expect(kids(follow(used, 'next', now))).toEqual(['2026-11-23', '2026-11-23-2', 'old'])
})

it.each<[string, Step]>([
  [newKeyring(), 'use'],
  [newKeyring(), 'drop'],
  ['[]', 'next'],
  ['{"kid":"a"}', 'next'],
  ['hunter2', 'next'],
])('[S13] refuses what makes no keyring, and shows nothing of it', (keyring, step) => {
  expect(() => follow(keyring, step, now)).toThrow(/^(?!.*(hunter2|secret":")).*$/)
})

it('[S13] after a theft all three steps at once leave no stolen key', () => {
  const stolen = newKeyring()
  const after = (['next', 'use', 'drop'] as const).reduce(
    (ring, step) => follow(ring, step, now),
    stolen,
  )
  expect(JSON.parse(after)).toHaveLength(1)
  expect(JSON.parse(after)[0].secret).not.toBe(JSON.parse(stolen)[0].secret)
})
