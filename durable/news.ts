// What is told as it is and kept nowhere: who is here, who types, how far they have read. The latest
// of each waits for its turn; more than that nobody needs. [SOK9, SOK10, SND8]

import type { Person } from '../protocol/changes.ts'
import { encode } from '../protocol/frames.ts'
import type { Seq, UserId } from '../protocol/ids.ts'
import {
  presenceEveryMs,
  presenceNamesMax,
  readsEveryMs,
  typersToldMax,
  typingEveryMs,
  typingExpiresMs,
} from '../protocol/limits.ts'

/** One frame, and whose it is: everybody's, one member's, or everybody's but one member's. */
export interface Telling {
  readonly frame: string
  readonly only?: UserId
  readonly not?: UserId
}

const never = Number.POSITIVE_INFINITY

export class News {
  readonly #typing = new Map<UserId, boolean>()
  /** When each was last told to be typing. */
  readonly #typers = new Map<UserId, number>()
  readonly #joined = new Map<UserId, Person>()
  readonly #left = new Set<UserId>()
  readonly #reads = new Map<UserId, Seq>()
  #onlineCount: number | null = null
  #presenceAt = Number.NEGATIVE_INFINITY
  #readsAt = Number.NEGATIVE_INFINITY

  joined(person: Person, onlineCount: number): void {
    this.#left.delete(person.id)
    this.#joined.set(person.id, person)
    this.#onlineCount = onlineCount
  }

  /** They are few enough again to be told by name: everybody, for nobody has heard of all. [SOK9] */
  named(everybody: readonly Person[], onlineCount: number): void {
    for (const person of everybody) this.joined(person, onlineCount)
  }

  left(userId: UserId, onlineCount: number): void {
    this.#joined.delete(userId)
    this.#left.add(userId)
    this.#onlineCount = onlineCount
  }

  read(userId: UserId, seq: Seq): void {
    this.#reads.set(userId, seq)
  }

  /** Said again every few seconds for as long as it lasts; of many at once a few are told. [SOK10] */
  types(userId: UserId, on: boolean, now: number): void {
    for (const [typer, toldAt] of this.#typers) {
      if (now - toldAt >= typingExpiresMs) this.#typers.delete(typer)
    }
    const toldAt = this.#typers.get(userId)
    if (!on) return this.#stops(userId)
    const isFresh = toldAt !== undefined && now - toldAt < typingEveryMs
    const isOneTooMany = toldAt === undefined && this.#typers.size >= typersToldMax
    if (isFresh || isOneTooMany) return
    this.#typers.set(userId, now)
    this.#typing.set(userId, true)
  }

  /** Their message is here: whoever sees it need not be told that they type no more. */
  wrote(userId: UserId): void {
    this.#typers.delete(userId)
    this.#typing.delete(userId)
  }

  /** When the next of it may leave; infinity when there is none. */
  get dueAt(): number {
    if (this.#typing.size > 0) return Number.NEGATIVE_INFINITY
    const presence = this.#onlineCount === null ? never : this.#presenceAt + presenceEveryMs
    const reads = this.#reads.size === 0 ? never : this.#readsAt + readsEveryMs
    return Math.min(presence, reads)
  }

  /** What may leave now. Where read marks are not public, each is told to its owner alone. */
  take(now: number, arePublic: boolean): Telling[] {
    return [...this.#takeTyping(), ...this.#takePresence(now), ...this.#takeReads(now, arePublic)]
  }

  #stops(userId: UserId): void {
    if (this.#typers.delete(userId)) this.#typing.set(userId, false)
  }

  #takeTyping(): Telling[] {
    const tellings = [...this.#typing].map(([userId, on]) => ({
      frame: encode({ type: 'typing', userId, on }),
      not: userId,
    }))
    this.#typing.clear()
    return tellings
  }

  #takePresence(now: number): Telling[] {
    const onlineCount = this.#onlineCount
    if (onlineCount === null || now < this.#presenceAt + presenceEveryMs) return []
    const names = { joined: [...this.#joined.values()], left: [...this.#left] }
    const isCounted = onlineCount > presenceNamesMax
    const frame = encode({ type: 'presence', ...(isCounted ? {} : names), onlineCount })
    this.#joined.clear()
    this.#left.clear()
    this.#onlineCount = null
    this.#presenceAt = now
    return [{ frame }]
  }

  #takeReads(now: number, arePublic: boolean): Telling[] {
    if (this.#reads.size === 0 || now < this.#readsAt + readsEveryMs) return []
    const reads = [...this.#reads].map(([userId, seq]) => ({ userId, seq }))
    this.#reads.clear()
    this.#readsAt = now
    if (arePublic) return [{ frame: encode({ type: 'reads', reads }) }]
    return reads.map((read) => ({
      frame: encode({ type: 'reads', reads: [read] }),
      only: read.userId,
    }))
  }
}
