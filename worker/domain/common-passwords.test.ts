import { expect, it } from 'vitest'
import { commonest } from '../../dev/common-passwords.ts'
import { commonPasswords, passwordCharactersMin } from '../../protocol/account-limits.ts'
import list from './common-passwords.json' with { type: 'json' }
import { refuseCommon } from './common-passwords.ts'

const isRefused = (password: string) => {
  try {
    refuseCommon(password)
    return false
  } catch {
    return true
  }
}

it('[S14] refuses the commonest, to the last of them, and no other', () => {
  const ranked = commonest(commonPasswords + 1)
  expect(ranked).toHaveLength(commonPasswords + 1)
  expect(list).toEqual(ranked.slice(0, commonPasswords))
  const [before, last, beyond] = ranked.slice(-3).map(isRefused)
  expect([isRefused(ranked[0] ?? ''), before, last, beyond]).toEqual([true, true, true, false])
})

it('[S14] holds none that its length refuses already', () => {
  expect(list.filter((text) => [...text].length < passwordCharactersMin)).toEqual([])
})

it.each(['password', 'PassWord', 'ｐａｓｓｗｏｒｄ', 'Iloveyou', '12345678'])(
  '[S14] refuses %s',
  (text) => {
    expect(isRefused(text)).toBe(true)
  },
)

it.each(['password ', 'passwörd', 'correct horse', '12345678 apples'])('[S14] takes %s', (text) => {
  expect(isRefused(text)).toBe(false)
})

it('[S14] names the field and never repeats the password', () => {
  const errors = [{ path: 'next', message: expect.stringMatching(/^(?!.*iloveyou).*most common/) }]
  const failure = expect.objectContaining({ code: 'invalid', errors })
  expect(() => refuseCommon('iloveyou', 'next')).toThrow(failure)
})
