import * as v from 'valibot'
import { expect, it } from 'vitest'
import { pageOf, readCursor, writeCursor } from './cursor.ts'

const Keys = v.strictObject({ name: v.string() })

it('brings keys through an address, in any script', () => {
  const keys = { name: 'ä 語 "\\ +/?&' }
  const cursor = writeCursor(keys)
  expect(cursor).toMatch(/^[\w-]+$/)
  expect(readCursor(Keys, cursor)).toEqual(keys)
  expect(readCursor(Keys, undefined)).toBeNull()
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
