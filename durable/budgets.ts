// How much each member may ask of the room: one token bucket a member, over all their sockets. [LIM2]

import type { UserId } from '../protocol/ids.ts'
import { commandsBurst, commandsPerSecond, floodRefusalsMax } from '../protocol/limits.ts'

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
   * Takes one token. Once a command has been told to wait, those behind it in the pipeline are told
   * so too until the wait is over: else a later one would slip through first. [ORD4]
   */
  take(userId: UserId, nowMs: number): Verdict {
    const bucket = this.#refilled(userId, nowMs)
    if (nowMs >= bucket.closedUntilMs && bucket.tokens >= 1) {
      bucket.tokens -= 1
      bucket.refusals = 0
      return { verdict: 'granted' }
    }
    bucket.refusals += 1
    if (bucket.refusals >= floodRefusalsMax) return { verdict: 'flood' }
    if (nowMs >= bucket.closedUntilMs) bucket.closedUntilMs = nowMs + this.#msUntilToken(bucket)
    return { verdict: 'wait', retryAfterMs: bucket.closedUntilMs - nowMs }
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
    const fresh = { tokens: burst, atMs: nowMs, closedUntilMs: 0, refusals: 0 }
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
