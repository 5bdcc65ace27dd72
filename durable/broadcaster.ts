// Tells every live socket what changed: at once after a quiet moment, else together with what
// follows within the window, written once for all of them.

import type { MemberChange, MessageChange, RoomRow } from '../protocol/changes.ts'
import { type ChangesOut, encode } from '../protocol/frames.ts'
import type { Rev, Seq, UserId } from '../protocol/ids.ts'
import {
  backlogBytesMax,
  backlogTotalBytesMax,
  coalesceMsMax,
  pageBytesMax,
} from '../protocol/limits.ts'
import type { Audience } from './audience.ts'
import { jsonBytes } from './json-bytes.ts'
import type { Change } from './ledger.ts'
import type { Session } from './session.ts'

/** What the broadcaster needs of the world. `later` runs once; nothing waits when nothing is pending. */
export interface Pace {
  now(): number
  later(work: () => void, delayMs: number): void
}

export class Broadcaster {
  readonly #pace: Pace
  readonly #audience: Audience
  readonly #cut: (session: Session) => void
  readonly #pending = new Pending()
  #flushedAt = Number.NEGATIVE_INFINITY
  #isWaiting = false

  /** `cut` ends a session that does not read what it is sent. */
  constructor(parts: { pace: Pace; audience: Audience; cut: (session: Session) => void }) {
    this.#pace = parts.pace
    this.#audience = parts.audience
    this.#cut = parts.cut
  }

  /** The change must have been written: what anyone has been told is durable. [ORD5] */
  tell(change: Change): void {
    this.#pending.add(change)
    if (this.#pending.bytes >= pageBytesMax) return this.flush()
    if (this.#isWaiting) return
    const waitMs = this.#flushedAt + windowMs(this.#audience.size) - this.#pace.now()
    if (waitMs <= 0) return this.flush()
    this.#isWaiting = true
    this.#pace.later(() => this.flush(), waitMs)
  }

  /** One frame to every live socket; one that attached meanwhile gets only what is new to it. */
  flush(): void {
    this.#isWaiting = false
    if (this.#pending.isEmpty) return
    const now = this.#pace.now()
    const { to } = this.#pending
    const frames = new Map<Rev, string>()
    for (const session of this.#audience) {
      if (!session.isLive || session.heard >= to || session.expiresAt <= now) continue
      const frame = frames.get(session.heard) ?? encode(this.#pending.frameAfter(session.heard))
      frames.set(session.heard, frame)
      session.heard = to
      session.tellEncoded(frame)
    }
    this.#pending.clear()
    this.#flushedAt = now
    for (const session of slowReaders(this.#audience)) this.#cut(session)
  }
}

/** Whoever lets more pile up than one may, and the worst of all while together they do. [SOK8] */
export function slowReaders(sessions: Iterable<Session>): Session[] {
  const behind = [...sessions].filter(({ backlogBytes }) => backlogBytes > 0)
  behind.sort((one, other) => other.backlogBytes - one.backlogBytes)
  let total = behind.reduce((sum, { backlogBytes }) => sum + backlogBytes, 0)
  return behind.filter(({ backlogBytes }) => {
    if (backlogBytes <= backlogBytesMax && total <= backlogTotalBytesMax) return false
    total -= backlogBytes
    return true
  })
}

/** Grows with the room, so that sending takes at most a third of the time there is. */
export function windowMs(sockets: number): number {
  return Math.min(coalesceMsMax, 5 + sockets / 6)
}

/** Changes not yet told, by what they change: an edit of an edit is told once. */
class Pending {
  readonly #messages = new Map<Seq, MessageChange>()
  readonly #members = new Map<UserId, MemberChange>()
  #room: RoomRow | null = null
  #to: Rev | null = null
  bytes = 0

  add({ rev, messages = [], members = [], room }: Change): void {
    this.#to = rev
    for (const row of messages) {
      this.#messages.set(row.seq, { ...this.#messages.get(row.seq), ...row })
      this.bytes += jsonBytes(row.body ?? '')
    }
    for (const row of members) {
      this.#members.set(row.userId, { ...this.#members.get(row.userId), ...row })
    }
    if (room) this.#room = room
  }

  get isEmpty(): boolean {
    return this.#to === null
  }

  get to(): Rev {
    if (this.#to === null) throw new Error('Nothing is pending.')
    return this.#to
  }

  frameAfter(heard: Rev): ChangesOut {
    const isNew = ({ rev }: { rev: Rev }) => rev > heard
    const messages = [...this.#messages.values()].filter(isNew)
    const members = [...this.#members.values()].filter(isNew)
    return {
      type: 'changes',
      from: heard,
      to: this.to,
      ...(messages.length > 0 && { messages }),
      ...(members.length > 0 && { members }),
      ...(this.#room && isNew(this.#room) && { room: this.#room }),
    }
  }

  clear(): void {
    this.#messages.clear()
    this.#members.clear()
    this.#room = null
    this.#to = null
    this.bytes = 0
  }
}
