// The sockets of one room, and which member each belongs to.

import type { UserId } from '../protocol/ids.ts'
import type { Session } from './session.ts'

export class Audience implements Iterable<Session> {
  readonly #sessions = new Set<Session>()
  readonly #byUser = new Map<UserId, Set<Session>>()

  get size(): number {
    return this.#sessions.size
  }

  has(session: Session): boolean {
    return this.#sessions.has(session)
  }

  add(session: Session): void {
    this.#sessions.add(session)
    const own = this.#byUser.get(session.userId) ?? new Set()
    this.#byUser.set(session.userId, own.add(session))
  }

  /** False when it was gone already. */
  remove(session: Session): boolean {
    const own = this.#byUser.get(session.userId)
    own?.delete(session)
    if (own?.size === 0) this.#byUser.delete(session.userId)
    return this.#sessions.delete(session)
  }

  /** A member's sockets, the oldest first. */
  of(userId: UserId): Session[] {
    const own = [...(this.#byUser.get(userId) ?? [])]
    return own.sort((one, other) => one.attachedAt - other.attachedAt)
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions.values()
  }
}
