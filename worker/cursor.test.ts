import * as v from 'valibot'
import { expect, it } from 'vitest'
import { fold } from '../database/fold.ts'
import { displayNameCharactersMax } from '../protocol/account-limits.ts'
import { PageCursor } from '../protocol/api/page.ts'
import { roomNameCharactersMax } from '../protocol/limits.ts'
import { newUserId } from '../test/support/ids.ts'
import { pageOf, readCursor, writeCursor } from './cursor.ts'

const Keys = v.strictObject({ name: v.string() })

it('brings keys through an address, in any script', () => {
  const keys = { name: 'ä 語 "\\ +/?&' }
  const cursor = writeCursor(keys)
  expect(cursor).toMatch(/^[\w-]+$/)
  expect(readCursor(Keys, cursor)).toEqual(keys)
  expect(readCursor(Keys, undefined)).toBeNull()
})

it('[D-39] of the longest keys there are is one that we take back', () => {
  const name = '\ufdfa'.repeat(roomNameCharactersMax)
  const wide = '\u{20000}'.repeat(displayNameCharactersMax)
  const quotes = '"\\'.repeat(displayNameCharactersMax / 2)
  const id = newUserId()
  const keys = [
    fold(name),
    ...[wide, quotes].map((text) => ({ role: 'moderator', name: text, id })),
  ]
  for (const key of keys) {
    const cursor = writeCursor(key)
    expect(v.parse(PageCursor, cursor)).toBe(cursor)
    expect(readCursor(v.unknown(), cursor)).toEqual(key)
  }
})

it.each(['', 'x', '////', writeCursor({ nome: '' }), writeCursor('text')])(
  'refuses %j, which it never gave',
  (cursor) => {
    expect(() => readCursor(Keys, cursor)).toThrow(expect.objectContaining({ code: 'invalid' }))
  },
)

it('[D-39] says whether there is more, and where it goes on', () => {
  const rows = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
  const keysOf = ({ name }: { name: string }) => ({ name })
  expect(pageOf(rows, 3, keysOf)).toEqual({ page: rows, next: null })
  const { page, next } = pageOf(rows, 2, keysOf)
  expect(page).toHaveLength(2)
  expect(readCursor(Keys, next ?? '')).toEqual({ name: 'b' })
  expect(pageOf([], 2, keysOf)).toEqual({ page: [], next: null })
})
