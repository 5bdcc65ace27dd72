// The socket's shell, with the clock, the network and the server in the test's hand.

import { describe, expect, it } from 'vitest'
import { PING, PONG } from '../../protocol/commands.ts'
import { Failure, type FailureCode } from '../../protocol/failures.ts'
import { encode } from '../../protocol/frames.ts'
import { FakeRoom } from '../../test/support/fake-room.ts'
import { newUserId } from '../../test/support/ids.ts'
import type { Connection } from './connection-states.ts'
import type { Host, HostEvent } from './host.ts'
import { RoomSocket } from './socket.ts'

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

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

const room = new FakeRoom()
const ana = newUserId()

class Rig {
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

describe('opening', () => {
  it('[S2] tells the cursor in the address and the token beside it, never in it', async () => {
    const { last } = await new Rig().start()
    const path = `/api/v1/rooms/${room.room.id}/socket?epoch=${room.epoch}&after=${room.rev}`
    expect(last.url).toBe(`wss://chat.example${path}`)
    expect(last.protocols).toEqual(['parley.v1', 'token'])
  })

  it('[SOK14] sends nothing before the welcome', async () => {
    const rig = await new Rig().start()
    expect(rig.socket.send({ type: 'sync', after: room.rev })).toBe(false)
    expect(rig.last.sent).toEqual([])
  })

  it('stops where nobody is signed in, until somebody is', async () => {
    const rig = new Rig()
    rig.token = () => null
    await rig.start()
    expect([rig.now.state, rig.host.sockets.length]).toEqual(['signedOut', 0])
    rig.token = () => 'token'
    rig.socket.signedIn()
    await settle()
    expect(rig.host.sockets).toHaveLength(1)
  })

  it('waits where no token can be fetched, and tries again', async () => {
    const rig = new Rig()
    rig.token = () => {
      throw new Failure('busy', { retryAfterMs: 700 })
    }
    await rig.start()
    expect(rig.now).toMatchObject({ state: 'waiting', untilMs: 700 })
    rig.token = () => 'token'
    await rig.host.pass(700)
    expect(rig.host.sockets).toHaveLength(1)
  })

  it('[CON3] opens nothing for a token that comes after the end', async () => {
    const rig = new Rig()
    rig.socket.start()
    rig.socket.end()
    await settle()
    expect([rig.host.sockets.length, rig.host.timers]).toEqual([0, 0])
  })
})

describe('losing it', () => {
  it('[SOK12] shows the refused token to whoever gives the next', async () => {
    const rig = await new Rig().startLive()
    await rig.close(4401)
    expect(rig.asked).toEqual([undefined, 'token'])
    expect(rig.host.sockets).toHaveLength(2)
  })

  it('[SOK13] takes the last frame for the end, with its reason and its wait: the close may be late', async () => {
    const rig = await new Rig().startLive()
    rig.say(encode({ type: 'closing', code: 'tooMany', detail: '', retryAfterMs: 30_000 }))
    expect(rig.now).toMatchObject({ state: 'waiting', untilMs: 30_000 })
    expect(rig.last.isDropped).toBe(true)
    await rig.close(1006)
    expect(rig.now).toMatchObject({ state: 'waiting', untilMs: 30_000 })

    const other = await new Rig().startLive()
    other.say(encode({ type: 'closing', code: 'roomGone', detail: '' }))
    expect(other.now).toEqual({ state: 'stopped', code: 'roomGone' })
  })

  it('[SOK16] asks the API after two upgrades came to nothing, and believes it', async () => {
    const rig = await new Rig().start()
    rig.answer = () => 'notFound'
    await rig.close(1006)
    await rig.host.pass(5_000)
    await rig.close(1006)
    expect(rig.now).toEqual({ state: 'stopped', code: 'notFound' })
  })

  it('hears nothing more of a socket it dropped', async () => {
    const rig = await new Rig().startLive()
    const old = rig.last
    await rig.host.see('offline')
    expect([rig.now.state, old.isDropped]).toEqual(['offline', true])
    await rig.host.see('online')
    rig.say(encode(room.welcome(ana, null)), old)
    old.onclose({ code: 4403 })
    expect(rig.now.state).toBe('connecting')
  })
})

describe('[SOK12] a token that ends soon', () => {
  const expiring = encode({ type: 'expiring', at: 60_000 })
  const commands = (rig: Rig) => rig.last.sent.map((text) => JSON.parse(text))

  it('is renewed on the open socket, and is then the one that a close refuses', async () => {
    const rig = await new Rig().startLive()
    rig.token = () => 'newer'
    rig.say(expiring)
    await settle()
    const [auth] = commands(rig)
    expect(auth).toMatchObject({ type: 'auth', token: 'newer' })
    rig.say(encode({ type: 'ok', ref: auth.ref }))
    await rig.close(4401)
    expect(rig.asked).toEqual([undefined, 'token', 'newer'])
  })

  it('is still the one of the socket when the room refuses the newer', async () => {
    const rig = await new Rig().startLive()
    rig.token = () => 'newer'
    rig.say(expiring)
    await settle()
    rig.say(encode({ type: 'refused', ref: commands(rig)[0].ref, code: 'busy', detail: '' }))
    rig.say(encode({ type: 'ok', ref: 1 })) // A message's.
    await rig.close(4401)
    expect(rig.asked).toEqual([undefined, 'token', 'token'])
  })

  it('stays where there is no newer one: the close will say so', async () => {
    const rig = await new Rig().startLive()
    const lost = () => {
      throw new Failure('unavailable')
    }
    for (const token of [() => null, () => 'token', lost]) {
      rig.token = token
      rig.say(expiring)
      await settle()
    }
    expect([rig.last.sent, rig.now.state]).toEqual([[], 'live'])
  })

  it('is not sent on a socket that came after the one that asked', async () => {
    const rig = await new Rig().startLive()
    const late = Promise.withResolvers<string>()
    rig.token = () => late.promise
    rig.say(expiring)
    rig.token = () => 'token'
    await rig.close(1012)
    await rig.host.pass(5_000)
    rig.say(encode(room.welcome(ana, null)))
    late.resolve('newer')
    await settle()
    expect([rig.host.sockets.length, rig.now.state, rig.last.sent]).toEqual([2, 'live', []])
  })
})

describe('[CON2] keeping watch', () => {
  it('pings in silence, and replaces what does not answer', async () => {
    const rig = await new Rig().startLive()
    await rig.host.pass(24_999)
    expect(rig.last.sent).toEqual([])
    await rig.host.pass(1)
    expect(rig.last.sent).toEqual([PING])
    await rig.host.pass(7_999)
    expect(rig.host.sockets).toHaveLength(1)
    await rig.host.pass(1)
    expect([rig.host.sockets.length, rig.host.sockets[0]!.isDropped]).toEqual([2, true])
  })

  it('is content with a pong', async () => {
    const rig = await new Rig().startLive()
    await rig.host.pass(25_000)
    rig.say(PONG)
    await rig.host.pass(20_000)
    expect([rig.host.sockets.length, rig.now.state]).toEqual([1, 'live'])
  })

  it('probes at once when somebody looks again, and replaces within 2 s', async () => {
    const rig = await new Rig().startLive()
    await rig.host.see('woke')
    expect(rig.last.sent).toEqual([PING])
    await rig.host.pass(2_000)
    expect(rig.host.sockets).toHaveLength(2)
  })

  it('leaves no timer behind', async () => {
    const rig = await new Rig().startLive()
    rig.socket.end()
    expect([rig.host.timers, rig.last.isDropped, rig.now.state]).toEqual([0, true, 'idle'])
  })
})

describe('frames', () => {
  it('[R21] skips what it does not know, and anything that is not text', async () => {
    const rig = await new Rig().startLive()
    const before = rig.now
    rig.say('{"type":"fireworks"}')
    rig.say(new ArrayBuffer(4))
    rig.say('not json')
    expect(rig.now).toBe(before)
  })
})
