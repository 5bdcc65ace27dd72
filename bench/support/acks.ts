// What senders hear of their own messages: each stored, once, in the order they were sent, and when.

import { build } from 'hdr-histogram-js'
import type WebSocket from 'ws'
import { nowMs, waitMs } from './clock.ts'
import { acknowledged, type Wire } from './wire.ts'

export interface Acknowledgements {
  /** Missing, repeated or out of order: any makes the round void. */
  readonly faults: number
  /** From the intended time of sending to the answer. */
  readonly p50Ms: number
  readonly p99Ms: number
}

/** So long that what is still missing then is lost, not late, on the busiest machine. */
const drainMsMax = 60_000

export class Acks {
  readonly #dueMs: (n: number) => number
  readonly #heard: Uint8Array
  readonly #latency = build()
  #count = 0
  #faults = 0

  constructor(messages: number, dueMs: (n: number) => number) {
    this.#heard = new Uint8Array(messages)
    this.#dueMs = dueMs
  }

  /** `sends` tells which messages are this socket's: where everyone is told, it hears the others' too. */
  follow(socket: WebSocket, kind: Wire['kind'], sends: (n: number) => boolean): void {
    let newest = -1
    socket.on('message', (frame: Buffer) => {
      const n = acknowledged(kind, frame)
      if (n === null || !sends(n)) return
      if (n <= newest) this.#faults += 1
      newest = n
      this.#heard[n] = Math.min(255, this.#heard[n]! + 1)
      this.#count += 1
      this.#latency.recordValue(Math.max(0, (nowMs() - this.#dueMs(n)) * 1000))
    })
  }

  /** Resolves when as many answers are here as messages were sent, or will never be. */
  async all(): Promise<void> {
    const end = nowMs() + drainMsMax
    while (this.#count < this.#heard.length && nowMs() < end) await waitMs(5)
  }

  result(): Acknowledgements {
    const unheard = this.#heard.filter((times) => times !== 1).length
    return {
      faults: this.#faults + unheard,
      p50Ms: this.#latency.getValueAtPercentile(50) / 1000,
      p99Ms: this.#latency.getValueAtPercentile(99) / 1000,
    }
  }
}
