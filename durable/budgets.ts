// How much each member may ask of the room: one token bucket a member, over all their sockets. [LIM2]

import type { MessageId, UserId } from '../protocol/ids.ts'
import {
  commandsBurst,
  commandsPerSecond,
  floodRefusalsMax,
  orderGraceMs,
  outOfTurnPauseMs,
} from '../protocol/limits.ts'

export type Verdict =
  | { readonly verdict: 'granted' }
  | { readonly verdict: 'wait'; readonly retryAfterMs: number }
  | { readonly verdict: 'flood' }

export interface Allowance {
  readonly burst: number
  readonly perSecond: number
}

interface Bucket {
  tokens: number
  atMs: number
  closedUntilMs: number
  refusals: number
  /** The message that was told to wait first: the next to be taken. */
  awaited: MessageId | null
}

/**
 * In memory only: a bucket refills within four seconds, and a room must be idle for ten before it
 * is evicted, so an evicted bucket was a full one. [SOK11]
 */
export class Budgets {
  readonly #allowance: Allowance
  readonly #buckets = new Map<UserId, Bucket>()

  constructor(allowance: Allowance = { burst: commandsBurst, perSecond: commandsPerSecond }) {
    this.#allowance = allowance
  }

  /**
   * Takes one token, for a message or for something without an order. Once a message has been told
   * to wait, those behind it are told so too until it comes again: else a later one, already under
   * way, would slip through before it. Whoever gives it up waits a moment longer. [ORD4]
   */
  take(userId: UserId, nowMs: number, message: MessageId | null = null): Verdict {
    const bucket = this.#refilled(userId, nowMs)
    if (nowMs >= bucket.closedUntilMs + orderGraceMs) bucket.awaited = null
    const isInTurn = message === null || bucket.awaited === null || bucket.awaited === message
    if (isInTurn && nowMs >= bucket.closedUntilMs && bucket.tokens >= 1) {
      bucket.tokens -= 1
      bucket.refusals = 0
      if (message !== null) bucket.awaited = null
      return { verdict: 'granted' }
    }
    bucket.refusals += 1
    bucket.awaited ??= message
    if (bucket.refusals >= floodRefusalsMax) return { verdict: 'flood' }
    if (nowMs >= bucket.closedUntilMs && bucket.tokens < 1) {
      bucket.closedUntilMs = nowMs + this.#msUntilToken(bucket)
    }
    const leastMs = isInTurn ? 1 : outOfTurnPauseMs
    return { verdict: 'wait', retryAfterMs: Math.max(leastMs, bucket.closedUntilMs - nowMs) }
  }

  /** Drops the buckets that are full again: a full one is the same as none. */
  sweep(nowMs: number): void {
    for (const userId of this.#buckets.keys()) {
      if (this.#refilled(userId, nowMs).tokens >= this.#allowance.burst)
        this.#buckets.delete(userId)
    }
  }

  #refilled(userId: UserId, nowMs: number): Bucket {
    const { burst, perSecond } = this.#allowance
    const fresh = { tokens: burst, atMs: nowMs, closedUntilMs: 0, refusals: 0, awaited: null }
    const bucket = this.#buckets.get(userId) ?? fresh
    const gained = (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1000
    bucket.tokens = Math.min(burst, bucket.tokens + gained)
    bucket.atMs = nowMs
    this.#buckets.set(userId, bucket)
    return bucket
  }

  #msUntilToken({ tokens }: Bucket): number {
    return Math.ceil(((1 - tokens) * 1000) / this.#allowance.perSecond)
  }
}
