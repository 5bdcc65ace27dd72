// The fake room behind real sockets, with a saboteur who may cut any of them at any frame.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { RoomCard } from '../../protocol/api/rooms.ts'
import { PING, PONG } from '../../protocol/commands.ts'
import { decodeCommand, encode } from '../../protocol/frames.ts'
import type { Epoch, Rev, UserId } from '../../protocol/ids.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import type { Fetch } from '../../web/client/request.ts'
import { FakeRoom } from './fake-room.ts'

/** Where a connection may break: before a frame is taken, between taking and answering, after. */
export type Moment = 'upgrade' | 'welcome' | 'received' | 'handled' | 'answered' | 'told'

interface Peer {
  readonly socket: WebSocket
  readonly userId: UserId
  told: Rev | null // Null while it catches up.
}

export interface FakeServerParts {
  readonly room?: FakeRoom
  /** Whether to cut the connection here. */
  readonly cuts?: (moment: Moment) => boolean
  /** How long a sender must wait first, if at all. */
  readonly paces?: (userId: UserId) => number | undefined
}

export class FakeServer {
  readonly room: FakeRoom
  readonly #cuts: (moment: Moment) => boolean
  readonly #paces: (userId: UserId) => number | undefined
  readonly #peers = new Set<Peer>()
  readonly #http = createServer((_, response) => response.writeHead(404).end())
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => SUBPROTOCOL,
  })
  #isFlushing = false
  sends = 0

  constructor({ room = new FakeRoom(), cuts, paces }: FakeServerParts = {}) {
    this.room = room
    this.#cuts = cuts ?? (() => false)
    this.#paces = paces ?? (() => undefined)
    this.#http.on('upgrade', (request, stream, head) => {
      if (this.#cuts('upgrade')) return void stream.destroy()
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        const userId = request.headers['sec-websocket-protocol']?.split(', ')[1] as UserId
        this.#attach(socket, userId, new URL(request.url ?? '', 'http://room').searchParams)
      })
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  close(): void {
    this.cutAll()
    this.#http.close()
  }

  cutAll(code?: number): void {
    for (const peer of this.#peers) this.#cut(peer, code)
  }

  /** What the API would answer: the room's card and its history. */
  readonly fetch: Fetch = async (url) => {
    const { pathname, searchParams } = new URL(url)
    const before = Number(searchParams.get('before') ?? this.room.seq + 1)
    const { id, name, topic, visibility, memberCount } = this.room.room
    const card: RoomCard = { id, name, topic, visibility, memberCount, role: 'member' }
    const isHistory = pathname.endsWith('/messages')
    return Response.json(isHistory ? this.room.history(before as never, 50) : card)
  }

  flush(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      for (const peer of this.#peers) this.#tellNews(peer)
    })
  }

  #attach(socket: WebSocket, userId: UserId, query: URLSearchParams): void {
    const max = Number(query.get('max') ?? Number.MAX_SAFE_INTEGER)
    const isFar = this.room.rev - Number(query.get('after')) > max
    const after = isFar ? null : query.get('after')
    const epoch = (query.get('epoch') ?? undefined) as Epoch | undefined
    const welcome = this.room.welcome(userId, after === null ? null : (Number(after) as Rev), epoch)
    const peer: Peer = { socket, userId, told: null }
    this.#peers.add(peer)
    socket.on('close', () => this.#peers.delete(peer))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => this.#hear(peer, String(data)))
    this.#say(peer, encode(welcome), 'welcome')
    this.#page(peer, welcome.resumed ? (Number(after) as Rev) : null)
  }

  #hear(peer: Peer, text: string): void {
    if (!this.#peers.has(peer)) return // Came in one packet with the frame that was the last.
    if (text === PING) return peer.socket.send(PONG)
    if (this.#cuts('received')) return this.#cut(peer)
    const command = decodeCommand(text)
    if (!command) throw new Error(`a frame that no client should send: ${text}`)
    if (command.type === 'sync') return this.#page(peer, command.after)
    if (command.type !== 'send') throw new Error('not yet')

    this.sends += 1
    const { ref, id, body } = command
    const retryAfterMs = this.#paces(peer.userId)
    if (retryAfterMs !== undefined) {
      const refusal = { code: 'rateLimited', detail: '', retryAfterMs } as const
      return peer.socket.send(encode({ type: 'refused', ref, ...refusal }))
    }
    const receipt = this.room.send(peer.userId, id, body)
    this.flush()
    if (this.#cuts('handled')) return this.#cut(peer)
    if (receipt === 'idConflict') {
      return peer.socket.send(encode({ type: 'refused', ref, code: receipt, detail: '' }))
    }
    const { seq, rev } = receipt
    this.#say(peer, encode({ type: 'ok', ref, seq, rev, at: 0 }), 'answered')
  }

  #page(peer: Peer, after: Rev | null): void {
    const page = after === null ? this.room.snapshot() : this.room.changesSince(after)
    peer.told = page.more ? null : page.to
    this.#say(peer, encode(page), 'told')
  }

  #tellNews(peer: Peer): void {
    if (peer.told === null || peer.told === this.room.rev) return
    const frame = this.room.flushSince(peer.told)
    peer.told = frame.to
    this.#say(peer, encode(frame), 'told')
  }

  #cut(peer: Peer, code?: number): void {
    this.#peers.delete(peer)
    if (code === undefined) peer.socket.terminate()
    else peer.socket.close(code)
  }

  #say(peer: Peer, text: string, moment: Moment): void {
    if (peer.socket.readyState !== peer.socket.OPEN) return
    peer.socket.send(text)
    if (this.#cuts(moment)) this.#cut(peer)
  }
}
