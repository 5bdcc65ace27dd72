// Those who spoil a room for others, each in a thread of its own: it is the server they are to load.

import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { waitMs } from './clock.ts'
import { encode, openSocket, type Wire } from './wire.ts'

export type Habit = 'never reads' | 'floods'

export interface Disturbance {
  /** How the sockets ended, by close code; the flooder's many. */
  readonly closes: Readonly<Record<number, number>>
  readonly frames: number
}

/** Resolves when they are in the room. */
export async function startDisturbers(habit: Habit, wires: readonly Wire[]) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { habit, wires } })
  await once(worker, 'message')
  return {
    stop: async (): Promise<Disturbance> => {
      worker.postMessage('stop')
      const [disturbance] = await once(worker, 'message')
      await worker.terminate()
      return disturbance
    },
  }
}

if (parentPort) await disturb(workerData, parentPort)

async function disturb(
  { habit, wires }: { habit: Habit; wires: readonly Wire[] },
  port: NonNullable<typeof parentPort>,
): Promise<void> {
  const stopped = once(port, 'message')
  const work = habit === 'floods' ? flood(wires[0]!, stopped, port) : stall(wires, stopped, port)
  port.postMessage(await work)
}

type Port = NonNullable<typeof parentPort>

/** In the end it reads what the runtime held for it, so that the reason it was cut is known. */
async function stall(wires: readonly Wire[], stopped: Promise<unknown>, port: Port) {
  const sockets = await Promise.all(wires.map(openSocket))
  const closes: Record<number, number> = {}
  for (const socket of sockets) {
    socket.on('close', (code) => {
      closes[code] = (closes[code] ?? 0) + 1
    })
    socket.pause()
  }
  port.postMessage('here')
  await stopped
  for (const socket of sockets) socket.resume()
  const ended = () => Object.values(closes).reduce((sum, count) => sum + count, 0)
  for (let tries = 0; tries < 100 && ended() < sockets.length; tries += 1) await waitMs(20)
  return { closes, frames: 0 }
}

/** Sends whatever the wire takes; cut off, it is back at once, whatever it was asked to do. */
async function flood(wire: Wire, stopped: Promise<unknown>, port: Port) {
  const closes: Record<number, number> = {}
  let frames = 0
  let isOver = false
  void stopped.then(() => {
    isOver = true
  })
  let isHere = false
  while (!isOver) {
    const socket = await openSocket(wire)
    if (!isHere) port.postMessage('here')
    isHere = true
    const closed = once(socket, 'close').then(([code]) => {
      closes[code] = (closes[code] ?? 0) + 1
    })
    while (!isOver && socket.readyState === socket.OPEN) {
      if (socket.bufferedAmount < bufferedBytesMax) {
        socket.send(encode(wire.kind, frames, 'Buy now.'))
        frames += 1
        if (frames % 20 > 0) continue
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (isOver) socket.terminate()
    await closed
  }
  return { closes, frames }
}

const bufferedBytesMax = 64 * 1024
