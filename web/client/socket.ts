// One room's socket: does what connection.ts says, and tells it what happened.

import type { Cursor } from '../../protocol/changes.ts'
import { type CommandOut, PING, PONG } from '../../protocol/commands.ts'
import { Failure, type FailureCode, failures } from '../../protocol/failures.ts'
import { type Closing, decodeServerFrame, encode, type ServerFrame } from '../../protocol/frames.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import type { TokenSource } from './api.ts'
import { next } from './connection.ts'
import {
  type Connection,
  type Effect,
  type Input,
  isOpen,
  type Standing,
  tickAtMs,
} from './connection-states.ts'
import type { Host } from './host.ts'
import { firstRef } from './refs.ts'

/** What is held already; `max` is how many changed rows one would rather replay than start afresh. */
export type Position = Cursor & { readonly max?: number }

/** Whoever follows the room: it keeps the cursor and takes every frame. */
export interface Follower {
  position(): Position | null
  /** Called before `changed`; says whether pages of a catch-up remain. */
  receive(frame: Exclude<ServerFrame, Closing>): Standing
  changed(connection: Connection): void
}

export interface RoomSocketParts {
  readonly roomId: RoomId
  readonly host: Host
  readonly token: TokenSource
  /** Why upgrades come to nothing; null when nothing speaks against them. Throws a Failure. [SOK16] */
  readonly ask: () => Promise<FailureCode | null>
  readonly follower: Follower
}

export class RoomSocket {
  readonly #parts: RoomSocketParts
  #connection: Connection = { state: 'idle' }
  #socket: WebSocket | null = null
  #token: string | undefined
  #offered: { readonly ref: number; readonly token: string } | null = null
  #nextRef = firstRef.auth
  #turn = 0 // Raised by every opening, drop and question: what an earlier one still says is void.
  #alarm: { readonly atMs: number; readonly cancel: () => void } | null = null
  #unwatch: () => void = () => undefined

  constructor(parts: RoomSocketParts) {
    this.#parts = parts
  }

  start(): void {
    const { host } = this.#parts
    this.#unwatch = host.watch((type) => this.#step({ type }))
    this.#step({ type: 'start', online: host.isOnline() })
  }

  end(): void {
    this.#unwatch()
    this.#step({ type: 'end' })
  }

  retryNow(): void {
    this.#step({ type: 'retryNow' })
  }

  signedIn(): void {
    this.#step({ type: 'signedIn' })
  }

  /** False when there is no welcomed socket to take it. [SOK14] */
  send(command: CommandOut): boolean {
    if (!isOpen(this.#connection) || this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(encode(command))
    return true
  }

  #step(input: Input): void {
    const { host, follower } = this.#parts
    const at = { nowMs: host.now(), random: host.random() }
    const [connection, effects] = next(this.#connection, input, at)
    const hasChanged = connection !== this.#connection
    this.#connection = connection
    for (const effect of effects) this.#perform(effect)
    this.#arm()
    if (hasChanged) follower.changed(connection)
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'open':
        return void this.#open(effect.renew)
      case 'ask':
        return void this.#ask()
      case 'ping':
        return this.#socket?.send(PING)
      case 'drop':
        this.#turn += 1
        this.#socket?.close()
        this.#socket = null
        return
      default:
        return effect satisfies never
    }
  }

  async #open(renew: boolean): Promise<void> {
    const { token, host } = this.#parts
    this.#turn += 1
    const turn = this.#turn
    try {
      const found = await token(renew ? this.#token : undefined)
      if (turn !== this.#turn) return
      if (found === null) return this.#step({ type: 'tokenMissing' })
      this.#token = found
      this.#listen(host.open(this.#url(), [SUBPROTOCOL, found]), turn)
    } catch (error) {
      if (turn === this.#turn) this.#step({ type: 'tokenFailed', retryAfterMs: hintOf(error) })
    }
  }

  #url(): string {
    const { roomId, host, follower } = this.#parts
    const position = follower.position()
    const max = position?.max === undefined ? '' : `&max=${position.max}`
    const query = position ? `?epoch=${position.epoch}&after=${position.rev}${max}` : ''
    return `${host.origin.replace(/^http/, 'ws')}/api/v1/rooms/${roomId}/socket${query}`
  }

  #listen(socket: WebSocket, turn: number): void {
    this.#socket = socket
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (turn === this.#turn && typeof data === 'string') this.#hear(data)
    }
    socket.onclose = ({ code }) => {
      if (turn !== this.#turn) return
      this.#socket = null
      this.#step({ type: 'closed', code, retryAfterMs: undefined })
    }
  }

  /** The last frame is the end: its close may come seconds later, without its reason, or never. */
  #end({ code, retryAfterMs }: Closing): void {
    const meaning = failures[code]
    if (!('close' in meaning)) return
    this.#turn += 1
    this.#socket?.close()
    this.#socket = null
    this.#step({ type: 'closed', code: meaning.close, retryAfterMs })
  }

  #hear(text: string): void {
    if (text === PONG) return this.#step({ type: 'pong' })
    const frame = decodeServerFrame(text)
    if (!frame) return // Of a kind this client does not know yet.
    if (frame.type === 'closing') return this.#end(frame)
    if (frame.type === 'expiring') void this.#renew()
    if (frame.type === 'ok') this.#settle(frame.ref)
    this.#step({ type: 'frame', standing: this.#parts.follower.receive(frame) })
  }

  /** A newer token for this very socket. Where there is none the close will come, and say so. [SOK12] */
  async #renew(): Promise<void> {
    const { token } = this.#parts
    const turn = this.#turn
    const found = await token(this.#token).catch(() => null)
    if (turn !== this.#turn || found === null || found === this.#token) return
    const ref = this.#nextRef++
    if (this.send({ type: 'auth', ref, token: found })) this.#offered = { ref, token: found }
  }

  #settle(ref: number): void {
    if (this.#offered?.ref === ref) this.#token = this.#offered.token
  }

  async #ask(): Promise<void> {
    this.#turn += 1
    const turn = this.#turn
    const answer = await this.#parts.ask().then(
      (code) => ({ code, retryAfterMs: undefined }),
      (error: unknown) => ({
        code: error instanceof Failure ? error.code : 'internal',
        retryAfterMs: hintOf(error),
      }),
    )
    if (turn === this.#turn) this.#step({ type: 'answered', ...answer })
  }

  /** One timer. One that rings too early finds nothing due and is set again. */
  #arm(): void {
    const atMs = tickAtMs(this.#connection)
    if (atMs !== null && this.#alarm && this.#alarm.atMs <= atMs) return
    this.#alarm?.cancel()
    this.#alarm = null
    if (atMs === null) return
    const { host } = this.#parts
    const ring = () => {
      this.#alarm = null
      this.#step({ type: 'tick' })
    }
    this.#alarm = { atMs, cancel: host.later(ring, Math.max(0, atMs - host.now())) }
  }
}

function hintOf(error: unknown): number | undefined {
  return error instanceof Failure ? error.retryAfterMs : undefined
}
