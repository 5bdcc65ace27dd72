// Two ends that wait for each other: whichever gives up first leaves the other the time it needs. [D-49]

import { describe, expect, it } from 'vitest'
import {
  accessTokenSeconds,
  deviceSeconds,
  refreshAnswerWithinMs,
  refreshGraceSeconds,
  refreshTokenSeconds,
} from '../protocol/account-limits.ts'
import * as limits from '../protocol/limits.ts'

/** A page in the background may run its timers once a minute, whatever it asked for. */
const backgroundTimerMs = 60_000

describe('[D-49] timers of both ends agree', () => {
  it('a client that lives is never taken for gone, a page in the background included', () => {
    expect(limits.pingEveryMs + limits.pongWithinMs).toBeLessThan(limits.silentAfterMs)
    expect(backgroundTimerMs + limits.heardKeptEveryMs).toBeLessThan(limits.silentAfterMs)
    expect(limits.silentAfterMs).toBeLessThan(limits.silenceSweepMs)
    expect(limits.silenceSweepMs).toBeLessThan(90_000)
  })

  it('a reload is over before anybody is told of a departure', () => {
    expect(limits.pingEveryMs + limits.pongWithinMs).toBeLessThan(limits.departureGraceMs)
  })

  it('typing goes on between two signs of it', () => {
    expect(2 * limits.typingEveryMs).toBeLessThanOrEqual(limits.typingExpiresMs)
  })

  it('a token is renewed while the one before is good, and long before its sign-in ends', () => {
    expect(2 * limits.expiringNoticeMs).toBeLessThan(accessTokenSeconds * 1_000)
    expect(accessTokenSeconds).toBeLessThan(refreshTokenSeconds)
    expect(refreshTokenSeconds).toBeLessThan(deviceSeconds)
  })

  it('an answer to a renewal that was lost is asked for again while it is given again', () => {
    const secondTryMs = refreshAnswerWithinMs
    expect(secondTryMs + limits.databaseDeadlineMs).toBeLessThan(refreshGraceSeconds * 1_000)
  })

  it('whoever was put off in slow mode or kept out is told for how long, and waits no longer', () => {
    expect(limits.orderGraceMs).toBeGreaterThan(limits.outOfTurnPauseMs)
    expect(limits.webhookDeadlineMs).toBeLessThan(limits.webhookLeaseMs)
    expect(limits.databaseDeadlineMs).toBeLessThan(limits.archiveLeaseMs)
  })
})
