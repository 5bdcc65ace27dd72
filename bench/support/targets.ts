// Who is measured: ours, the floor and the peers, each behind the same few questions.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { uuidv7 } from 'uuidv7'
import WebSocket from 'ws'
import { socketsPerMemberMax } from '../../protocol/limits.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import { type Person, roomOf, signUp, startParley, wideLimits } from '../../test/support/parley.ts'
import { startWorkerd } from '../../test/support/workerd.ts'

/** What a broadcast of it promises. Never compare across classes without saying so. */
export type Durability = 'stored before sent' | 'relayed only'

export interface Target {
  readonly name: string
  readonly durability: Durability
  readonly pid: number
  /** The n-th of the room's sockets, ready to receive. */
  connect(n: number): Promise<WebSocket>
  /** A message as this server takes it. */
  encode(body: string): string
  /** The bodies in one received frame, in order; none in frames that carry no message. */
  decode(frame: Buffer): string[]
  stop(): Promise<void>
}

const plainText = { encode: (body: string) => body, decode: (frame: Buffer) => [String(frame)] }

export async function parley(receivers: number): Promise<Target> {
  const server = await startParley({ vars: wideLimits })
  const people: Person[] = []
  for (let n = 0; n < Math.ceil(receivers / socketsPerMemberMax); n += 1) {
    people.push(await signUp(server, `Person${n}`))
  }
  const room = await roomOf(people[0]!, people.slice(1))
  const address = `${server.url.replace('http', 'ws')}/api/v1/rooms/${room}/socket`
  return {
    name: 'parley',
    durability: 'stored before sent',
    pid: server.workerd.pid,
    connect: (n) => {
      const { token } = people[Math.floor(n / socketsPerMemberMax)]!
      return opened(new WebSocket(address, [SUBPROTOCOL, token], noDeflate), '"snapshot":true')
    },
    encode: (body) => JSON.stringify({ type: 'send', ref: 0, id: uuidv7(), body }),
    decode: (frame) => {
      const { type, messages = [] } = JSON.parse(String(frame))
      return type === 'changes' ? messages.map(({ body }: { body: string }) => body) : []
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
    connect: () => opened(new WebSocket(workerd.url.replace('http', 'ws'), noDeflate)),
    ...plainText,
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
    connect: () => opened(new WebSocket(`ws://127.0.0.1:${port}`, noDeflate)),
    ...plainText,
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
    connect: async () => {
      const socket = await opened(new WebSocket(address, noDeflate), '0{')
      const joined = frameWith(socket, '40{')
      socket.send('40')
      await joined
      socket.on('message', (data) => String(data) === '2' && socket.send('3'))
      return socket
    },
    encode: (body) => `42${JSON.stringify(['message', body])}`,
    decode: (frame) => {
      const text = String(frame)
      return text.startsWith('42') ? [JSON.parse(text.slice(2))[1]] : []
    },
    stop: async () => void child.kill('SIGKILL'),
  }
}

const noDeflate = { perMessageDeflate: false }

async function nodeServer(file: string): Promise<{ child: ChildProcess; port: number }> {
  const path = new URL(`../servers/${file}`, import.meta.url).pathname
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout! })) {
    return { child, port: Number(line) }
  }
  throw new Error(`${file} ended before it had a port.`)
}

async function opened(socket: WebSocket, firstFrame?: string): Promise<WebSocket> {
  const ready = firstFrame === undefined ? null : frameWith(socket, firstFrame)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  await ready
  return socket
}

function frameWith(socket: WebSocket, part: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (data: unknown) => {
      if (!String(data).includes(part)) return
      socket.off('message', look)
      resolve()
    }
    socket.on('message', look)
  })
}
