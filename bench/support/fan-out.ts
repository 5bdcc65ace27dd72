// One round of fan-out: open-loop senders, receivers that check every message, the server's bill.

import { build, type Histogram } from 'hdr-histogram-js'
import type WebSocket from 'ws'
import { cpuNanoseconds } from './cpu.ts'
import type { Target } from './targets.ts'

export interface Workload {
  readonly receivers: number
  readonly messagesPerSecond: number
  readonly seconds: number
}

export interface Round {
  readonly deliveries: number
  /** Missing, repeated or out of order: any makes the round void. */
  readonly faults: number
  readonly cpuMicrosecondsPerDelivery: number
  /** From the intended time of sending to receipt. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** How late the generator itself was at p99; over 2 ms the round does not count. */
  readonly slipMs: number
}

const text = 'The quick brown fox jumps over the lazy dog, and nobody minds at all.'
const drainMsMax = 15_000

export async function fanOut(target: Target, workload: Workload): Promise<Round> {
  const sockets: WebSocket[] = []
  for (let n = 0; n < workload.receivers; n += 1) sockets.push(await target.connect(n))
  const tally = new Tally(target, workload)
  for (const socket of sockets) tally.follow(socket)

  const before = await cpuNanoseconds(target.pid)
  await send(target, sockets, workload, tally)
  await tally.drained()
  const spent = (await cpuNanoseconds(target.pid)) - before
  for (const socket of sockets) socket.terminate()
  return tally.round(spent)
}

/** Times are fixed beforehand; a server that is slow gets no mercy, a late generator is noted. */
async function send(
  target: Target,
  sockets: WebSocket[],
  { messagesPerSecond, seconds }: Workload,
  tally: Tally,
): Promise<void> {
  const senders = sockets.slice(0, 20)
  const start = performance.now() + 50
  for (let n = 0; n < messagesPerSecond * seconds; n += 1) {
    const intended = start + (n * 1000) / messagesPerSecond
    while (performance.now() < intended) {
      const restMs = intended - performance.now()
      await new Promise((resolve) =>
        restMs > 2 ? setTimeout(resolve, restMs - 1.5) : setImmediate(resolve),
      )
    }
    tally.sent(n, intended)
    senders[n % senders.length]!.send(target.encode(`${n} ${text}`))
  }
}

class Tally {
  readonly #target: Target
  readonly #workload: Workload
  readonly #intended: number[] = []
  readonly #latency: Histogram = build()
  readonly #slip: Histogram = build()
  readonly #heard: Uint32Array[] = []
  #deliveries = 0
  #faults = 0
  #last: { frame: Buffer; bodies: string[] } | null = null

  constructor(target: Target, workload: Workload) {
    this.#target = target
    this.#workload = workload
  }

  follow(socket: WebSocket): void {
    const heard = new Uint32Array(this.#messages)
    this.#heard.push(heard)
    const newest = new Int32Array(20).fill(-1) // By sender: each one's messages keep their order.
    socket.on('message', (data: Buffer) => {
      for (const body of this.#bodies(data)) {
        const n = Number.parseInt(body, 10)
        const sender = n % 20
        if (n <= newest[sender]!) this.#faults += 1
        newest[sender] = n
        heard[n] = heard[n]! + 1
        this.#deliveries += 1
        this.#latency.recordValue(Math.max(0, (performance.now() - this.#intended[n]!) * 1000))
      }
    })
  }

  sent(n: number, intended: number): void {
    this.#intended[n] = intended
    this.#slip.recordValue(Math.max(0, (performance.now() - intended) * 1000))
  }

  async drained(): Promise<void> {
    const end = performance.now() + drainMsMax
    const due = this.#messages * this.#workload.receivers
    while (this.#deliveries < due && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  round(cpuNanosecondsSpent: number): Round {
    for (const heard of this.#heard) for (const times of heard) if (times !== 1) this.#faults += 1
    return {
      deliveries: this.#deliveries,
      faults: this.#faults,
      cpuMicrosecondsPerDelivery: cpuNanosecondsSpent / 1000 / this.#deliveries,
      p50Ms: this.#latency.getValueAtPercentile(50) / 1000,
      p99Ms: this.#latency.getValueAtPercentile(99) / 1000,
      slipMs: this.#slip.getValueAtPercentile(99) / 1000,
    }
  }

  get #messages(): number {
    return this.#workload.messagesPerSecond * this.#workload.seconds
  }

  /** Most receivers get the same bytes: they are read once, so that the generator keeps its time. */
  #bodies(frame: Buffer): string[] {
    if (this.#last?.frame.equals(frame)) return this.#last.bodies
    const bodies = this.#target.decode(frame)
    this.#last = { frame, bodies }
    return bodies
  }
}
