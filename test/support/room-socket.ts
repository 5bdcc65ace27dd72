// A raw client of the room socket: records every frame, follows the stream, repairs nothing. A frame that
// has a field beyond its schema fails the test that was told it. [S7]

import type { Socket } from 'node:net'
import WebSocket from 'ws'
import type { ChangesFrame, ServerFrame, Welcome } from '../../protocol/frames.ts'
import { decodeServerFrame } from '../../protocol/frames.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** So many of each socket's are looked at: of a crowd's thousands the reading would be what is measured. */
const framesLookedAt = 500

export class RoomSocket {
  readonly frames: ServerFrame[] = []
  readonly socket: WebSocket
  readonly closed: Promise<Closed>
  /** Beneath the frames, for what no client library would send; null before the upgrade. */
  tcp: Socket | null = null
  #isClosed = false
  #waiting: { wants: (frame: ServerFrame) => boolean; take: (frame: ServerFrame) => void }[] = []
  #onFrame: (frame: ServerFrame) => void = () => {}

  constructor(
    url: string,
    room: RoomId | string,
    token: string,
    more: { query?: string; headers?: Record<string, string> } = {},
  ) {
    const address = `${url.replace('http', 'ws')}/api/v1/rooms/${room}/socket${more.query ?? ''}`
    this.socket = new WebSocket(address, [SUBPROTOCOL, token], { headers: more.headers ?? {} })
    this.socket.on('upgrade', ({ socket }) => {
      this.tcp = socket
    })
    this.socket.on('message', (data) => this.#take(String(data)))
    // A socket that never sent anything keeps its TCP connection for ten seconds after the room's
    // close frame (workerd 1.20261117.1), and `ws` tells of a close only then.
    this.socket.on('open', () => this.socket.send('ping'))
    this.socket.on('error', () => {}) // A refused upgrade; `closed` tells.
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.#isClosed = true
        resolve({ code, reason: String(reason) })
      })
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  listen(onFrame: (frame: ServerFrame) => void): this {
    this.#onFrame = onFrame
    return this
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** The first frame, past or to come, that is wanted; rejects when the socket closes before. */
  async until(wants: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    const seen = this.frames.find(wants)
    if (seen) return seen
    const coming = new Promise<ServerFrame>((take) => this.#waiting.push({ wants, take }))
    const gone = this.closed.then(({ code, reason }) => {
      throw new Error(`The socket closed: ${code} ${reason}`)
    })
    return Promise.race([coming, gone])
  }

  async welcome(): Promise<Welcome> {
    const frame = await this.until(({ type }) => type === 'welcome')
    if (frame.type !== 'welcome') throw new Error('Not a welcome.')
    return frame
  }

  get changes(): ChangesFrame[] {
    return this.frames.filter((frame) => frame.type === 'changes')
  }

  /** Every message told so far, by seq. */
  get messages(): Map<number, { id: string; body: string }> {
    const rows = this.changes.flatMap(({ messages }) => messages)
    return new Map(rows.map(({ seq, id = '', body = '' }) => [seq, { id, body }]))
  }

  /** Those that people wrote, in the order of telling. */
  get said(): { seq: number; id: string; body: string }[] {
    const rows = this.changes.flatMap(({ messages }) => messages)
    const born = rows.filter(({ id, kind }) => id !== undefined && kind !== 'notice')
    return born.map(({ seq, id = '', body = '' }) => ({ seq, id, body }))
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }

  #take(text: string): void {
    const frame = decodeServerFrame(text)
    if (!frame) return
    const isLooked = this.frames.length < framesLookedAt
    const more = isLooked ? beyond(JSON.parse(text), frame) : []
    if (more.length > 0) throw new Error(`${frame.type} tells more than it may: ${more.join()}`)
    this.frames.push(frame)
    this.#onFrame(frame)
    const ready = this.#waiting.filter(({ wants }) => wants(frame))
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one))
    for (const { take } of ready) take(frame)
  }
}

/** The fields of what was told that its reading left out, being in no schema. */
export function beyond(told: unknown, read: unknown, where = ''): string[] {
  if (typeof told !== 'object' || told === null) return []
  if (typeof read !== 'object' || read === null) return [where]
  return Object.entries(told).flatMap(([key, value]) => {
    const place = `${where}/${key}`
    return key in read ? beyond(value, (read as Record<string, unknown>)[key], place) : [place]
  })
}
