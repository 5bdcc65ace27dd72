// The local stand-in for Neon: a database behind Neon's own HTTP protocol.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { type Engine, openEngine } from './postgres/engine.ts'
import { answer, errorAnswer, readQuestion } from './postgres/protocol.ts'

/**
 * What a test may let happen to a request. `cutBefore` loses it before it had an effect,
 * `cutAfter` loses the answer of a commit, `fail` answers 500, `hang` never answers.
 */
export type Fault = 'none' | 'cutBefore' | 'cutAfter' | 'fail' | 'hang'

export interface Postgres {
  /** For `DATABASE_URL`. The driver finds the HTTP endpoint by itself. */
  readonly url: string
  readonly port: number
  /** Asked once a request, with the statements in it; a test may put another in its place at any time. */
  faults: (asked: string) => Fault
  /** How many milliseconds each request waits before anything happens to it. */
  delayMs: () => number
  close(): Promise<void>
}

/** Port 0, the default, takes a free one. `behind` is the URL of a real PostgreSQL to stand before. */
export async function startPostgres(
  options: { dataDir?: string; behind?: string | undefined; port?: number } = {},
): Promise<Postgres> {
  const { dataDir, behind = process.env['PARLEY_POSTGRES'], port = 0 } = options
  const engine = await openEngine({
    ...(behind !== undefined && { url: behind }),
    ...(dataDir !== undefined && { dataDir }),
  })
  const server = createServer((request, response) => {
    const delayMs = postgres.delayMs()
    const answer = () => handle(engine, postgres, request, response)
    const done = delayMs > 0 ? setTimeout(delayMs).then(answer) : answer()
    done.catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  const taken = portOf(server.address())
  const postgres: Postgres = {
    url: `postgresql://parley:parley@localhost:${taken}/parley`,
    port: taken,
    faults: () => 'none',
    delayMs: () => 0,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await engine.close()
    },
  }
  return postgres
}

async function handle(
  engine: Engine,
  { faults }: Pick<Postgres, 'faults'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/sql') return reply(response, 404, {})
  const body = await text(request)
  const fault = faults(body)
  if (fault === 'hang') return
  if (fault === 'fail') return reply(response, 500, { message: 'A fault, as ordered.' })
  if (fault === 'cutBefore') return void response.destroy()
  try {
    const answered = await answer(engine, readQuestion(request.headers, body))
    if (fault === 'cutAfter') return void response.destroy()
    reply(response, 200, answered)
  } catch (error) {
    reply(response, 400, errorAnswer(error))
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('No TCP port was taken.')
  return address.port
}
