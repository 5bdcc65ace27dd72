// Sign-ins this room has not met: asked about right after the welcome, many at once. [AUT2, R12]

import type { SessionId } from '../protocol/ids.ts'
import { metSignInsMax, signInsAskedMax } from '../protocol/limits.ts'

export interface SignInCheckParts {
  /** Those among `ids` that have ended. Throws when Postgres is away, within a deadline. */
  readonly endedAmong: (ids: readonly SessionId[]) => Promise<readonly SessionId[]>
  readonly end: (ids: readonly SessionId[]) => void
  readonly failed: (error: unknown) => void
}

/** Nobody waits for it: with Postgres away the token alone decides. */
export class SignInCheck {
  readonly #parts: SignInCheckParts
  /** In memory: after an eviction the room has met nobody, and asks again. */
  readonly #met = new Set<SessionId>()
  readonly #waiting = new Set<SessionId>()
  #isAsking = false

  constructor(parts: SignInCheckParts) {
    this.#parts = parts
  }

  /** Resolves when nothing is left to ask. Never throws. */
  async meet(sessionId: SessionId): Promise<void> {
    if (this.#met.has(sessionId)) return
    this.#waiting.add(sessionId)
    if (this.#isAsking) return
    this.#isAsking = true
    while (this.#waiting.size > 0) await this.#ask([...this.#waiting].slice(0, signInsAskedMax))
    this.#isAsking = false
  }

  async #ask(ids: readonly SessionId[]): Promise<void> {
    for (const id of ids) this.#waiting.delete(id)
    try {
      const ended = await this.#parts.endedAmong(ids)
      if (this.#met.size + ids.length > metSignInsMax) this.#met.clear()
      for (const id of ids) if (!ended.includes(id)) this.#met.add(id)
      if (ended.length > 0) this.#parts.end(ended)
    } catch (error) {
      this.#parts.failed(error)
    }
  }
}
