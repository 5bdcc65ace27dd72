import { expect, it } from 'vitest'
import { failureOfClose, failures } from './failures.ts'
import { may } from './permissions.ts'

it('every close code means one failure, and weather means none', () => {
  const codes = Object.values(failures).flatMap((meaning) =>
    'close' in meaning ? [meaning.close] : [],
  )
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.toSorted()).toEqual([4400, 4401, 4403, 4404, 4408, 4409, 4429])
  expect(failureOfClose(4401)).toBe('unauthenticated')
  expect([1000, 1001, 1006, 1011, 1012, 4999].map(failureOfClose)).toEqual(Array(6).fill(null))
})

it('a role may do what a lesser one may, and a stranger nothing', () => {
  expect([may('member', 'send'), may('guest', 'send'), may(null, 'read')]).toEqual([
    true,
    true,
    false,
  ])
  expect([may('moderator', 'changeRoom'), may('member', 'changeRoom')]).toEqual([true, false])
  expect([may('owner', 'deleteRoom'), may('moderator', 'deleteRoom')]).toEqual([true, false])
})
