// How sockets come in, catch up, ask and go. Synchronous, like the room behind it.

import { type Refusal, refusal } from '../protocol/failures.ts'
import { decodeCommand, encode, refOf } from '../protocol/frames.ts'
import type { Epoch, Rev, UserId } from '../protocol/ids.ts'
import * as limits from '../protocol/limits.ts'
import { utf8Bytes } from '../protocol/text.ts'
import { PROTOCOL_VERSION } from '../protocol/version.ts'
import type { Audience } from './audience.ts'
import type { Ledger } from './ledger.ts'
import type { Page } from './page.ts'
import type { Reader } from './reader.ts'
import type { Clock, Room } from './room.ts'
import { type Caller, type Link, Session, type SessionState } from './session.ts'

/** What a client says it has: all changes up to `after` of that life of the room, if it is one. */
export interface Position {
  readonly epoch?: Epoch | undefined
  readonly after?: Rev | undefined
  /** Rows it would rather replay than start afresh. */
  readonly max?: number | undefined
}

export class Reception {
  readonly #ledger: Ledger
  readonly #reader: Reader
  readonly #room: Room
  readonly #audience: Audience
  readonly #clock: Clock

  constructor(parts: {
    ledger: Ledger
    reader: Reader
    room: Room
    audience: Audience
    clock: Clock
  }) {
    this.#ledger = parts.ledger
    this.#reader = parts.reader
    this.#room = parts.room
    this.#audience = parts.audience
    this.#clock = parts.clock
  }

