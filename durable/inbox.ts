// One frame of a member: read, judged, answered. Whatever it holds, only its own socket can suffer. [SOK7]

import type { Auth, Command, Send } from '../protocol/commands.ts'
import { type Refusal, refusal } from '../protocol/failures.ts'
import { decodeCommand, refOf } from '../protocol/frames.ts'
import * as limits from '../protocol/limits.ts'
import { utf8Bytes } from '../protocol/text.ts'
import type { Audience } from './audience.ts'
import type { Reception } from './reception.ts'
import type { Rights } from './rights.ts'
import type { Clock, Room } from './room.ts'
import type { Answer, Receipt } from './room-calls.ts'
import type { Caller, Session } from './session.ts'
import type { Signs } from './signs.ts'
import type { Counts } from './tally.ts'

export interface InboxParts {
  readonly room: Room
  readonly signs: Signs
  readonly rights: Rights
  readonly reception: Reception
  readonly audience: Audience
  readonly clock: Clock
  readonly counts: Counts
}

export class Inbox {
  readonly #parts: InboxParts

  constructor(parts: InboxParts) {
    this.#parts = parts
  }

  /** Returns the one command that cannot be answered at once: its token is to be verified first. */
  receive(session: Session, frame: string | ArrayBuffer): Auth | null {
    const { audience, reception, rights, clock } = this.#parts
    if (!audience.has(session)) return null // Ended by us; what was under way has no effect. [SOK13]
    const now = clock.now()
    session.noteFrame(now)
    const isOver = session.expiresAt <= now || rights.hasEnded(session)
    if (isOver) reception.end(session, refusal('unauthenticated'))
    else {
      const command = isReadable(frame) ? decodeCommand(frame) : null
      if (command) return this.#obey(session, command)
      this.#refuseFrame(session, frame)
    }
    return null
  }

  /** The answer to an `auth`: `caller` is whom the token names, null when it does not verify. [SOK12] */
  renew(session: Session, ref: number, caller: Caller | null): void {
    if (!this.#parts.audience.has(session)) return
    const isTheirs = caller?.userId === session.userId && !this.#parts.rights.hasEnded(caller)
    if (!caller || !isTheirs || caller.expiresAt < session.expiresAt) {
      return this.#refuse(session, ref, refusal('unauthenticated'))
    }
    this.#parts.reception.renew(session, caller)
    session.tell({ type: 'ok', ref })
  }

  #obey(session: Session, command: Command): Auth | null {
    const { room, signs, reception, rights } = this.#parts
    switch (command.type) {
      case 'send':
        this.#answer(session, command.ref, this.#send(session, command))
        return null
      case 'edit':
        this.#answer(session, command.ref, room.edit(session, command))
        return null
      case 'delete':
        this.#answer(session, command.ref, room.erase(session, command))
        return null
      case 'react':
        this.#answer(session, command.ref, room.react(session, command))
        return null
      case 'read': {
        const marked = signs.markRead(session, command.seq)
        if (!marked.ok) this.#refuse(session, null, marked.refusal)
        return null
      }
      case 'typing': {
        const refused = signs.types(session, command.on)
        if (refused) this.#refuse(session, null, refused)
        return null
      }
      case 'sync': {
        const refused = rights.forbids(session, 'read') ?? reception.sync(session, command.after)
        if (refused) this.#refuse(session, command.ref ?? null, refused)
        return null
      }
      case 'auth': {
        const refused = rights.forbids(session, 'read') ?? room.spend(session.userId)
        if (!refused) return command
        this.#refuse(session, command.ref, refused)
        return null
      }
      default:
        return command satisfies never
    }
  }

  /** One that left before its sender heard of a refusal would pass what was refused. [ORD4] */
  #send(session: Session, command: Send): Answer<Receipt> {
    const isPassing = session.isPassing(command)
    const answer = this.#parts.room.send(session, command, isPassing)
    if (answer.ok) session.noteTaken(command)
    else session.noteRefused(command, !isPassing && answer.refusal.retryAfterMs !== undefined)
    return answer
  }

  #answer(session: Session, ref: number, answer: Answer<Receipt>): void {
    if (!answer.ok) return this.#refuse(session, ref, answer.refusal)
    const { seq, rev, at } = answer.value
    session.tell({ type: 'ok', ref, seq, rev, at })
  }

  /** Whoever is in the room no more has no business here, whatever else was wrong. [SOK13] */
  #refuse(session: Session, ref: number | null, reason: Refusal): void {
    const { reception, rights, counts } = this.#parts
    counts.add('framesRefused', reason)
    if (reason.code === 'tooMany') return reception.end(session, reason)
    if (!rights.roleOf(session.userId)) return reception.end(session, refusal('forbidden'))
    session.tell({ type: 'refused', ref, ...reason })
  }

  #refuseFrame(session: Session, frame: string | ArrayBuffer): void {
    const reason = refusal('badFrame')
    this.#parts.counts.add('framesRefused', reason)
    const isLast = session.countBadFrame() >= limits.badFramesMax
    if (isLast) return this.#parts.reception.end(session, reason)
    session.tell({ type: 'refused', ref: isReadable(frame) ? refOf(frame) : null, ...reason })
  }
}

/** Text, and no longer than a frame may be. [LIM1] */
function isReadable(frame: string | ArrayBuffer): frame is string {
  if (typeof frame !== 'string' || frame.length > limits.frameBytesMax) return false
  return frame.length * 3 <= limits.frameBytesMax || utf8Bytes(frame) <= limits.frameBytesMax
}
