// How each server is spoken to: the same few steps for receivers and, in a thread of its own, senders.

import { uuidv7 } from 'uuidv7'
import WebSocket from 'ws'

/** Everything needed to open one socket; plain data, so that it crosses to another thread. */
export interface Wire {
  readonly kind: 'parley' | 'text' | 'socket.io'
  readonly address: string
  readonly protocols: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Resolves when the socket receives what the room says. */
export async function openSocket({
  kind,
  address,
  protocols,
  headers = {},
}: Wire): Promise<WebSocket> {
  const socket = new WebSocket(address, [...protocols], { headers, perMessageDeflate: false })
  const greeting =
    kind === 'text' ? null : frameWith(socket, kind === 'parley' ? '"snapshot":true' : '0{')
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  await greeting
  if (kind === 'socket.io') {
    const joined = frameWith(socket, '40{')
    socket.send('40')
    await joined
    socket.on('message', (data) => String(data) === '2' && socket.send('3'))
  }
  return socket
}

/** The n-th message as this server takes it. */
export function encode(kind: Wire['kind'], n: number, text: string): string {
  const body = `${n} ${text}`
  if (kind === 'parley') return JSON.stringify({ type: 'send', ref: n, id: uuidv7(), body })
  return kind === 'text' ? body : `42${JSON.stringify(['message', body])}`
}

/** The bodies in one received frame, in order; none in frames that carry no message. */
export function decode(kind: Wire['kind'], frame: Buffer): string[] {
  const text = String(frame)
  if (kind === 'text') return [text]
  if (kind === 'socket.io') return text.startsWith('42') ? [JSON.parse(text.slice(2))[1]] : []
  const { type, messages = [] } = JSON.parse(text)
  return type === 'changes' ? messages.map(({ body }: { body: string }) => body) : []
}

/** Which message a frame says is stored; null in frames that say so of none. */
export function acknowledged(kind: Wire['kind'], frame: Buffer): number | null {
  const text = String(frame)
  if (kind === 'text') return Number.parseInt(text, 10)
  return text.startsWith('{"type":"ok"') ? JSON.parse(text).ref : null
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
