import { expect, it } from 'vitest'
import { storageGauge } from './storage-gauge.ts'

it('[LIM2] measures once in a hundred asks, and each time while it is full', () => {
  const sizes = [1, 10, 11, 9, 2]
  let measured = 0
  const gauge = storageGauge(() => sizes[measured++] ?? 0, 10)
  const ask = (times: number) => Array.from({ length: times }, gauge).at(-1)
  expect([ask(100), measured]).toEqual([1, 1])
  expect([gauge(), measured]).toEqual([10, 2])
  expect([gauge(), gauge(), measured]).toEqual([11, 9, 4])
  expect([ask(97), measured]).toEqual([9, 4])
  expect([ask(1), measured]).toEqual([2, 5])
})
