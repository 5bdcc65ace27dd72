// The fake room behind real sockets, with a saboteur who may cut any of them at any frame.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { RoomCard } from '../../protocol/api/rooms.ts'
import { type Command, PING, PONG } from '../../protocol/commands.ts'
import { type Refusal, refusal } from '../../protocol/failures.ts'
import { decodeCommand, encode, type ServerFrameOut } from '../../protocol/frames.ts'
import type { Epoch, Rev, UserId } from '../../protocol/ids.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import type { Fetch } from '../../web/client/request.ts'
import { type Answer, FakeRoom, type Receipt } from './fake-room.ts'

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
  /** Why a command is not taken, if it is not; without a ref where it had none. */
  readonly refuses?: (command: Command, userId: UserId) => Refusal | null
}

export class FakeServer {
  readonly room: FakeRoom
  readonly #cuts: (moment: Moment) => boolean
  readonly #refuses: NonNullable<FakeServerParts['refuses']>
  readonly #peers = new Set<Peer>()
  readonly #http = createServer((_, response) => response.writeHead(404).end())
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => SUBPROTOCOL,
  })
  #isFlushing = false
  sends = 0
  /** Every command that was understood. */
  readonly heard: Command[] = []

  constructor({ room = new FakeRoom(), cuts, paces, refuses }: FakeServerParts = {}) {
    this.room = room
    this.#cuts = cuts ?? (() => false)
    const paced = (command: Command, userId: UserId) => {
      const waitMs = command.type === 'send' ? paces?.(userId) : undefined
      return waitMs === undefined ? null : refusal('rateLimited', '', waitMs)
    }
    this.#refuses = (command, userId) =>
      paced(command, userId) ?? refuses?.(command, userId) ?? null
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

  tellAll(frame: Exclude<ServerFrameOut, { type: 'changes' }>, not?: UserId): void {
    for (const peer of this.#peers) if (peer.userId !== not) this.#say(peer, encode(frame), 'told')
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
    socket.on('close', () => this.#left(peer))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => this.#hear(peer, String(data)))
    const online = this.#online()
    this.#say(peer, encode({ ...welcome, online, onlineCount: online.length }), 'welcome')
    this.#page(peer, welcome.resumed ? (Number(after) as Rev) : null)
    if (this.#peers.has(peer)) this.#arrived(userId) // Its first frames may have been its last.
  }

  #online(): UserId[] {
    return [...new Set([...this.#peers].map(({ userId }) => userId))]
  }

  #arrived(userId: UserId): void {
    const onlineCount = this.#online().length
    this.tellAll({
      type: 'presence',
      joined: [{ id: userId, name: 'Ana', avatar: null }],
      onlineCount,
    })
  }

  #left(peer: Peer): void {
    if (!this.#peers.delete(peer)) return
    const online = this.#online()
    const left = online.includes(peer.userId) ? [] : [peer.userId]
    if (left.length > 0) this.tellAll({ type: 'presence', left, onlineCount: online.length })
  }

  #hear(peer: Peer, text: string): void {
    if (!this.#peers.has(peer)) return // Came in one packet with the frame that was the last.
    if (text === PING) return peer.socket.send(PONG)
    if (this.#cuts('received')) return this.#cut(peer)
    const command = decodeCommand(text)
    if (!command) throw new Error(`a frame that no client should send: ${text}`)
    this.heard.push(command)
    const refused = this.#refuses(command, peer.userId)
    const ref = 'ref' in command ? (command.ref ?? null) : null
    if (refused) return peer.socket.send(encode({ type: 'refused', ref, ...refused }))
    this.#obey(peer, command)
  }

  #obey(peer: Peer, command: Command): void {
    switch (command.type) {
      case 'sync':
        return this.#page(peer, command.after)
      case 'read': {
        const seq = this.room.markRead(peer.userId, command.seq)
        return this.tellAll({ type: 'reads', reads: [{ userId: peer.userId, seq }] })
      }
      case 'typing':
        return this.tellAll({ ...command, userId: peer.userId }, peer.userId)
      case 'auth':
        return peer.socket.send(encode({ type: 'ok', ref: command.ref }))
      default:
        return this.#answer(peer, command, this.#done(peer.userId, command))
    }
  }

  #done(
    userId: UserId,
    command: Extract<Command, { ref: number }>,
  ): Receipt | Answer | 'idConflict' {
    const { room } = this
    switch (command.type) {
      case 'send':
        this.sends += 1
        return room.send(userId, command.id, command.body, command)
      case 'edit':
        return room.edit(command.seq, command.body, command.mentions)
      case 'delete':
        return room.remove(command.seq)
      case 'react':
        return room.react(userId, command.seq, command.emoji, command.on)
      default:
        throw new Error('not a deed')
    }
  }

  #answer(peer: Peer, { ref }: { ref: number }, receipt: Receipt | Answer | 'idConflict'): void {
    this.flush()
    if (this.#cuts('handled')) return this.#cut(peer)
    if (typeof receipt === 'string') {
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
    this.#left(peer)
    if (code === undefined) peer.socket.terminate()
    else peer.socket.close(code)
  }

  #say(peer: Peer, text: string, moment: Moment): void {
    if (peer.socket.readyState !== peer.socket.OPEN) return
    peer.socket.send(text)
    if (this.#cuts(moment)) this.#cut(peer)
  }
}
