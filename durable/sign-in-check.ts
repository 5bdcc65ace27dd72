// Sign-ins this room has not met: asked about right after the welcome, many at once. [AUT2, R12]

import type { SessionId } from '../protocol/ids.ts'
import {
  archiveBackoffMsMax,
  archiveDelayMs,
  archiveWaitMs,
  metSignInsMax,
  signInRetryMs,
  signInsAskedMax,
  signInsWaitingMax,
} from '../protocol/limits.ts'
import type { MirrorState } from './room-calls.ts'

export interface SignInCheckParts {
  /** Those among `ids` that have ended. Throws when Postgres is away, within a deadline. */
  readonly endedAmong: (ids: readonly SessionId[]) => Promise<readonly SessionId[]>
  readonly end: (ids: readonly SessionId[]) => void
  readonly failed: (error: unknown) => void
  /** Puts `askAgain` on the agenda: a timer would keep the object from sleeping. */
  readonly askAgainIn: (delayMs: number) => void
}

/** Nobody waits for it: with Postgres away the token alone decides, until it is back. */
export class SignInCheck {
  readonly #parts: SignInCheckParts
  /** In memory: after an eviction the room has met nobody, and asks again. */
  readonly #met = new Set<SessionId>()
  readonly #waiting = new Set<SessionId>()
  #isAsking = false
  #failures = 0

  constructor(parts: SignInCheckParts) {
    this.#parts = parts
  }

  /** Resolves when nothing is left to ask, or Postgres is away: then it asks again later. Never throws. */
  async meet(sessionId: SessionId): Promise<void> {
    if (this.#met.has(sessionId)) return
    this.#wait([sessionId])
    await this.#askAll()
  }

  /** As `meet`, also of those it has met: they may have ended without anybody telling this room. */
  async meetAgain(sessionIds: Iterable<SessionId>): Promise<void> {
    const ids = new Set(sessionIds)
    for (const id of ids) this.#met.delete(id)
    this.#wait(ids)
    await this.#askAll()
  }

  async #askAll(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    let isAway = false
    while (this.#waiting.size > 0 && !isAway) {
      isAway = !(await this.#ask([...this.#waiting].slice(0, signInsAskedMax)))
    }
    this.#isAsking = false
    if (isAway) this.#retryLater()
  }

  /** False when there was no answer: they wait on. */
  async #ask(ids: readonly SessionId[]): Promise<boolean> {
    for (const id of ids) this.#waiting.delete(id)
    try {
      const ended = await this.#parts.endedAmong(ids)
      this.#failures = 0
      if (this.#met.size + ids.length > metSignInsMax) this.#met.clear()
      for (const id of ids) if (!ended.includes(id)) this.#met.add(id)
      if (ended.length > 0) this.#parts.end(ended)
      return true
    } catch (error) {
      this.#failures += 1
      this.#wait(ids)
      this.#parts.failed(error)
      return false
    }
  }

  #retryLater(): void {
    const doubled = signInRetryMs * 2 ** Math.min(this.#failures, 10)
    this.#parts.askAgainIn(Math.min(archiveBackoffMsMax, doubled))
  }

  /** Whoever has waited longest gives way: their token is the next to run out. */
  #wait(ids: Iterable<SessionId>): void {
    for (const id of ids) this.#waiting.add(id)
    for (const oldest of this.#waiting) {
      if (this.#waiting.size <= signInsWaitingMax) break
      this.#waiting.delete(oldest)
    }
  }
}

/**
 * Whether the mirror has lagged and now does not. Who signed out meanwhile was told to the rooms it knew
 * them in: to none that they had just come into.
 */
export function hasCaughtUp(before: MirrorState, after: MirrorState, tookMs: number): boolean {
  const isLate = before.failures > 0 || before.behindMs + tookMs > archiveDelayMs + archiveWaitMs
  return isLate && after.failures === 0 && after.behindMs === 0
}
