// How sockets come in, catch up, stay and go. Synchronous, like the room behind it.

import { type Refusal, refusal } from '../protocol/failures.ts'
import type { Epoch, Rev, UserId } from '../protocol/ids.ts'
import * as limits from '../protocol/limits.ts'
import { PROTOCOL_VERSION } from '../protocol/version.ts'
import type { Audience } from './audience.ts'
import type { Ledger } from './ledger.ts'
import type { Members } from './members.ts'
import type { Page } from './page.ts'
import { encodePage } from './page-frame.ts'
import type { People } from './people.ts'
import type { Presence } from './presence.ts'
import type { ReadMarks } from './read-marks.ts'
import type { Reader } from './reader.ts'
import type { Rights } from './rights.ts'
import type { Clock, Room } from './room.ts'
import {
  type Caller,
  closeCode,
  type Link,
  Session,
  type SessionState,
  serviceRestart,
} from './session.ts'
import { closeLabel } from './sockets-closed.ts'
import type { Counts } from './tally.ts'

/** What a client says it has: all changes up to `after` of that life of the room, if it is one. */
export interface Position {
  readonly epoch?: Epoch | undefined
  readonly after?: Rev | undefined
  /** Rows it would rather replay than start afresh. */
  readonly max?: number | undefined
}

/** RFC 6455: the connection is gone, and nobody said why. */
const noGoodbye = 1006

export interface ReceptionParts {
  readonly ledger: Ledger
  readonly members: Members
  readonly marks: ReadMarks
  readonly reader: Reader
  readonly rights: Rights
  readonly people: People
  readonly room: Room
  /** How long a member who flooded is kept out. [LIM2] */
  readonly shutMs: (userId: UserId) => number
  readonly presence: Presence
  readonly audience: Audience
  readonly clock: Clock
  readonly counts: Counts
  /** A token will end then; asked for a new one before. [SOK12] */
  readonly watchExpiry: (atMs: number) => void
}

export class Reception {
  readonly #parts: ReceptionParts

  constructor(parts: ReceptionParts) {
    this.#parts = parts
  }

  /** Why this caller may not have a socket, or null. Asked before the upgrade is answered. */
  refuses(caller: Caller): Refusal | null {
    const { people, rights, audience, clock } = this.#parts
    if (caller.expiresAt <= clock.now()) return refusal('unauthenticated')
    const seen = people.view(caller)
    if (!seen.ok) return seen.refusal
    const unread = rights.forbids(caller, 'read') // A bot may be made to write only.
    if (unread) return unread
    const shutMs = this.#parts.shutMs(caller.userId)
    if (shutMs > 0) {
      this.#parts.counts.add('limits', { budget: 'flood' })
      return refusal('tooMany', undefined, shutMs)
    }
    if (audience.size < limits.socketsPerRoomMax) return null
    return refusal('roomFull', undefined, limits.roomFullPauseMs)
  }

  /** Welcome and the first page leave in the turn that attaches: no change falls between. [SOK1] */
  attach(link: Link, caller: Caller, position: Position): Session {
    const { reader, audience, presence, clock, counts, watchExpiry } = this.#parts
    const { userId, expiresAt } = caller
    this.#makeRoomFor(userId)
    const resumeFrom = this.#resumable(userId, position)
    const page =
      resumeFrom === null ? reader.snapshot(userId) : reader.changesSince(resumeFrom, userId)
    const session = new Session(link, newState(caller, page, clock.now()), page.to)
    session.keep()
    presence.arrived(userId) // Before it is one of the audience, whose first frame is the welcome.
    audience.add(session)
    this.#welcome(session, resumeFrom !== null)
    session.tellEncoded(encodePage(page, resumeFrom))
    this.#tellMarks(session)
    watchExpiry(expiresAt - limits.expiringNoticeMs)
    counts.add('socketsOpened', {})
    return session
  }

