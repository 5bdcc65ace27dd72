// How much may be asked of the room: one token bucket a member, over all their sockets, and one for
// all of them together. [LIM2, SOK16]

import { type Refusal, refusal } from '../protocol/failures.ts'
import type { MessageId, UserId } from '../protocol/ids.ts'
import {
  commandsBurst,
  commandsPerSecond,
  floodPauseMs,
  floodRefusalsMax,
  orderGraceMs,
  outOfTurnPauseMs,
  shedPauseMsMin,
} from '../protocol/limits.ts'

export type Verdict =
  | { readonly verdict: 'granted' }
  | { readonly verdict: 'wait'; readonly retryAfterMs: number }
  | { readonly verdict: 'shed'; readonly retryAfterMs: number }
  | { readonly verdict: 'flood'; readonly retryAfterMs: number }

export interface Allowance {
  readonly burst: number
  readonly perSecond: number
}

export const unbounded: Allowance = {
  burst: Number.POSITIVE_INFINITY,
  perSecond: Number.POSITIVE_INFINITY,
}

export interface Terms {
  /** How long the room's rules put the sender of a message off as they are now. */
  readonly pauseMs?: number | undefined
  /** It left before its sender heard that one before it was refused: not its turn, whoever is awaited. */
  readonly isPassing?: boolean
}

interface Bucket {
  tokens: number
  atMs: number
  closedUntilMs: number
  refusals: number
  /** The message that was told to wait first: the next to be taken, if it comes before then. */
  awaited: MessageId | null
  awaitedUntilMs: number
}

/** Until when whoever floods is kept out, and not let in again by coming back. */
export interface Floods {
  get(userId: UserId): number | undefined
  set(userId: UserId, untilMs: number): unknown
}

/**
 * In memory, all but floods: a bucket refills within four seconds, and a room must be idle for ten
 * before it is evicted, so an evicted bucket was a full one. Nor is anything under way then that could
 * slip in before an awaited message. Only who flooded is kept out for longer than that. [SOK11]
 */
export class Budgets {
  readonly #allowance: Allowance
  readonly #buckets = new Map<UserId, Bucket>()
  readonly #whole: Load
  readonly #floods: Floods
  readonly #hit: (verdict: Exclude<Verdict['verdict'], 'granted'>) => void

  /** `whole` bounds all members together; `hit` hears of whoever has to wait. */
  constructor(
    allowance: Allowance = { burst: commandsBurst, perSecond: commandsPerSecond },
    whole: Allowance = unbounded,
    floods: Floods = new Map(),
    hit: (verdict: Exclude<Verdict['verdict'], 'granted'>) => void = () => {},
  ) {
    this.#allowance = allowance
    this.#whole = new Load(whole)
    this.#floods = floods
    this.#hit = hit
  }

  /** As `take`: null, or why not. */
  spend(
    userId: UserId,
    nowMs: number,
    message: MessageId | null = null,
    terms: Terms = {},
  ): Refusal | null {
    const spent = this.take(userId, nowMs, message, terms)
    if (spent.verdict !== 'granted') this.#hit(spent.verdict)
    switch (spent.verdict) {
      case 'granted':
        return null
      case 'wait':
        return refusal('rateLimited', undefined, spent.retryAfterMs)
      case 'shed':
        return refusal('busy', undefined, spent.retryAfterMs)
      case 'flood':
        return refusal('tooMany', undefined, spent.retryAfterMs)
      default:
        return spent satisfies never
    }
  }

