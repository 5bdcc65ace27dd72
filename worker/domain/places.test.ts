import { expect, it } from 'vitest'
import { placeCharactersMax, userAgentCharactersMax } from '../../protocol/account-limits.ts'
import { networkOf } from './networks.ts'
import { placeOf } from './places.ts'
import { plain } from './plain.ts'

it('names the city and the country, where the platform knows them', () => {
  expect(placeOf({ country: 'DE', city: 'Berlin' }, '203.0.113.7')).toBe('Berlin, DE')
  expect(placeOf({ country: 'DE' }, '203.0.113.7')).toBe('DE')
  for (const unknown of [undefined, null, {}, { city: 'Berlin' }, { country: 7 }]) {
    expect(placeOf(unknown, '203.0.113.7')).toBe('203.0.113.0/24')
  }
  expect(placeOf(undefined, undefined)).toBe(null)
  for (const here of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(placeOf({ country: 'US', city: 'Austin' }, here)).toBe(null)
  }
})

it.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:0DB8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['2001:db8:1:2::', '2001:db8:1::/48'],
  ['1:2:3', null],
  ['localhost', null],
  ['', null],
])('[S7] keeps of %s no more than %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

it('[S28] keeps one line of what somebody else chose, and so much of it', () => {
  expect(plain('a\nb\u001b[2Jc\u202ed\u2028e\u009bf', 20)).toBe('a b [2Jc d e f')
  expect(plain('👻'.repeat(userAgentCharactersMax + 1), userAgentCharactersMax)).toBe(
    '👻'.repeat(userAgentCharactersMax),
  )
  for (const letters of [placeCharactersMax - 4, placeCharactersMax]) {
    const place = placeOf({ country: 'DE', city: 'x'.repeat(letters) }, undefined) ?? ''
    expect(place).toBe(`${'x'.repeat(placeCharactersMax - 4)}, DE`)
  }
})
