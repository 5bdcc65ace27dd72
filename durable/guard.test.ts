// A guard on Node's SQLite, with a clock of its own.

import { expect, it } from 'vitest'
import {
  accountGuessesFree,
  addressGuessesFree,
  guessesCountedMs,
  guessPauseMsMin,
  registrationsFree,
} from '../protocol/account-limits.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { Guard } from './guard.ts'

function guardAt(startMs: number) {
  const sql = nodeSql()
  const alarms: number[] = []
  const guard = new Guard(sql, (atMs) => alarms.push(atMs))
  const spend = (count: number, kind: 'account' | 'address' | 'registration' = 'account') =>
    Array.from({ length: count }, (_, n) => guard.reserve(kind, `${kind}${n}`, startMs))
  return { sql, alarms, guard, spend }
}

it('[S16 API4] counts a try before it is made, and one that waits not at all', () => {
  const { guard, spend } = guardAt(0)
  const free = accountGuessesFree
  expect(spend(free + 5).filter((wait) => wait === 0)).toHaveLength(free)
  expect(guard.reserve('account', 'late', guessPauseMsMin - 1)).toBe(1)
  expect(guard.reserve('account', 'late', guessPauseMsMin)).toBe(0)
})

it('[S16 API4] counts no try twice, and gives it back once', () => {
  const { guard, spend } = guardAt(0)
  spend(accountGuessesFree)
  expect(guard.reserve('account', 'account0', 0)).toBe(0)
  guard.giveBack('account0')
  guard.giveBack('account0')
  expect(guard.reserve('account', 'next', 0)).toBe(0)
  expect(guard.reserve('account', 'after', 0)).toBe(guessPauseMsMin)
})

it('[S16] counts an address’s guesses and its registrations apart', () => {
  const { spend } = guardAt(0)
  expect(spend(addressGuessesFree, 'address').every((wait) => wait === 0)).toBe(true)
  expect(spend(registrationsFree, 'registration').every((wait) => wait === 0)).toBe(true)
})

it('[S16] counts on where another life of the object ended', () => {
  const { sql, spend } = guardAt(0)
  spend(accountGuessesFree)
  const next = new Guard(sql, () => {})
  expect(next.reserve('account', 'next', 0)).toBe(guessPauseMsMin)
})

it('[S16] forgets by itself when the newest is an hour old, and not before', () => {
  const { alarms, guard, spend } = guardAt(0)
  spend(2)
  guard.reserve('account', 'later', 1_000)
  expect(alarms).toEqual([guessesCountedMs])
  expect(guard.forget(guessesCountedMs)).toBe(guessesCountedMs + 1_000)
  expect(guard.forget(guessesCountedMs + 1_000)).toBeNull()
  guard.reserve('account', 'anew', 5_000_000)
  expect(alarms).toEqual([guessesCountedMs, 5_000_000 + guessesCountedMs])
})

it('[S16] writes nothing for a refusal, nor for whoever was never counted', () => {
  const { sql, guard, spend } = guardAt(0)
  guard.giveBack('nothing')
  expect(guard.forget(0)).toBeNull()
  expect(sql.run('SELECT name FROM sqlite_master')).toEqual([])
  spend(accountGuessesFree + 50)
  expect(sql.run('SELECT count(*) AS rows FROM tries')).toEqual([{ rows: accountGuessesFree }])
})

it('[S16] holds few rows, however long somebody goes on', () => {
  const { sql, guard } = guardAt(0)
  let at = 0
  for (let n = 0; n < 500; n += 1) {
    at += guard.reserve('account', `a${n}`, at)
    guard.reserve('account', `b${n}`, at)
  }
  const [held] = sql.run<{ rows: number }>('SELECT count(*) AS rows FROM tries')
  expect(held?.rows).toBeLessThanOrEqual(51)
})
