// Who is here: a lease that sockets renew, never a close event, which may not come. [SOK9]

import type { Person } from '../protocol/changes.ts'
import type { UserId } from '../protocol/ids.ts'
import {
  departureGraceMs,
  presenceNamesMax,
  silenceSweepMs,
  silentAfterMs,
} from '../protocol/limits.ts'
import type { Agenda } from './agenda.ts'
import type { Audience } from './audience.ts'
import type { Broadcaster } from './broadcaster.ts'
import type { Members } from './members.ts'
import type { Clock } from './room.ts'
import type { Session } from './session.ts'
import type { Sql } from './sql.ts'

export interface PresenceParts {
  readonly sql: Sql
  readonly audience: Audience
  readonly members: Members
  readonly broadcaster: Broadcaster
  readonly agenda: Agenda
  readonly clock: Clock
}

/**
 * Who has a socket is rebuilt from the sockets. Who has none any more and is not yet told gone lies in
 * a row, for the object may sleep before it is time. Whoever comes back leaves the row where it is: the
 * welcome would have to wait until the storage had forgotten it.
 */
export class Presence {
  readonly #parts: PresenceParts
  readonly #online = new Set<UserId>()
  readonly #departures: Map<UserId, number>

  constructor(parts: PresenceParts) {
    this.#parts = parts
    const rows = parts.sql.run<{ user: UserId; due: number }>('SELECT user, due FROM departures')
    this.#departures = new Map(rows.map(({ user, due }) => [user, due]))
    for (const user of this.#departures.keys()) this.#online.add(user)
  }

  get count(): number {
    return this.#online.size
  }

  /** Nobody by name where they are too many. */
  get names(): UserId[] {
    return this.count > presenceNamesMax ? [] : [...this.#online]
  }

  arrived(userId: UserId): void {
    this.#parts.agenda.arm('presence', this.#parts.clock.now() + silenceSweepMs)
    this.#departures.delete(userId)
    if (this.#online.has(userId)) return
    this.#online.add(userId)
    const person = this.#parts.members.person(userId)
    if (person) this.#parts.broadcaster.tellNews((news) => news.joined(person, this.count))
  }

  /** Their socket slept through an eviction. [SOK11] */
  restored(userId: UserId): void {
    this.#departures.delete(userId)
    this.#online.add(userId)
  }

  /** One of their sockets went; after the last of them they have a while to come back. */
  departed(userId: UserId): void {
    const { audience, sql, agenda, clock } = this.#parts
    if (!this.#online.has(userId) || audience.of(userId).length > 0) return
    const due = clock.now() + departureGraceMs
    this.#departures.set(userId, due)
    sql.run('INSERT OR REPLACE INTO departures VALUES (?, ?)', userId, due)
    agenda.arm('presence', due)
  }

  /** They are no longer in the room at all. */
  vanished(userId: UserId): void {
    this.#departures.delete(userId)
    this.#parts.sql.run('DELETE FROM departures WHERE user = ?', userId)
    if (!this.#online.delete(userId)) return
    const { broadcaster } = this.#parts
    broadcaster.tellNews((news) => {
      news.left(userId, this.count)
      if (this.count === presenceNamesMax) news.named(this.#persons, this.count)
    })
  }

  get #persons(): Person[] {
    return [...this.#online].flatMap((userId) => this.#parts.members.person(userId) ?? [])
  }

  /**
   * Ends the sockets that have fallen silent, tells who is gone, and says when to look again: null
   * when there is nobody to look after. Looking 88 s after the last sign of the quietest finds everybody
   * within that time.
   */
  sweep(cut: (session: Session) => void): number | null {
    const { audience, clock } = this.#parts
    const now = clock.now()
    const silent = [...audience].filter(({ lastSignAt }) => lastSignAt <= now - silentAfterMs)
    for (const session of silent) {
      cut(session)
      if (audience.of(session.userId).length === 0) this.vanished(session.userId)
    }
    for (const [userId, due] of this.#departures) if (due <= now) this.vanished(userId)
    this.#parts.sql.run('DELETE FROM departures WHERE due <= ?', now) // Of those who came back.
    const looks = [...audience].map(({ lastSignAt }) => lastSignAt + silenceSweepMs)
    const next = [...this.#departures.values(), ...looks].reduce(
      (soonest, due) => Math.min(soonest, due),
      Number.POSITIVE_INFINITY,
    )
    return Number.isFinite(next) ? next : null
  }
}
