import { expect, test } from 'vitest'
import { isSearchable } from './searchable.ts'

test.each([
  ['a', false],
  [' a ', false],
  ['ab', true],
  ['茶', true],
  ['か', true],
  ['', false],
])('[APP6] %j is searched for: %s', (query, expected) => {
  expect(isSearchable(query)).toBe(expected)
})