  /** A socket that slept through the object's eviction; nothing was pending when it fell asleep. [SOK11] */
  restore(link: Link, state: SessionState): Session {
    const session = new Session(link, state, this.#parts.ledger.rev)
    this.#parts.audience.add(session)
    this.#parts.presence.restored(session.userId)
    return session
  }

  /** The peer ended it, by this code. */
  detach(session: Session, code = noGoodbye): void {
    if (this.#removed(session, code)) this.#parts.presence.departed(session.userId)
  }

  /** Answered with the rows after `after`, in pages; live again with the last of them. [SOK2] */
  sync(session: Session, after: Rev): Refusal | null {
    const { reader, ledger, room } = this.#parts
    if (session.backlogBytes > limits.backlogBytesMax) return this.#cutAsked(session)
    const { stage, userId } = session
    // The next page of a catch-up is free, and ends by itself; anything else could be asked for ever.
    const isNextPage = stage.stage === 'catchingUp' && stage.at === after
    const refused = isNextPage ? null : room.spend(userId)
    if (refused) return refused

    const isKnown = after <= ledger.rev
    const page = isKnown ? reader.changesSince(after, userId) : reader.snapshot(userId)
    session.moveTo(stageAfter(page), page.to)
    session.tellEncoded(encodePage(page, isKnown ? after : null))
    return null
  }

  renew(session: Session, caller: Caller): void {
    session.renew(caller)
    this.#parts.watchExpiry(caller.expiresAt - limits.expiringNoticeMs)
  }

  /** The last word, the close code, and nothing of this socket has effect any more. [SOK13] */
  end(session: Session, reason: Refusal): void {
    if (!this.#removed(session, closeCode(reason.code))) return
    session.end(reason)
    this.#parts.presence.departed(session.userId)
  }

  /** As `end`, without a last word: it would only join a backlog that nobody reads. [SOK8] */
  cut(session: Session): void {
    if (!this.#removed(session, closeCode('tooSlow'))) return
    session.cut('tooSlow')
    this.#parts.presence.departed(session.userId)
  }

  /** As `cut`, for a peer that is silent: should it be there, it comes back as after bad weather. [SOK9] */
  letGo(session: Session): void {
    if (!this.#removed(session, serviceRestart)) return
    session.leave()
    this.#parts.presence.departed(session.userId)
  }

  endAll(reason: Refusal, isMeant: (session: Session) => boolean = () => true): void {
    for (const session of [...this.#parts.audience].filter(isMeant)) this.end(session, reason)
  }

  /** For weather's sake: everybody comes back by themselves. */
  cutAll(): void {
    for (const session of [...this.#parts.audience]) {
      this.#removed(session, serviceRestart)
      session.leave()
    }
  }

  /** Ends the sockets of whoever is no longer in the room. Nothing here can fail. [SOK13] */
  turnOut(userId: UserId): void {
    const reason = refusal('forbidden')
    for (const session of this.#parts.audience.of(userId)) {
      this.#removed(session, closeCode(reason.code))
      session.end(reason)
    }
  }

  /** Asks for new tokens, ends the sockets whose token has run out; when to look again. [SOK12] */
  endExpired(): number | null {
    const { audience, clock } = this.#parts
    const now = clock.now()
    this.endAll(refusal('unauthenticated'), ({ expiresAt }) => expiresAt <= now)
    for (const session of audience) {
      if (!session.isWarned && session.expiresAt - limits.expiringNoticeMs <= now) session.warn()
    }
    const looks = [...audience].map(({ expiresAt, isWarned }) =>
      isWarned ? expiresAt : expiresAt - limits.expiringNoticeMs,
    )
    return looks.length > 0 ? looks.reduce((soonest, look) => Math.min(soonest, look)) : null
  }

  /** Every socket's end comes through here, and counts once. */
  #removed(session: Session, code: number): boolean {
    const { audience, counts } = this.#parts
    const wasHere = audience.remove(session)
    if (wasHere) counts.add('socketsClosed', { code: closeLabel(code) })
    return wasHere
  }

  #cutAsked(session: Session): null {
    this.cut(session)
    return null
  }

  #welcome(session: Session, resumed: boolean): void {
    const { members, marks, ledger, presence, clock } = this.#parts
    const { userId } = session
    const member = members.find(userId)
    if (!member) throw new Error('Only members are attached.')
    const { epoch, rev, seq, room } = ledger
    const { bodyCharactersMax, bodyBytesMax, frameBytesMax } = limits
    session.tell({
      ...{ type: 'welcome', protocol: PROTOCOL_VERSION, epoch, rev, seq, room, resumed },
      you: { userId, name: member.name, role: member.role, readSeq: marks.of(userId) },
      ...{ online: presence.names, onlineCount: presence.count },
      limits: { bodyCharactersMax, bodyBytesMax, frameBytesMax },
      now: clock.now(),
    })
  }

  /** How far the others have read, where that is told; afterwards only what moves. [SND8] */
  #tellMarks(session: Session): void {
    const reads = this.#parts.marks.all()
    if (reads.length > 0) session.tell({ type: 'reads', reads })
  }

  /** The rev to go on from, or null for a fresh start: another life, beyond head, or too far. [SOK3] */
  #resumable(
    userId: UserId,
    { epoch, after, max = limits.replayRowsDefault }: Position,
  ): Rev | null {
    const { ledger, reader } = this.#parts
    if (epoch !== ledger.epoch || after === undefined || after > ledger.rev) return null
    return reader.countSince(after, userId, max) <= max ? after : null
  }

  #makeRoomFor(userId: UserId): void {
    const oldest = this.#parts.audience.of(userId).slice(0, 1 - limits.socketsPerMemberMax)
    const reason = refusal('tooMany', undefined, limits.displacedPauseMs)
    for (const session of oldest) this.end(session, reason)
  }
}

function newState(caller: Caller, page: Page, now: number): SessionState {
  const { userId, sessionId, expiresAt } = caller
  const stage = stageAfter(page)
  const isNew = { attachedAt: now, heardAt: now, badFrames: 0, isWarned: false, refused: null }
  return { userId, sessionId, expiresAt, ...isNew, stage }
}

function stageAfter({ more, to }: Page): SessionState['stage'] {
  return more ? { stage: 'catchingUp', at: to } : { stage: 'live' }
}
