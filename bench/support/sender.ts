// The load, in a thread of its own: open-loop, at times fixed beforehand, whatever the receivers do.

import { once } from 'node:events'
import { setPriority } from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { build } from 'hdr-histogram-js'
import { encode, openSocket, type Wire } from './wire.ts'

export interface Load {
  readonly wires: readonly Wire[]
  readonly messages: number
  readonly messagesPerSecond: number
}

/** Milliseconds since 1970 with fractions: one clock for all threads. */
export const nowMs = () => performance.timeOrigin + performance.now()

const text = 'The quick brown fox jumps over the lazy dog, and nobody minds at all.'

/** Started: the first message is due at `startMs`. Sent: how late the p99 of them left. */
export async function startSender(load: Load) {
  const worker = new Worker(new URL(import.meta.url), { workerData: load })
  const [{ startMs }] = await once(worker, 'message')
  const sent: Promise<{ slipMs: number }> = once(worker, 'message').then(([result]) => result)
  return { startMs: Number(startMs), sent, stop: () => worker.terminate() }
}

if (parentPort) await send(workerData, parentPort)

async function send(load: Load, port: NonNullable<typeof parentPort>): Promise<void> {
  comeFirst()
  const sockets = await Promise.all(load.wires.map(openSocket))
  const kinds = load.wires.map(({ kind }) => kind)
  const startMs = nowMs() + 100
  port.postMessage({ startMs })
  const slip = build()
  for (let n = 0; n < load.messages; n += 1) {
    const intended = startMs + (n * 1000) / load.messagesPerSecond
    for (let restMs = intended - nowMs(); restMs > 0; restMs = intended - nowMs()) {
      await new Promise((resolve) =>
        restMs > 2 ? setTimeout(resolve, restMs - 1.5) : setImmediate(resolve),
      )
    }
    slip.recordValue(Math.max(0, (nowMs() - intended) * 1000))
    const which = n % sockets.length
    sockets[which]!.send(encode(kinds[which]!, `${n} ${text}`))
  }
  port.postMessage({ slipMs: slip.getValueAtPercentile(99) / 1000 })
}

/** It does little and must do it in time. Linux counts a thread as a process here; who may not, does not. */
function comeFirst(): void {
  try {
    setPriority(-15)
  } catch {
    // The rounds in which it was late say so themselves.
  }
}
