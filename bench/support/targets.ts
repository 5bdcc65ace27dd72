// Who is measured: ours, the floor and the peers, each behind the same few questions.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { socketsPerMemberMax } from '../../protocol/limits.ts'
import { socketsOf, startBare } from './bare.ts'
import { endWithUs } from './leash.ts'
import { benchLimits, startParleyRoom, wireOf } from './parley-room.ts'
import type { Wire } from './wire.ts'

/** What a broadcast of it promises. Never compare across classes without saying so. */
export type Durability = 'stored before sent' | 'relayed only'

export interface Target {
  readonly name: string
  readonly durability: Durability
  readonly pid: number
  /** The n-th of the room's sockets. */
  wire(n: number): Wire
  stop(): Promise<void>
}

/** Sockets go round the members, who are as few as may hold them unless `people` says otherwise. */
export async function parley(
  sockets: number,
  { people: count = Math.ceil(sockets / socketsPerMemberMax), vars = benchLimits } = {},
): Promise<Target> {
  const { server, people, room } = await startParleyRoom({ people: count, vars })
  return {
    name: 'parley',
    durability: 'stored before sent',
    pid: server.workerd.pid,
    wire: (n) => wireOf(server, room, people[n % count]!),
    stop: () => server.stop(),
  }
}

/** Tells everyone, or only the one who sent. */
export async function bareObject(_sockets: number, tells = 'everyone'): Promise<Target> {
  const workerd = await startBare('bare-object.ts', { TELLS: tells })
  return {
    name: tells === 'everyone' ? 'bare object' : `bare object, tells ${tells}`,
    durability: 'stored before sent',
    pid: workerd.pid,
    wire: () => ({ kind: 'text', address: socketsOf(workerd), protocols: [] }),
    stop: () => workerd.stop(),
  }
}

export async function nodeWs(): Promise<Target> {
  const { child, port } = await nodeServer('ws-server.ts')
  return {
    name: 'ws',
    durability: 'relayed only',
    pid: child.pid!,
    wire: () => ({ kind: 'text', address: `ws://127.0.0.1:${port}`, protocols: [] }),
    stop: async () => void child.kill('SIGKILL'),
  }
}

export async function socketIo(): Promise<Target> {
  const { child, port } = await nodeServer('socket-io-server.ts')
  const address = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`
  return {
    name: 'socket.io',
    durability: 'relayed only',
    pid: child.pid!,
    wire: () => ({ kind: 'socket.io', address, protocols: [] }),
    stop: async () => void child.kill('SIGKILL'),
  }
}

async function nodeServer(file: string): Promise<{ child: ChildProcess; port: number }> {
  const path = new URL(`../servers/${file}`, import.meta.url).pathname
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs({ stop: async () => void child.kill('SIGKILL') })
  for await (const line of createInterface({ input: child.stdout! })) {
    return { child, port: Number(line) }
  }
  throw new Error(`${file} ended before it had a port.`)
}
