// What becomes of a guess, with guards that do as told.

import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { uncountedPauseMs } from '../../protocol/account-limits.ts'
import { type Guards, guess, guessersOf, type Subject, spend } from './guesses.ts'
import { Keyring } from './keyring.ts'
import { rememberDevice } from './known-devices.ts'

const secret = randomBytes(32).toString('base64url')
const keyring = v.parse(Keyring, JSON.stringify([{ kid: 'a', secret }]))
const client = { address: '203.0.113.7', marks: undefined }

const account: Subject = { tries: 'account', name: 'ann' }
const address: Subject = { tries: 'address', name: client.address }
const device: Subject = { tries: 'device', name: 'xyz' }

/** Each kind of subject waits so long, or cannot be asked. */
function guardsThat(waits: Partial<Record<Subject['tries'], number | 'broken'>> = {}) {
  const counted: string[] = []
  const guards: Guards = {
    reserve: async ({ tries }) => {
      const wait = waits[tries] ?? 0
      if (wait === 'broken') throw new Error('A fault, as ordered.')
      if (wait === 0) counted.push(tries)
      return wait
    },
    giveBack: async ({ tries }) => {
      counted.splice(counted.indexOf(tries), 1)
    },
  }
  return { guards, counted }
}

const right = async () => 'found'
const wrong = async () => null
const unjudged = async () => {
  throw new Error('It was judged.')
}

it('[S16 API4] counts a wrong guess of the account and of the address, and no right one', async () => {
  const { guards, counted } = guardsThat()
  expect(await guess(guards, [account, address], wrong)).toBeNull()
  expect(counted).toEqual(['account', 'address'])
  expect(await guess(guards, [account, address], right)).toBe('found')
  expect(counted).toEqual(['account', 'address'])
})

it('[S16] a guess that is right is given back while the rest of the answer is made', async () => {
  const { guards, counted } = guardsThat()
  const during: string[][] = []
  const judge = async (isRight: () => void) => {
    during.push([...counted])
    isRight()
    await Promise.resolve()
    during.push([...counted])
    return 'found'
  }
  expect(await guess(guards, [account], judge)).toBe('found')
  expect(during).toEqual([['account'], []])
})

it('[S16] counts no guess that nobody could judge', async () => {
  const { guards, counted } = guardsThat()
  await expect(guess(guards, [account], unjudged)).rejects.toThrow('judged')
  expect(counted).toEqual([])
})

it('[S16 API4] judges nothing while one has to wait, and counts it for neither', async () => {
  const { guards, counted } = guardsThat({ address: 9, account: 7 })
  await expect(guess(guards, [account, address], unjudged)).rejects.toMatchObject({
    code: 'rateLimited',
    retryAfterMs: 9,
  })
  const free = guardsThat({ address: 9 })
  await expect(guess(free.guards, [account, address], unjudged)).rejects.toThrow()
  expect([counted, free.counted]).toEqual([[], []])
})

it('[S16] judges no guess that cannot be counted, but on a known device', async () => {
  const { guards } = guardsThat({ account: 'broken', device: 'broken' })
  await expect(guess(guards, [account, address], unjudged)).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterMs: uncountedPauseMs,
    cause: new Error('A fault, as ordered.'), // For the log: else nobody would learn of it.
  })
  expect(await guess(guards, [device], right)).toBe('found')
})

it('[S16] a device that is slowed by its own guesses waits like anybody', async () => {
  const { guards } = guardsThat({ device: 5 })
  await expect(spend(guards, [device])).rejects.toMatchObject({ retryAfterMs: 5 })
})

it('[S16] a right guess is right even where it cannot be given back', async () => {
  const { guards } = guardsThat()
  const broken = { ...guards, giveBack: () => Promise.reject(new Error('A fault, as ordered.')) }
  expect(await guess(broken, [account], right)).toBe('found')
})

it('[S16 API4] a known device answers for itself alone; anybody else for name and address', () => {
  const marks = rememberDevice(keyring, undefined, { email: 'a@example.com', username: 'ann' })
  expect(guessersOf(keyring, 'ANN', { ...client, marks })).toMatchObject([{ tries: 'device' }])
  expect(guessersOf(keyring, 'bo', { ...client, marks })).toEqual([
    { tries: 'account', name: 'bo' },
    address,
  ])
  expect(guessersOf(keyring, 'ＡＮＮ', { ...client, address: null })).toEqual([account])
})
