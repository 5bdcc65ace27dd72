// One socket of a member: who they are, what they have heard, and how to reach them.

import * as v from 'valibot'
import type { Send } from '../protocol/commands.ts'
import { type FailureCode, failures, type Refusal } from '../protocol/failures.ts'
import { encode, type ServerFrameOut } from '../protocol/frames.ts'
import { MessageId, Rev, SessionId, UserId } from '../protocol/ids.ts'
import { heardKeptEveryMs } from '../protocol/limits.ts'
import type { Asker } from './room-calls.ts'

/** The verified identity behind an upgrade. `expiresAt` is its token's, in milliseconds. */
export interface Caller extends Asker {
  readonly expiresAt: number
}

/** What a socket keeps through hibernation, as its attachment. [SOK11] */
export const SessionState = v.object({
  userId: UserId,
  sessionId: SessionId,
  expiresAt: v.number(),
  attachedAt: v.number(),
  /** About when the last frame came, for whoever wakes after an eviction. [SOK9] */
  heardAt: v.optional(v.number(), 0),
  badFrames: v.number(),
  /** Told that its token ends soon. [SOK12] */
  isWarned: v.optional(v.boolean(), false),
  /** The last `send` that was refused, and which message is to come again first. [ORD4] */
  refused: v.optional(
    v.nullable(v.object({ ref: v.number(), awaited: v.nullable(MessageId) })),
    null,
  ),
  /** A socket that is catching up is sent pages it asks for, and nothing of the live stream. */
  stage: v.variant('stage', [
    v.object({ stage: v.literal('live') }),
    v.object({ stage: v.literal('catchingUp'), at: Rev }),
  ]),
})
export type SessionState = v.InferOutput<typeof SessionState>

/** The platform's side of a socket. */
export interface Link {
  send(frame: string): void
  close(code: number, reason: string): void
  keep(state: SessionState): void
  /** What the runtime holds because the peer does not read. */
  readonly backlogBytes: number
  /** The last ping, in milliseconds, which the runtime answered by itself; null for none. */
  readonly pingedAt: number | null
}

export class Session {
  readonly #link: Link
  #state: SessionState
  /** The last rev sent down this socket while it was live. */
  heard: Rev
  #heardFromAt: number

  constructor(link: Link, state: SessionState, heard: Rev) {
    this.#link = link
    this.#state = state
    this.heard = heard
    this.#heardFromAt = Math.max(state.attachedAt, state.heardAt)
  }

  get userId(): UserId {
    return this.#state.userId
  }

  get sessionId(): SessionId {
    return this.#state.sessionId
  }

  get expiresAt(): number {
    return this.#state.expiresAt
  }

  get attachedAt(): number {
    return this.#state.attachedAt
  }

  get isWarned(): boolean {
    return this.#state.isWarned
  }

  /** When the peer last gave a sign of life. An eviction forgets some frames, and no ping. [SOK9] */
  get lastSignAt(): number {
    return Math.max(this.#heardFromAt, this.#link.pingedAt ?? 0)
  }

  noteFrame(now: number): void {
    this.#heardFromAt = now
    if (now - this.#state.heardAt >= heardKeptEveryMs) this.#change({ heardAt: now })
  }

  /** That its token ends soon. [SOK12] */
  warn(): void {
    this.tell({ type: 'expiring', at: this.expiresAt })
    this.#change({ isWarned: true })
  }

  /** A new token of the same person. */
  renew({ sessionId, expiresAt }: Caller): void {
    this.#change({ sessionId, expiresAt, isWarned: false })
  }

  get stage(): SessionState['stage'] {
    return this.#state.stage
  }

  get isLive(): boolean {
    return this.#state.stage.stage === 'live'
  }

  get backlogBytes(): number {
    return this.#link.backlogBytes
  }

  /** After a page that brought the reader to `heard`. */
  moveTo(stage: SessionState['stage'], heard: Rev): void {
    this.heard = heard
    this.#change({ stage })
  }

  /** How many undecodable frames this socket has sent, this one included. */
  countBadFrame(): number {
    this.#change({ badFrames: this.#state.badFrames + 1 })
    return this.#state.badFrames
  }

  /** It left before its sender heard that one before it was refused, however long ago. [ORD4] */
  isPassing({ id, refused }: Send): boolean {
    const last = this.#state.refused
    return last !== null && refused !== undefined && refused < last.ref && id !== last.awaited
  }

  /** One that `isNext` was told to wait, and is to come again before what is behind it. */
  noteRefused({ ref, id, refused }: Send, isNext: boolean): void {
    if (refused === undefined) return // An older client: nothing is asked of it.
    const before = this.#state.refused?.awaited ?? null
    const left = before === id ? null : before
    this.#change({ refused: { ref, awaited: isNext ? id : left } })
  }

  noteTaken({ id }: Send): void {
    const last = this.#state.refused
    if (last?.awaited === id) this.#change({ refused: { ...last, awaited: null } })
  }

  tell(frame: Exclude<ServerFrameOut, { type: 'changes' }>): void {
    this.#link.send(encode(frame))
  }

  /** A frame written once for many. */
  tellEncoded(frame: string): void {
    this.#link.send(frame)
  }

  /** The last frame, then the close code that the table gives this reason. */
  end({ code, detail, retryAfterMs }: Refusal): void {
    this.tell({
      type: 'closing',
      code,
      detail,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
    this.#link.close(closeCode(code), code)
  }

  /** Without a last word: it would only join a backlog that is not read. */
  cut(code: FailureCode): void {
    this.#link.close(closeCode(code), code)
  }

  /** Without a reason of the table: the peer takes it for weather and comes back. [SOK] */
  leave(): void {
    this.#link.close(serviceRestart, '')
  }

  /** Writes the state where an eviction leaves it alone. */
  keep(): void {
    this.#link.keep(this.#state)
  }

  #change(changed: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...changed }
    this.keep()
  }
}

/** RFC 6455's registry: the server restarts. */
export const serviceRestart = 1012

/** Reasons the table gives no close code never end a socket; 1011 says the mistake is ours. */
export function closeCode(code: FailureCode): number {
  const meaning = failures[code]
  return 'close' in meaning ? meaning.close : 1011
}
