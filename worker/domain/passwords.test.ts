import { expect, it, vi } from 'vitest'
import { hashPassword, isWeaker, passwordMatches } from './passwords.ts'

/** Hashing is slow on purpose, and on a busy machine slower. */
vi.setConfig({ testTimeout: 60_000 })

it('[S14] matches the password it hashed, and no other', async () => {
  const stored = await hashPassword('correct horse')
  expect(await passwordMatches('correct horse', stored)).toBe(true)
  expect(await passwordMatches('correct hors', stored)).toBe(false)
  expect(await passwordMatches('correct horse ', stored)).toBe(false)
})

it('[P7 S14] salts, and says in the hash how it was made', async () => {
  const [one, other] = [await hashPassword('same'), await hashPassword('same')]
  expect(one).not.toBe(other)
  expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/)
})

it('[S14] verifies a published vector with parameters of its own', async () => {
  // RFC 7914: "pleaseletmein", "SodiumChloride", N=16384, r=8, p=1; the first 32 of 64 bytes.
  const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '')
  const hex = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2'
  const published = Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '')
  const stored = `$scrypt$ln=14,r=8,p=1$${salt}$${published}`
  expect(await passwordMatches('pleaseletmein', stored)).toBe(true)
})

it('[S14] knows a hash that cost less than one of today', async () => {
  expect(isWeaker(await hashPassword('correct horse'))).toBe(false)
  const made = (parameters: string) => `$scrypt$${parameters}$${'A'.repeat(22)}$${'A'.repeat(43)}`
  expect(['ln=14,r=8,p=4', 'ln=13,r=8,p=5'].map(made).map(isWeaker)).toEqual([true, true])
  expect(['ln=14,r=8,p=5', 'ln=17,r=8,p=1'].map(made).map(isWeaker)).toEqual([false, false])
})

it('takes the two ways to write an accent for one', async () => {
  const stored = await hashPassword('passwo\u0308rter')
  expect(await passwordMatches('passw\u00f6rter', stored)).toBe(true)
})

it('[API3] takes as long to say no to nobody as to somebody', async () => {
  const stored = await hashPassword('correct horse')
  const bestMsOf = async (hash: string | null) => {
    const times: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const startedAt = performance.now()
      expect(await passwordMatches('wrong', hash)).toBe(false)
      times.push(performance.now() - startedAt)
    }
    return Math.min(...times)
  }
  expect((await bestMsOf(null)) / (await bestMsOf(stored))).toBeGreaterThan(0.5)
})
