// Those who spoil a room for others, each in a thread of its own: it is the server they are to load.

import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import WebSocket from 'ws'
import { nowMs, waitMs } from './clock.ts'
import { encode, openSocket, type Wire } from './wire.ts'

export type Habit = 'never reads' | 'floods'

export interface Crew {
  readonly habit: Habit
  readonly wires: readonly Wire[]
  /** Of the one who floods: the first. */
  readonly framesPerSecond: number
}

export interface Disturbance {
  /** How the sockets ended, by close code; the flooder's many. */
  readonly closes: Readonly<Record<number, number>>
  readonly frames: number
}

const tickMs = 5
/** Its messages' numbers, above those of any round. */
const floodFrom = 1_000_000_000

/** Resolves when they are in the room. */
export async function startDisturbers(crew: Crew) {
  const worker = new Worker(new URL(import.meta.url), { workerData: crew })
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

async function disturb(crew: Crew, port: NonNullable<typeof parentPort>): Promise<void> {
  const stopped = once(port, 'message')
  port.postMessage(await (crew.habit === 'floods' ? flood : stall)(crew, stopped, port))
}

type Port = NonNullable<typeof parentPort>

/** In the end it reads what the runtime held for it, so that the reason it was cut is known. */
async function stall({ wires }: Crew, stopped: Promise<unknown>, port: Port) {
  const sockets = await Promise.all(wires.map(openSocket))
  const closes: Record<number, number> = {}
  for (const socket of sockets) {
    socket.on('close', (code) => {
      closes[code] = (closes[code] ?? 0) + 1
    })
    socket.send('ping') // workerd keeps one that never sent anything ten seconds after its close.
    socket.pause()
  }
  port.postMessage('here')
  await stopped
  for (const socket of sockets) socket.resume()
  const ended = () => Object.values(closes).reduce((sum, count) => sum + count, 0)
  for (let tries = 0; tries < 100 && ended() < sockets.length; tries += 1) await waitMs(20)
  return { closes, frames: 0 }
}

/** Cut off, it is back at once, whatever it was asked to do. */
async function flood({ wires, framesPerSecond }: Crew, stopped: Promise<unknown>, port: Port) {
  const closes: Record<number, number> = {}
  const enter = async () => {
    const socket = await openSocket(wires[0]!)
    socket.on('close', (code) => {
      closes[code] = (closes[code] ?? 0) + 1
    })
    return socket
  }
  let socket = await enter()
  const over = new AbortController()
  void stopped.then(() => over.abort())
  port.postMessage('here')
  let frames = 0
  let ticks = 0
  for (const startMs = nowMs(); !over.signal.aborted; await waitMs(1)) {
    if (socket.readyState === WebSocket.CLOSED) socket = await enter()
    const due = Math.floor((nowMs() - startMs) / tickMs) - ticks
    ticks += due
    if (socket.readyState !== WebSocket.OPEN) continue
    for (let n = 0; n < (due * tickMs * framesPerSecond) / 1000; n += 1) {
      socket.send(encode(wires[0]!.kind, floodFrom + frames, 'Buy now.'))
      frames += 1
    }
  }
  socket.terminate()
  return { closes, frames }
}
