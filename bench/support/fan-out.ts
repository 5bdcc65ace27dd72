// One round of fan-out: open-loop senders, receivers that check every message, the server's bill.

import { build, type Histogram } from 'hdr-histogram-js'
import type WebSocket from 'ws'
import { nowMs, waitMs } from './clock.ts'
import { cpuNanoseconds } from './cpu.ts'
import { startSender } from './sender.ts'
import type { Target } from './targets.ts'
import { decode, openSocket, type Wire } from './wire.ts'

export interface Workload {
  readonly receivers: number
  readonly messagesPerSecond: number
  readonly seconds: number
  /** How long each message is; a usual one unless said. */
  readonly characters?: number
}

export interface Round {
  /** Missing, repeated or out of order: any makes the round void. */
  readonly faults: number
  readonly cpuMicrosecondsPerDelivery: number
  /** From the intended time of sending to receipt. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** How late the generator itself was at p99; over 2 ms the round does not count. */
  readonly slipMs: number
}

/** They receive, too: a room does not spare those who speak. */
export const senders = 20
/** So long that what is still missing then is lost, not late, on the busiest machine. */
const drainMsMax = 60_000

export async function fanOut(target: Target, workload: Workload): Promise<Round> {
  const { messagesPerSecond, seconds, receivers } = workload
  const messages = messagesPerSecond * seconds
  const tally = new Tally(target.wire(0).kind, messages, messagesPerSecond)
  const sockets: WebSocket[] = []
  for (let n = 0; n < receivers; n += 1) {
    const socket = await openSocket(target.wire(n))
    tally.follow(socket)
    sockets.push(socket)
  }
  const wires: Wire[] = Array.from({ length: senders }, (_, n) => target.wire(receivers + n))
  const sender = await startSender({ ...workload, wires, messages })
  tally.startMs = sender.startMs

  const before = await cpuNanoseconds(target.pid)
  const { slipMs } = await sender.sent
  await tally.drained(receivers)
  const spent = (await cpuNanoseconds(target.pid)) - before
  await sender.stop()
  for (const socket of sockets) socket.terminate()

  const { faults, p50Ms, p99Ms } = tally.result()
  const deliveries = messages * (receivers + senders)
  return { faults, cpuMicrosecondsPerDelivery: spent / 1000 / deliveries, p50Ms, p99Ms, slipMs }
}

class Tally {
  readonly #kind: Wire['kind']
  readonly #messages: number
  readonly #messagesPerSecond: number
  readonly #latency: Histogram = build()
  readonly #heard: Uint32Array[] = []
  #deliveries = 0
  #faults = 0
  #last: { frame: Buffer; bodies: string[] } | null = null
  startMs = 0

  constructor(kind: Wire['kind'], messages: number, messagesPerSecond: number) {
    this.#kind = kind
    this.#messages = messages
    this.#messagesPerSecond = messagesPerSecond
  }

  follow(socket: WebSocket): void {
    const heard = new Uint32Array(this.#messages)
    this.#heard.push(heard)
    const newest = new Int32Array(senders).fill(-1) // By sender: each one's messages keep their order.
    socket.on('message', (data: Buffer) => {
      for (const body of this.#bodies(data)) {
        const n = Number.parseInt(body, 10)
        if (n >= this.#messages) continue // A flooder's, some of which are let through.
        const sender = n % senders
        if (n <= newest[sender]!) this.#faults += 1
        newest[sender] = n
        heard[n] = heard[n]! + 1
        this.#deliveries += 1
        const intended = this.startMs + (n * 1000) / this.#messagesPerSecond
        this.#latency.recordValue(Math.max(0, (nowMs() - intended) * 1000))
      }
    })
  }

  async drained(receivers: number): Promise<void> {
    const end = nowMs() + drainMsMax
    while (this.#deliveries < this.#messages * receivers && nowMs() < end) {
      await waitMs(20)
    }
  }

  result() {
    for (const heard of this.#heard) for (const times of heard) if (times !== 1) this.#faults += 1
    return {
      faults: this.#faults,
      p50Ms: this.#latency.getValueAtPercentile(50) / 1000,
      p99Ms: this.#latency.getValueAtPercentile(99) / 1000,
    }
  }

  /** Most receivers get the same bytes: they are read once, so that the receiver keeps its time. */
  #bodies(frame: Buffer): string[] {
    if (this.#last?.frame.equals(frame)) return this.#last.bodies
    const bodies = decode(this.#kind, frame)
    this.#last = { frame, bodies }
    return bodies
  }
}