  /**
   * Takes one token, for a message or for something without an order. Once a message has been told
   * to wait, those behind it are told so too until it comes again: else a later one, already under
   * way, would slip through before it. Whoever gives it up waits a moment longer. [ORD4]
   */
  take(
    userId: UserId,
    nowMs: number,
    message: MessageId | null = null,
    { pauseMs = 0, isPassing = false }: Terms = {},
  ): Verdict {
    const bucket = this.#refilled(userId, nowMs)
    if (message !== null) {
      // The reason it was put off for may have ended before its time: slow mode is off, or not theirs.
      const freeAtMs = Math.max(bucket.closedUntilMs, nowMs + pauseMs)
      bucket.awaitedUntilMs = Math.min(bucket.awaitedUntilMs, freeAtMs + orderGraceMs)
    }
    if (nowMs >= bucket.awaitedUntilMs) bucket.awaited = null
    const isFirst = message === null || bucket.awaited === null || bucket.awaited === message
    const isInTurn = isFirst && !isPassing
    const isOpen = nowMs >= bucket.closedUntilMs && this.shutMs(userId, nowMs) === 0
    const isFree = isInTurn && isOpen && bucket.tokens >= 1
    const shedMs = isFree ? this.#whole.take(nowMs) : 0
    if (shedMs > 0) {
      // Not their doing, so it counts for nothing but their order; nor was it, what waited before it.
      bucket.refusals = 0
      bucket.closedUntilMs = nowMs + shedMs
      this.#keepTurn(bucket, message, bucket.closedUntilMs)
      return { verdict: 'shed', retryAfterMs: shedMs }
    }
    if (isFree) {
      bucket.tokens -= 1
      bucket.refusals = 0
      if (message !== null) bucket.awaited = null
      return { verdict: 'granted' }
    }
    bucket.refusals += 1
    if (bucket.refusals >= floodRefusalsMax) {
      this.#floods.set(userId, nowMs + floodPauseMs)
      bucket.refusals = 0
    }
    const shutMs = this.shutMs(userId, nowMs)
    if (shutMs > 0) return { verdict: 'flood', retryAfterMs: shutMs }
    if (nowMs >= bucket.closedUntilMs && bucket.tokens < 1) {
      bucket.closedUntilMs = nowMs + this.#msUntilToken(bucket)
    }
    if (isInTurn) {
      this.#keepTurn(bucket, message, bucket.closedUntilMs)
      return { verdict: 'wait', retryAfterMs: Math.max(1, bucket.closedUntilMs - nowMs) }
    }
    const comesInMs = bucket.awaitedUntilMs - orderGraceMs - nowMs
    return { verdict: 'wait', retryAfterMs: Math.max(outOfTurnPauseMs, comesInMs) }
  }

  /** Whether `take` would grant any message now, a repeat as well as a new one. Takes nothing. */
  isFree(userId: UserId, nowMs: number): boolean {
    const { tokens, awaited, awaitedUntilMs, closedUntilMs } = this.#refilled(userId, nowMs)
    if (awaited !== null && nowMs < awaitedUntilMs) return false
    const isOpen = nowMs >= closedUntilMs && this.shutMs(userId, nowMs) === 0
    return isOpen && tokens >= 1 && this.#whole.isFree(nowMs)
  }

  /** A message was put off for another reason: those behind it wait for it all the same. [ORD4] */
  putOff(userId: UserId, message: MessageId, { retryAfterMs = 0 }: Refusal, nowMs: number): void {
    this.#keepTurn(this.#refilled(userId, nowMs), message, nowMs + retryAfterMs)
  }

  /** How long a member who flooded is still kept out; 0: not at all. [LIM2] */
  shutMs(userId: UserId, nowMs: number): number {
    return Math.max(0, (this.#floods.get(userId) ?? 0) - nowMs)
  }

  /** Drops the buckets that are full again: a full one is the same as none. */
  sweep(nowMs: number): void {
    for (const userId of this.#buckets.keys()) {
      const isFull = this.#refilled(userId, nowMs).tokens >= this.#allowance.burst
      const isAwaiting = this.#refilled(userId, nowMs).awaitedUntilMs > nowMs
      if (isFull && !isAwaiting) this.#buckets.delete(userId)
    }
  }

  #keepTurn(bucket: Bucket, message: MessageId | null, untilMs: number): void {
    if (message === null) return
    bucket.awaited ??= message
    if (bucket.awaited === message) bucket.awaitedUntilMs = untilMs + orderGraceMs
  }

  #refilled(userId: UserId, nowMs: number): Bucket {
    const { burst, perSecond } = this.#allowance
    const since = { atMs: nowMs, closedUntilMs: 0, awaitedUntilMs: 0 }
    const fresh = { ...since, tokens: burst, refusals: 0, awaited: null }
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

/**
 * One bucket for everybody. Those it turns away are told to come back one after another, as fast as
 * it refills: told the same moment, they would all be turned away again.
 */
class Load {
  readonly #allowance: Allowance
  #tokens: number
  #atMs = 0
  #waiting = 0

  constructor(allowance: Allowance) {
    this.#allowance = allowance
    this.#tokens = allowance.burst
  }

  /** 0: taken; else how many milliseconds to wait. */
  take(nowMs: number): number {
    if (this.isFree(nowMs)) {
      this.#tokens -= 1
      return 0
    }
    this.#waiting += 1
    return Math.ceil((this.#waiting * 1000) / this.#allowance.perSecond) + shedPauseMsMin
  }

  isFree(nowMs: number): boolean {
    const { burst, perSecond } = this.#allowance
    if (perSecond === Number.POSITIVE_INFINITY) return true
    const gained = (Math.max(0, nowMs - this.#atMs) * perSecond) / 1000
    this.#atMs = nowMs
    this.#tokens = Math.min(burst, this.#tokens + gained)
    this.#waiting = Math.max(0, this.#waiting - gained)
    return this.#tokens >= 1
  }
}
