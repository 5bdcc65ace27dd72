import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  ageMax,
  ageMin,
  bioCharactersMax,
  displayNameCharactersMax,
  emailCharactersMax,
  passwordCharactersMax,
  passwordCharactersMin,
  usernameCharactersMax,
  usernameCharactersMin,
} from '../account-limits.ts'
import {
  listDefault,
  listMax,
  queryCharactersMax,
  roomNameCharactersMax,
  roomNameCharactersMin,
  topicCharactersMax,
} from '../limits.ts'
import { DisplayName, Email, Password, ProfilePatch, Username } from './accounts.ts'
import { Limit } from './page.ts'
import { DirectoryQuery, RoomName, Topic } from './rooms.ts'

const accepts = (schema: v.GenericSchema, value: unknown) => v.safeParse(schema, value).success

/** The longest text a field takes, and the shortest: one less, exactly that, one more. */
describe.each([
  ['room name', RoomName, roomNameCharactersMin, roomNameCharactersMax],
  ['topic', Topic, 0, topicCharactersMax],
  ['display name', DisplayName, 1, displayNameCharactersMax],
  ['password', Password, passwordCharactersMin, passwordCharactersMax],
  ['username', Username, usernameCharactersMin, usernameCharactersMax],
] as const)('%s', (_, schema, min, max) => {
  it.each(['a', '語', '\u{20000}'])(
    '[LIM1] is counted in characters, whatever they weigh (%s)',
    (letter) => {
      const of = (length: number) => accepts(schema, letter.repeat(length))
      expect([of(max - 1), of(max), of(max + 1)]).toEqual([true, true, false])
      expect([of(min), of(min + 1)]).toEqual([true, true])
      if (min > 0) expect(of(min - 1)).toBe(false)
    },
  )
})

it('[LIM1] a bio, an age, a query and a page have their bounds', () => {
  const bio = (length: number) => accepts(ProfilePatch, { bio: 'b'.repeat(length) })
  expect([bio(0), bio(1), bio(bioCharactersMax), bio(bioCharactersMax + 1)]).toEqual([
    ...[false, true, true, false],
  ])
  const age = (years: number) => accepts(ProfilePatch, { age: years })
  expect([age(ageMin - 1), age(ageMin), age(ageMax), age(ageMax + 1), age(20.5)]).toEqual([
    ...[false, true, true, false, false],
  ])
  const query = (length: number) => accepts(DirectoryQuery, { query: 'q'.repeat(length) })
  expect([query(queryCharactersMax), query(queryCharactersMax + 1)]).toEqual([true, false])
})

it('[P13 LIM4] a list is of 50 unless said, and of 100 at most', () => {
  expect(v.parse(Limit, undefined)).toBe(listDefault)
  const limits = [0, 1, listMax - 1, listMax, listMax + 1].map((limit) =>
    accepts(Limit, `${limit}`),
  )
  expect(limits).toEqual([false, true, true, true, false])
  expect(['', ' 5', '5.0', '-1', '1e2', 'all'].filter((text) => accepts(Limit, text))).toEqual([])
})

it('[D-37] an address may have capitals and long ends, and no more than 254 characters', () => {
  const good = ['Ana@Example.COM', "o'neil+tag@mail.example.photography", 'ünï@exämple.de']
  expect(good.filter((text) => !accepts(Email, text))).toEqual([])
  const bad = [
    'ana',
    'ana@',
    '@example.com',
    'ana@example',
    'a b@example.com',
    'a@b@c.de',
    'a@b..c',
  ]
  expect(bad.filter((text) => accepts(Email, text))).toEqual([])
  const of = (length: number) => `${'a'.repeat(length - '@example.com'.length)}@example.com`
  expect([
    accepts(Email, of(emailCharactersMax)),
    accepts(Email, of(emailCharactersMax + 1)),
  ]).toEqual([...[true, false]])
})

it('[V-9] no name of anything has what nobody sees', () => {
  const names = ['ab\u200bc', 'ab\u202ec', 'ab\nc', 'ab\u3164', 'ab\ufe0f', '\u2800\u2800\u2800']
  for (const schema of [Username, DisplayName, RoomName]) {
    expect(names.filter((one) => accepts(schema, one))).toEqual([])
  }
  expect(accepts(Username, '1\ufe0f\u20e31\ufe0f\u20e3a')).toBe(false)
  expect([accepts(Topic, 'a\nb'), accepts(Topic, 'a\u0007b')]).toEqual([true, false])
  expect(accepts(ProfilePatch, { bio: 'a\u0007b' })).toBe(false)
})

it('[D-38] a patch keeps what it does not name and clears what it names null', () => {
  expect(v.parse(ProfilePatch, { bio: null })).toEqual({ bio: null })
  expect(accepts(ProfilePatch, { displayName: null })).toBe(false)
  expect(accepts(ProfilePatch, { role: 'admin' })).toBe(false) // [D-23]
})
