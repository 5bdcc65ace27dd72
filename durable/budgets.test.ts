import { describe, expect, it } from 'vitest'
import { commandsBurst, commandsPerSecond, floodRefusalsMax } from '../protocol/limits.ts'
import { userId } from '../test/support/ids.ts'
import { Budgets } from './budgets.ts'

const ana = userId(1)
const take = (budgets: Budgets, times: number, nowMs: number) =>
  Array.from({ length: times }, () => budgets.take(ana, nowMs).verdict)

describe('a member and room', () => {
  it('[LIM2] may ask 20 times at once, and no more', () => {
    const budgets = new Budgets()
    expect(take(budgets, commandsBurst, 0)).toEqual(Array(commandsBurst).fill('granted'))
    expect(budgets.take(ana, 0)).toEqual({ verdict: 'wait', retryAfterMs: 200 })
  })

  it('[LIM2] may go on at 5 a second', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    let granted = 0
    for (let ms = 1; ms <= 10_000; ms += 1) {
      if (budgets.take(ana, ms).verdict === 'granted') granted += 1
      else budgets.take(userId(2), ms) // Others' budgets are their own.
      if (granted > 0 && ms % 100 === 0) budgets.sweep(ms)
    }
    expect(granted).toBe(10 * commandsPerSecond)
  })

  it('[ORD4 LIM2] once told to wait, waits for all that was behind it in the pipeline', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    const told = budgets.take(ana, 100)
    expect(told).toEqual({ verdict: 'wait', retryAfterMs: 100 })
    expect(budgets.take(ana, 199)).toEqual({ verdict: 'wait', retryAfterMs: 1 })
    expect(budgets.take(ana, 200)).toEqual({ verdict: 'granted' })
  })

  it('[LIM2] is hostile after 100 refusals in a row, and hasty until then', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    const verdicts = take(budgets, floodRefusalsMax, 0)
    expect(verdicts.indexOf('flood')).toBe(floodRefusalsMax - 1)
    expect(budgets.take(ana, 10_000)).toEqual({ verdict: 'granted' })
    expect(take(budgets, commandsBurst, 10_000).filter((verdict) => verdict === 'flood')).toEqual(
      [],
    )
  })

  it('[SOK11] has a full budget again before an idle room could be evicted', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    expect(take(budgets, commandsBurst, 10_000)).toEqual(Array(commandsBurst).fill('granted'))
  })
})
