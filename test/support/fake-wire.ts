// A network and a clock that do only what the test says, around the real shell of the socket.

import { expect } from 'vitest'
import type { FailureCode } from '../../protocol/failures.ts'
import { encode } from '../../protocol/frames.ts'
import type { Connection } from '../../web/client/connection-states.ts'
import type { Host, HostEvent } from '../../web/client/host.ts'
import { RoomSocket } from '../../web/client/socket.ts'
import { FakeRoom } from './fake-room.ts'
import { newUserId } from './ids.ts'

class FakeSocket {
  readonly url: string
  readonly protocols: string[]
  readyState: number = WebSocket.OPEN
  sent: string[] = []
  isDropped = false
  onmessage: (event: { data: unknown }) => void = () => undefined
  onclose: (event: { code: number }) => void = () => undefined

  constructor(url: string, protocols: string[]) {
    this.url = url
    this.protocols = protocols
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.isDropped = true
  }
}

/** A host whose time passes only when told to. */
class FakeHost implements Host {
  readonly origin = 'https://chat.example'
  readonly sockets: FakeSocket[] = []
  readonly #timers = new Set<{ atMs: number; run: () => void }>()
  #seen: (event: HostEvent) => void = () => undefined
  #nowMs = 0

  open(url: string, protocols: string[]): WebSocket {
    const socket = new FakeSocket(url, protocols)
    this.sockets.push(socket)
    return socket as unknown as WebSocket
  }

  now = () => this.#nowMs
  random = () => 0.5
  isOnline = () => true

  later(run: () => void, ms: number) {
    const timer = { atMs: this.#nowMs + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  watch(seen: (event: HostEvent) => void) {
    this.#seen = seen
    return () => {
      this.#seen = () => undefined
    }
  }

  see(event: HostEvent): Promise<void> {
    this.#seen(event)
    return settle()
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#nowMs = next.atMs
      this.#timers.delete(next)
      next.run()
      await settle()
    }
    this.#nowMs = untilMs
  }

  get timers(): number {
    return this.#timers.size
  }

  #next(untilMs: number) {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs)
    return due.sort((one, other) => one.atMs - other.atMs)[0]
  }
}

export const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

export const room = new FakeRoom()
export const ana = newUserId()

/** A socket's shell, with its clock, its network and its server in the test's hand. */
export class SocketRig {
  readonly host = new FakeHost()
  readonly asked: (string | undefined)[] = []
  token: () => string | null | Promise<string> = () => 'token'
  answer: () => FailureCode | null = () => null
  now: Connection = { state: 'idle' }
  readonly socket = new RoomSocket({
    roomId: room.room.id,
    host: this.host,
    token: async (refused) => {
      this.asked.push(refused)
      return this.token()
    },
    ask: async () => this.answer(),
    follower: {
      position: () => ({ epoch: room.epoch, rev: room.rev }),
      receive: () => 'caughtUp',
      changed: (connection) => {
        this.now = connection
      },
    },
  })

  get last(): FakeSocket {
    return this.host.sockets.at(-1)!
  }

  async start(): Promise<this> {
    this.socket.start()
    await settle()
    return this
  }

  async startLive(): Promise<this> {
    await this.start()
    this.say(encode(room.welcome(ana, null)))
    expect(this.now.state).toBe('live')
    return this
  }

  say(data: unknown, socket = this.last): void {
    socket.onmessage({ data })
  }

  async close(code: number): Promise<void> {
    this.last.onclose({ code })
    await settle()
  }
}