  /** Why this caller may not have a socket, or null. Asked before the upgrade is answered. */
  refuses(caller: Caller): Refusal | null {
    if (caller.expiresAt <= this.#clock.now()) return refusal('unauthenticated')
    const seen = this.#room.view(caller)
    if (!seen.ok) return seen.refusal
    if (!seen.value.role) return refusal('forbidden')
    if (this.#audience.size < limits.socketsPerRoomMax) return null
    return refusal('roomFull', undefined, limits.roomFullPauseMs)
  }

  /** Welcome and the first page leave in the turn that attaches: no change falls between. [SOK1] */
  attach(link: Link, caller: Caller, position: Position): Session {
    this.#makeRoomFor(caller.userId)
    const resumeFrom = this.#resumable(position)
    const page =
      resumeFrom === null ? this.#reader.snapshot() : this.#reader.changesSince(resumeFrom)
    const session = new Session(link, newState(caller, page, this.#clock.now()), page.to)
    session.keep()
    this.#audience.add(session)
    this.#welcome(session, resumeFrom !== null)
    session.tellEncoded(encodePage(page, resumeFrom))
    return session
  }

  /** A socket that slept through the object's eviction; nothing was pending when it fell asleep. [SOK11] */
  restore(link: Link, state: SessionState): Session {
    const session = new Session(link, state, this.#ledger.rev)
    this.#audience.add(session)
    return session
  }

  detach(session: Session): void {
    this.#audience.remove(session)
  }

  /** One inbound frame. Whatever it holds, only its own socket can suffer. [SOK7] */
  receive(session: Session, frame: string | ArrayBuffer): void {
    if (!this.#audience.has(session)) return // Ended by us; what was under way has no effect. [SOK13]
    if (session.expiresAt <= this.#clock.now()) return this.end(session, refusal('unauthenticated'))
    if (!this.#ledger.roleOf(session.userId)) return this.end(session, refusal('forbidden'))

    const command = isReadable(frame) ? decodeCommand(frame) : null
    if (!command) return this.#refuseFrame(session, frame)
    switch (command.type) {
      case 'send': {
        const { ref, id, body } = command
        const answer = this.#room.send(session, { id, body })
        if (!answer.ok) return this.#refuse(session, ref, answer.refusal)
        const { seq, rev, at } = answer.value
        return session.tell({ type: 'ok', ref, seq, rev, at })
      }
      case 'sync':
        return this.#sync(session, command.after)
      default:
        return command satisfies never
    }
  }

  /** The last word, the close code, and nothing of this socket has effect any more. [SOK13] */
  end(session: Session, reason: Refusal): void {
    if (this.#audience.remove(session)) session.end(reason)
  }

  /** As `end`, without a last word: it would only join a backlog that nobody reads. [SOK8] */
  cut(session: Session): void {
    if (this.#audience.remove(session)) session.cut('tooSlow')
  }

  endAll(reason: Refusal, isMeant: (session: Session) => boolean = () => true): void {
    for (const session of [...this.#audience].filter(isMeant)) this.end(session, reason)
  }

  /** Ends the sockets whose token has run out; when the next one will, or null. [SOK12] */
  endExpired(): number | null {
    const now = this.#clock.now()
    this.endAll(refusal('unauthenticated'), ({ expiresAt }) => expiresAt <= now)
    const ends = [...this.#audience].map(({ expiresAt }) => expiresAt)
    return ends.length > 0 ? ends.reduce((soonest, end) => Math.min(soonest, end)) : null
  }

  /** Answered with the rows after `after`, in pages; live again with the last of them. [SOK2] */
  #sync(session: Session, after: Rev): void {
    if (session.backlogBytes > limits.backlogBytesMax) return this.cut(session)
    const { stage } = session
    // The next page of a catch-up is free, and ends by itself; anything else could be asked for ever.
    const isNextPage = stage.stage === 'catchingUp' && stage.at === after
    const refused = isNextPage ? null : this.#room.spend(session.userId)
    if (refused) return this.#refuse(session, null, refused)

    const isKnown = after <= this.#ledger.rev
    const page = isKnown ? this.#reader.changesSince(after) : this.#reader.snapshot()
    session.moveTo(stageAfter(page), page.to)
    session.tellEncoded(encodePage(page, isKnown ? after : null))
  }

  #welcome(session: Session, resumed: boolean): void {
    const member = this.#ledger.member(session.userId)
    if (!member) throw new Error('Only members are attached.')
    const { epoch, rev, seq, room } = this.#ledger
    const { bodyCharactersMax, bodyBytesMax, frameBytesMax } = limits
    session.tell({
      ...{ type: 'welcome', protocol: PROTOCOL_VERSION, epoch, rev, seq, room, resumed },
      you: { userId: session.userId, name: member.name, role: member.role },
      limits: { bodyCharactersMax, bodyBytesMax, frameBytesMax },
      now: this.#clock.now(),
    })
  }

  /** The rev to go on from, or null for a fresh start: another life, beyond head, or too far. [SOK3] */
  #resumable({ epoch, after, max = limits.replayRowsDefault }: Position): Rev | null {
    if (epoch !== this.#ledger.epoch || after === undefined || after > this.#ledger.rev) return null
    return this.#reader.countSince(after, max) <= max ? after : null
  }

  #makeRoomFor(userId: UserId): void {
    const oldest = this.#audience.of(userId).slice(0, 1 - limits.socketsPerMemberMax)
    const reason = refusal('tooMany', undefined, limits.displacedPauseMs)
    for (const session of oldest) this.end(session, reason)
  }

  #refuse(session: Session, ref: number | null, reason: Refusal): void {
    if (reason.code === 'tooMany' || reason.code === 'forbidden') return this.end(session, reason)
    session.tell({ type: 'refused', ref, ...reason })
  }

  #refuseFrame(session: Session, frame: string | ArrayBuffer): void {
    const reason = refusal('badFrame')
    if (session.countBadFrame() >= limits.badFramesMax) return this.end(session, reason)
    session.tell({ type: 'refused', ref: isReadable(frame) ? refOf(frame) : null, ...reason })
  }
}

/** Text, and no longer than a frame may be. [LIM1] */
function isReadable(frame: string | ArrayBuffer): frame is string {
  if (typeof frame !== 'string' || frame.length > limits.frameBytesMax) return false
  return frame.length * 3 <= limits.frameBytesMax || utf8Bytes(frame) <= limits.frameBytesMax
}

function newState(caller: Caller, page: Page, now: number): SessionState {
  return { ...caller, attachedAt: now, badFrames: 0, stage: stageAfter(page) }
}

function stageAfter({ more, to }: Page): SessionState['stage'] {
  return more ? { stage: 'catchingUp', at: to } : { stage: 'live' }
}

/** A page as a frame: the rows after `from`, or a snapshot where there is nothing to continue. */
function encodePage({ to, rows, people, more }: Page, from: Rev | null): string {
  const { messages, members, room } = rows
  return encode({
    ...{ type: 'changes', from, to },
    ...(messages.length > 0 && { messages: [...messages] }),
    ...(members.length > 0 && { members: [...members] }),
    ...(room && { room }),
    ...(people.length > 0 && { people: [...people] }),
    ...(more && { more }),
    ...(from === null && { snapshot: true }),
  })
}
