// What a person's app asks of a Parley, and nothing that it does not: one request, one socket.

import * as v from 'valibot'
import WebSocket from 'ws'
import { decodeServerFrame, type ServerFrame } from '../../protocol/frames.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'

/** Longer than anything takes where all is well, a wake-up of Postgres included. */
const patienceMs = 15_000

export interface Asked<Schema> {
  readonly token?: string
  readonly body?: unknown
  readonly expects: Schema
}

/** Fails with a sentence: what was answered instead, never what was sent. */
export async function ask<Schema extends v.GenericSchema>(
  url: string,
  method: string,
  path: string,
  { token, body, expects }: Asked<Schema>,
): Promise<v.InferOutput<Schema>> {
  const response = await fetch(new URL(`/api/v1${path}`, url), {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: unknown) => {
    throw new Error(`${method} ${path} had no answer: ${reasonOf(error)}`)
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${codeIn(text)}`)
  const parsed = v.safeParse(expects, readJson(text))
  if (!parsed.success) throw new Error(`${method} ${path} answered something else than Parley does`)
  return parsed.output
}

export class Ear {
  readonly #socket: WebSocket
  readonly #frames: ServerFrame[] = []
  #look: () => void = () => {}

  constructor(url: string, room: string, token: string) {
    const address = new URL(`/api/v1/rooms/${room}/socket`, url.replace(/^http/, 'ws'))
    this.#socket = new WebSocket(address, [SUBPROTOCOL, token])
    this.#socket.on('message', (data) => {
      const frame = decodeServerFrame(String(data))
      if (frame) this.#frames.push(frame)
      this.#look()
    })
    for (const end of ['error', 'close']) this.#socket.on(end, () => this.#look())
  }

  /** The first frame, past or to come, that is wanted; fails when the socket ends, or in time. */
  hears(what: string, wants: (frame: ServerFrame) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`a socket did not hear ${what}`)), patienceMs)
      this.#look = () => {
        const isHeard = this.#frames.some(wants)
        if (!isHeard && this.#socket.readyState <= WebSocket.OPEN) return
        clearTimeout(timer)
        if (isHeard) resolve()
        else reject(new Error(`a socket ended before it heard ${what}`))
      }
      this.#look()
    })
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame))
  }

  close(): void {
    this.#socket.close()
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text || 'null')
  } catch {
    return undefined
  }
}

/** Our own problems have a code; anything else in front of us says what it is by its status alone. */
function codeIn(text: string): string {
  const problem = v.safeParse(v.object({ code: v.string() }), readJson(text))
  return problem.success ? problem.output.code : '(not from Parley)'
}
