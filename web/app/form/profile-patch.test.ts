import { expect, test } from 'vitest'
import { account } from '../gallery/people.ts'
import { profilePatch } from './profile-patch.ts'

const same = {
  displayName: account.displayName,
  bio: account.bio ?? '',
  phone: account.phone ?? '',
  age: String(account.age),
}

test('[APP11] what did not change is not sent', () => {
  expect(profilePatch(account, same)).toEqual({})
})

test('[APP11] every field can be cleared; a cleared name falls back to the username', () => {
  expect(profilePatch(account, { displayName: ' ', bio: '', phone: ' ', age: '' })).toEqual({
    displayName: account.username,
    bio: null,
    phone: null,
    age: null,
  })
})

test('[APP11] an age that is no number is passed on for the schema to refuse', () => {
  expect(profilePatch(account, { ...same, age: ' 35 ' })).toEqual({ age: 35 })
  expect(profilePatch(account, { ...same, age: 'seven' })).toEqual({ age: 'seven' })
})
