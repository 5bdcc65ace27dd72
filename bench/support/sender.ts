// The load, in a thread of its own: open-loop, at times fixed beforehand, whatever the receivers do.

import { once } from 'node:events'
import { setPriority } from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { build } from 'hdr-histogram-js'
import { type Acknowledgements, Acks } from './acks.ts'
import { nowMs } from './clock.ts'
import { encode, openSocket, type Wire } from './wire.ts'

export interface Load {
  readonly wires: readonly Wire[]
  readonly messages: number
  readonly messagesPerSecond: number
  /** How long each message is; a usual one unless said. */
  readonly characters?: number
  /** Whether to wait for every message to be acknowledged, and time it. */
  readonly hearsAcks?: boolean
}

export interface Sent {
  /** How late the p99 of the messages left. */
  readonly slipMs: number
  readonly acks: Acknowledgements | null
}

const text = 'The quick brown fox jumps over the lazy dog, and nobody minds at all.'

/** Started: the first message is due at `startMs`. */
export async function startSender(load: Load) {
  const worker = new Worker(new URL(import.meta.url), { workerData: load })
  const [{ startMs }] = await once(worker, 'message')
  const sent: Promise<Sent> = once(worker, 'message').then(([result]) => result)
  return { startMs: Number(startMs), sent, stop: () => worker.terminate() }
}

if (parentPort) await send(workerData, parentPort)

async function send(load: Load, port: NonNullable<typeof parentPort>): Promise<void> {
  comeFirst()
  const { wires, messages, messagesPerSecond, characters = text.length } = load
  const sockets = await Promise.all(wires.map(openSocket))
  const startMs = nowMs() + 100
  const dueMs = (n: number) => startMs + (n * 1000) / messagesPerSecond
  const acks = load.hearsAcks ? new Acks(messages, dueMs) : null
  for (const [which, { kind }] of wires.entries()) {
    acks?.follow(sockets[which]!, kind, (n) => n % wires.length === which)
  }
  const said = text.repeat(Math.ceil(characters / text.length)).slice(0, characters)

  port.postMessage({ startMs })
  const slip = build()
  for (let n = 0; n < messages; n += 1) {
    await until(dueMs(n))
    slip.recordValue(Math.max(0, (nowMs() - dueMs(n)) * 1000))
    const which = n % sockets.length
    sockets[which]!.send(encode(wires[which]!.kind, n, said))
  }
  await acks?.all()
  const slipMs = slip.getValueAtPercentile(99) / 1000
  port.postMessage({ slipMs, acks: acks?.result() ?? null } satisfies Sent)
}

async function until(dueMs: number): Promise<void> {
  for (let restMs = dueMs - nowMs(); restMs > 0; restMs = dueMs - nowMs()) {
    await new Promise((resolve) =>
      restMs > 2 ? setTimeout(resolve, restMs - 1.5) : setImmediate(resolve),
    )
  }
}

/** It does little and must do it in time. Linux counts a thread as a process here; who may not, does not. */
function comeFirst(): void {
  try {
    setPriority(-15)
  } catch {
    // The rounds in which it was late say so themselves.
  }
}
