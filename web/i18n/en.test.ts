import { expect, test } from 'vitest'
import { FailureCode } from '../../protocol/failures.ts'
import { en } from './en.ts'

test('[CMP4] every failure code has its sentence', () => {
  for (const code of FailureCode.options) expect(en.failures[code], code).toMatch(/^[A-Z].*[.?]$/)
})

test('[LOOK2] no sentence shouts', () => {
  expect(strings(en).filter((text) => text.includes('!'))).toEqual([])
})

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(strings)
  return []
}
