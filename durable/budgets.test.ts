import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusal } from '../protocol/failures.ts'
import {
  commandsBurst,
  commandsPerSecond,
  floodPauseMs,
  floodRefusalsMax,
  orderGraceMs,
} from '../protocol/limits.ts'
import { messageId, userId } from '../test/support/ids.ts'
import { Budgets } from './budgets.ts'

const ana = userId(1)
const wait = refusal('slowMode')
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
    for (let ms = 10; ms <= 10_000; ms += 10) {
      if (budgets.take(ana, ms).verdict === 'granted') granted += 1
      else budgets.take(userId(2), ms) // Others' budgets are their own.
      if (granted > 0 && ms % 100 === 0) budgets.sweep(ms)
    }
    expect(granted).toBe(10 * commandsPerSecond)
  })

  it('[ORD4 LIM2] takes nothing that was behind a message told to wait, until that one comes again', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    const [first, second] = [messageId(1), messageId(2)]
    expect(budgets.take(ana, 100, first)).toEqual({ verdict: 'wait', retryAfterMs: 100 })
    expect(budgets.take(ana, 199, second)).toMatchObject({ verdict: 'wait' })
    // A token is there, but the second left before its sender heard of the first.
    expect(budgets.take(ana, 1_000, second)).toEqual({ verdict: 'wait', retryAfterMs: 200 })
    expect(budgets.take(ana, 1_050, first)).toEqual({ verdict: 'granted' })
    expect(budgets.take(ana, 1_051, second)).toEqual({ verdict: 'granted' })
  })

  it('[ORD4] waits no longer than two seconds for a message that was given up', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    budgets.take(ana, 0, messageId(1))
    const after = 200 + orderGraceMs
    expect(budgets.take(ana, after - 1, messageId(2)).verdict).toBe('wait')
    expect(budgets.take(ana, after, messageId(2)).verdict).toBe('granted')
  })

  it('[LIM2] is hostile after 100 refusals in a row, and hasty until then', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    const verdicts = take(budgets, floodRefusalsMax, 0)
    expect(verdicts.indexOf('flood')).toBe(floodRefusalsMax - 1)
    expect(budgets.shutMs(ana, 1)).toBe(floodPauseMs - 1)
    budgets.sweep(floodPauseMs - 1) // With a full bucket, and kept out all the same.
    expect(budgets.take(ana, floodPauseMs - 1)).toEqual({ verdict: 'flood', retryAfterMs: 1 })
    expect([budgets.shutMs(ana, floodPauseMs), budgets.shutMs(userId(2), 1)]).toEqual([0, 0])
    expect(budgets.take(ana, floodPauseMs)).toEqual({ verdict: 'granted' })
    expect(take(budgets, commandsBurst, floodPauseMs)).not.toContain('flood')
  })

  it('[SOK16 R18] who pipelines and keeps to every hint is no flood, however often it is shed', () => {
    const wide = { burst: 1_000_000, perSecond: 1_000_000 }
    const budgets = new Budgets(wide, { burst: 1, perSecond: 1 })
    let nowMs = 1_000
    for (let round = 0; round < floodRefusalsMax; round += 1) {
      budgets.take(userId(2), nowMs) // Somebody else is always a moment quicker.
      const verdicts = Array.from({ length: 10 }, (_, n) => budgets.take(ana, nowMs, messageId(n)))
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(['shed', ...Array(9).fill('wait')])
      const hints = verdicts.map((one) => ('retryAfterMs' in one ? one.retryAfterMs : 0))
      nowMs += Math.max(...hints)
    }
  })

  it('[SOK11] has a full budget again before an idle room could be evicted', () => {
    const budgets = new Budgets()
    take(budgets, commandsBurst, 0)
    expect(take(budgets, commandsBurst, 10_000)).toEqual(Array(commandsBurst).fill('granted'))
  })

  it('[LIM2 SND2] grants whatever comes next to whoever is free', () => {
    const asked = fc.record({
      who: fc.constantFrom(userId(1), userId(2)),
      n: fc.nat({ max: 5 }),
      passMs: fc.nat({ max: 400 }),
      isPutOff: fc.boolean(),
    })
    const narrow = { burst: 2, perSecond: 3 }
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 60 }), (all) => {
        const budgets = new Budgets(narrow, { burst: 3, perSecond: 4 })
        let nowMs = 0
        for (const { who, n, passMs, isPutOff } of all) {
          nowMs += passMs
          if (isPutOff) budgets.putOff(who, messageId(n), { ...wait, retryAfterMs: passMs }, nowMs)
          const isFree = budgets.isFree(who, nowMs)
          const { verdict } = budgets.take(who, nowMs, messageId(n))
          if (isFree) expect(verdict).toBe('granted')
        }
      }),
    )
  })
})
