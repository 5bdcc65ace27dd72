// Sockets over simulated links: each way in order, late, stalled, or cut with all that is under way.

import type { Link, SessionState } from '../../durable/session.ts'
import { PING, PONG } from '../../protocol/commands.ts'
import type { World } from './world.ts'

/** Who takes what arrives at the room. */
export interface Gate {
  upgraded(end: ServerEnd, url: URL, token: string): void
  received(end: ServerEnd, frame: string): void
  closed(end: ServerEnd): void
}

/** One way: what was sent first arrives first. */
class Wire {
  readonly #world: World
  #arrivesAtMs = 0

  constructor(world: World) {
    this.#world = world
  }

  carry(arrived: () => void): void {
    const { nowMs } = this.#world
    const stallMs = this.#world.strikes(0.004) ? this.#world.between(500, 30_000) : 0
    const delayMs = this.#world.isCalm ? 5 : this.#world.between(1, 60)
    this.#arrivesAtMs = Math.max(this.#arrivesAtMs, Math.ceil(nowMs + delayMs + stallMs))
    this.#world.underWay += 1
    this.#world.later(() => {
      this.#world.underWay -= 1
      arrived()
    }, this.#arrivesAtMs - nowMs)
  }
}

/** Both ends of one socket, and what lies between. */
export class Cable {
  readonly name: string
  readonly world: World
  readonly client: ClientEnd
  readonly server: ServerEnd
  readonly #up: Wire
  readonly #down: Wire
  readonly #gate: Gate
  isCut = false

  constructor(world: World, gate: Gate, name: string) {
    this.world = world
    this.name = name
    this.#gate = gate
    this.#up = new Wire(world)
    this.#down = new Wire(world)
    this.client = new ClientEnd(this)
    this.server = new ServerEnd(this)
  }

  upgrade(url: string, token: string): void {
    this.up(() => this.#gate.upgraded(this.server, new URL(url), token))
    if (!this.world.strikes(0.03)) return
    const twin = new Cable(this.world, this.#gate, `${this.name}'`) // Nobody listens to this one.
    this.up(() => this.#gate.upgraded(twin.server, new URL(url), token))
  }

  up(arrived: () => void): void {
    this.#carry(this.#up, arrived)
  }

  down(arrived: () => void): void {
    this.#carry(this.#down, arrived)
  }

  arrivedUp(frame: string): void {
    if (frame === PING) {
      this.server.pingedAt = this.world.nowMs
      this.down(() => this.client.hear(PONG)) // By the runtime; the room sleeps on.
    } else this.#gate.received(this.server, frame)
  }

  closedByClient(): void {
    this.up(() => this.#gate.closed(this.server))
  }

  /** Each end learns of it in its own time, or never. */
  cut(): void {
    if (this.isCut) return
    this.isCut = true
    this.world.note(`cut ${this.name}`)
    const { world } = this
    if (!world.strikes(0.15)) world.later(() => this.client.lose(), world.between(0, 1_500))
    if (!world.strikes(0.15))
      world.later(() => this.#gate.closed(this.server), world.between(0, 1_500))
  }

  #carry(wire: Wire, arrived: () => void): void {
    if (this.isCut) return
    wire.carry(() => {
      if (!this.isCut) arrived()
    })
    if (this.world.strikes(0.004)) this.world.later(() => this.cut(), this.world.between(0, 80))
  }
}

/** As much of a WebSocket as a page uses. */
export class ClientEnd {
  readonly #cable: Cable
  readyState: number = WebSocket.CONNECTING
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  isSilent = false

  constructor(cable: Cable) {
    this.#cable = cable
  }

  send(frame: string): void {
    if (this.readyState === WebSocket.OPEN) this.#cable.up(() => this.#cable.arrivedUp(frame))
  }

  close(): void {
    if (this.readyState >= WebSocket.CLOSING) return
    this.readyState = WebSocket.CLOSED
    this.#cable.closedByClient()
  }

  opened(): void {
    if (this.readyState === WebSocket.CONNECTING) this.readyState = WebSocket.OPEN
  }

  hear(data: string): void {
    if (this.readyState === WebSocket.OPEN && !this.isSilent) this.onmessage?.({ data })
  }

  lose(code = 1006): void {
    if (this.readyState === WebSocket.CLOSED) return
    this.readyState = WebSocket.CLOSED
    if (!this.isSilent) this.onclose?.({ code })
  }
}

/** The platform's socket, as the room holds it. */
export class ServerEnd implements Link {
  readonly cable: Cable
  state: SessionState | null = null
  isOpen = false
  pingedAt: number | null = null
  readonly backlogBytes = 0
  /** Sees all that leaves, in the turn in which it leaves. */
  sent: (end: ServerEnd, frame: string) => void = () => undefined

  constructor(cable: Cable) {
    this.cable = cable
  }

  accept(): void {
    this.isOpen = true
    this.cable.down(() => this.cable.client.opened())
  }

  refuse(): void {
    this.cable.down(() => this.cable.client.lose())
  }

  send(frame: string): void {
    if (this.isOpen) this.sent(this, frame)
  }

  deliver(frame: string): void {
    this.cable.down(() => this.cable.client.hear(frame))
  }

  /** Set by whoever holds back what leaves before it is durable. */
  leaving: (work: () => void) => void = (work) => work()

  close(code: number): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.leaving(() => this.cable.down(() => this.cable.client.lose(code)))
  }

  keep(state: SessionState): void {
    this.state = state
  }
}
