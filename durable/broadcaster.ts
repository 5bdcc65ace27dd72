// Tells every live socket what changed: at once after a quiet moment, else together with what
// follows within the window, written once for all of them.

import type { MemberChange, MessageChange, Person, RoomRow } from '../protocol/changes.ts'
import { type ChangesOut, encode } from '../protocol/frames.ts'
import type { Rev, Seq, UserId } from '../protocol/ids.ts'
import {
  backlogBytesMax,
  backlogTotalBytesMax,
  coalesceMsMax,
  pageBytesMax,
  quietMembersMax,
} from '../protocol/limits.ts'
import type { Audience } from './audience.ts'
import { jsonBytes } from './json-bytes.ts'
import type { Change } from './ledger.ts'
import { News, type Telling } from './news.ts'
import { weighNames } from './page.ts'
import type { Session } from './session.ts'
import type { Counts } from './tally.ts'

/** What the broadcaster needs of the world. `later` runs once; nothing waits when nothing is pending. */
export interface Pace {
  now(): number
  later(work: () => void, delayMs: number): void
}

export class Broadcaster {
  readonly #pace: Pace
  readonly #audience: Audience
  readonly #cut: (session: Session) => void
  readonly #areReadsPublic: () => boolean
  readonly #counts: Counts
  readonly #pending = new Pending()
  readonly #news = new News()
  #flushedAt = Number.NEGATIVE_INFINITY
  /** The times for which a timer runs. */
  readonly #alarms = new Set<number>()

  /** `cut` ends a session that does not read what it is sent. */
  constructor(parts: {
    pace: Pace
    audience: Audience
    cut: (session: Session) => void
    areReadsPublic: () => boolean
    counts: Counts
  }) {
    this.#pace = parts.pace
    this.#audience = parts.audience
    this.#cut = parts.cut
    this.#areReadsPublic = parts.areReadsPublic
    this.#counts = parts.counts
  }

  /** The change must have been written: what anyone has been told is durable. [ORD5] */
  tell(change: Change): void {
    if (this.#pending.wouldHideACrowd(change)) this.flush()
    this.#pending.add(change)
    for (const { authorId } of change.messages ?? []) if (authorId) this.#news.wrote(authorId)
    if (this.#pending.bytes >= pageBytesMax) return this.flush()
    this.#flushWhenDue()
  }

  /** What merges by itself and may be dropped; it leaves with the changes, or soon. */
  tellNews(add: (news: News) => void): void {
    add(this.#news)
    this.#flushWhenDue()
  }

  /** One frame to every live socket; one that attached meanwhile gets only what is new to it. */
  flush(): void {
    const now = this.#pace.now()
    if (!this.#pending.isEmpty) this.#flushChanges(now)
    for (const telling of this.#news.take(now, this.#areReadsPublic())) this.#spread(telling, now)
    this.#flushedAt = now
    for (const session of slowReaders(this.#audience)) this.#cut(session)
    this.#flushWhenDue()
  }

  #flushWhenDue(): void {
    const dueAt = this.#pending.isEmpty ? this.#news.dueAt : Number.NEGATIVE_INFINITY
    if (dueAt === Number.POSITIVE_INFINITY) return
    const now = this.#pace.now()
    const flushAt = Math.max(dueAt, this.#flushedAt + windowMs(this.#audience.size))
    if (flushAt <= now) return this.flush()
    if (flushAt >= Math.min(Number.POSITIVE_INFINITY, ...this.#alarms)) return // It looks again.
    this.#alarms.add(flushAt)
    this.#pace.later(() => {
      this.#alarms.delete(flushAt)
      this.#flushWhenDue()
    }, flushAt - now)
  }

  #flushChanges(now: number): void {
    const { to } = this.#pending
    const frames = new Map<Rev, string>()
    let sent = 0
    for (const session of this.#audience) {
      if (!session.isLive || session.heard >= to || session.expiresAt <= now) continue
      const frame = frames.get(session.heard) ?? encode(this.#pending.frameAfter(session.heard))
      frames.set(session.heard, frame)
      session.heard = to
      session.tellEncoded(frame)
      sent += 1
    }
    this.#counts.add('deliveries', {}, sent)
    this.#pending.clear()
  }

  #spread({ frame, only, not }: Telling, now: number): void {
    const sessions = only === undefined ? this.#audience : this.#audience.of(only)
    for (const session of sessions) {
      if (session.userId !== not && session.expiresAt > now) session.tellEncoded(frame)
    }
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
  readonly #people = new Map<UserId, Person>()
  #room: RoomRow | null = null
  #to: Rev | null = null
  bytes = 0

  add({ rev, messages = [], members = [], room, people = [] }: Change): void {
    this.#to = rev
    for (const row of messages) {
      moveToEnd(this.#messages, row.seq, { ...this.#messages.get(row.seq), ...row })
      this.bytes += jsonBytes(row.body ?? '') + weighNames(row)
    }
    for (const row of members) {
      moveToEnd(this.#members, row.userId, { ...this.#members.get(row.userId), ...row })
    }
    for (const person of people) this.#people.set(person.id, person)
    if (room) this.#room = room
  }

  /** Whoever is told only of the end would not know that others came and went quietly. [SOK15] */
  wouldHideACrowd({ room }: Change): boolean {
    if (!room || !this.#room) return false
    return isCrowded(room) !== isCrowded(this.#room)
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
      ...(this.#people.size > 0 && { people: [...this.#people.values()] }),
    }
  }

  clear(): void {
    this.#messages.clear()
    this.#members.clear()
    this.#people.clear()
    this.#room = null
    this.#to = null
    this.bytes = 0
  }
}

/** Of rows changed twice the place is the later one's: a frame's rows are in rev order. */
function moveToEnd<Key, Row>(rows: Map<Key, Row>, key: Key, row: Row): void {
  rows.delete(key)
  rows.set(key, row)
}

const isCrowded = ({ memberCount }: RoomRow) => memberCount > quietMembersMax
