import { expect, test } from 'vitest'
import { loginPath, ownPath } from './own-path.ts'

const origin = 'https://parley.example'

test.each([
  ['/rooms/1?details', '/rooms/1?details'],
  ['/directory', '/directory'],
  [undefined, '/rooms'],
  ['', '/rooms'],
  ['https://evil.example', '/rooms'],
  ['//evil.example', '/rooms'],
  ['/\\evil.example', '/rooms'],
  ['/\t/evil.example', '/rooms'],
  ['\\/evil.example', '/rooms'],
  ['javascript:alert(1)', '/rooms'],
  ['rooms', '/rooms'],
])('[APP3] next=%j leads to %s', (next, path) => {
  expect(ownPath(next, origin)).toBe(path)
})

test('[P20 APP3] the way back survives the trip through the address', () => {
  const path = loginPath('/rooms/1?details&a=b')
  const next = new URL(path, origin).searchParams.get('next') ?? undefined
  expect(ownPath(next, origin)).toBe('/rooms/1?details&a=b')
})
