import { expect, it } from 'vitest'
import { beginnings, nameWords } from './name-words.ts'

it('finds somebody by how any word of a name begins, in whatever case or width', () => {
  const finds = (query: string, name: string) =>
    beginnings(query).every((pattern) => nameWords(name).includes(pattern.slice(1, -1)))
  expect(finds('ＬＥＥ', 'Ann-Marie Lee')).toBe(true)
  expect(finds('mar an', 'Ann-Marie Lee')).toBe(true)
  expect(finds('doe', 'john.doe_7')).toBe(true)
  expect(finds('👻', 'Ann 👻')).toBe(true)
  expect(finds('ee', 'Ann-Marie Lee')).toBe(false)
  expect(finds('ann bob', 'Ann-Marie Lee')).toBe(false)
})

it('[S10] keeps nothing that would be a pattern', () => {
  expect(beginnings('50% a_b \\ ％')).toEqual(['% 50%', '% a%', '% b%'])
})
