// Who is measured: ours, the floor and the peers, each behind the same few questions.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { socketsPerMemberMax } from '../../protocol/limits.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import { type Person, roomOf, signUp, startParley, wideLimits } from '../../test/support/parley.ts'
import { startWorkerd } from '../../test/support/workerd.ts'
import { startPostgresAside } from './postgres.ts'
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

/** Enough members for `sockets` sockets, receivers and senders together. */
export async function parley(sockets: number): Promise<Target> {
  const server = await startParley({ vars: wideLimits, database: startPostgresAside })
  const people: Person[] = []
  for (let n = 0; n < Math.ceil(sockets / socketsPerMemberMax); n += 1) {
    people.push(await signUp(server, `Person${n}`))
  }
  const room = await roomOf(people[0]!, people.slice(1))
  const address = `${server.url.replace('http', 'ws')}/api/v1/rooms/${room}/socket`
  return {
    name: 'parley',
    durability: 'stored before sent',
    pid: server.workerd.pid,
    wire: (n) => {
      const { token } = people[Math.floor(n / socketsPerMemberMax)]!
      return { kind: 'parley', address, protocols: [SUBPROTOCOL, token] }
    },
    stop: () => server.stop(),
  }
}

export async function bareObject(): Promise<Target> {
  const home = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const source = await readFile(new URL('../workers/bare-object.ts', import.meta.url), 'utf8')
  await writeFile(join(home, 'index.js'), stripTypeScriptTypes(source))
  const modules = { 'index.js': join(home, 'index.js') }
  const workerd = await startWorkerd({ modules, objects: { ROOM: 'BareRoom' } })
  return {
    name: 'bare object',
    durability: 'stored before sent',
    pid: workerd.pid,
    wire: () => ({ kind: 'text', address: workerd.url.replace('http', 'ws'), protocols: [] }),
    stop: async () => {
      await workerd.stop()
      await rm(home, { recursive: true })
    },
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
  for await (const line of createInterface({ input: child.stdout! })) {
    return { child, port: Number(line) }
  }
  throw new Error(`${file} ended before it had a port.`)
}
