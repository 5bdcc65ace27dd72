// A whole Parley for a test: the built Worker in workerd, and Postgres in memory behind it.

import { randomBytes } from 'node:crypto'
import { migrate } from '../../dev/migrate.ts'
import { type Postgres, startPostgres } from '../../dev/postgres.ts'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { expectDescribed } from './as-described.ts'
import { quickBundle, workerBundle } from './build.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

export interface Parley {
  readonly url: string
  readonly workerd: Workerd
  readonly postgres: Postgres
  stop(): Promise<void>
}

/** A registered person with a token that works, and what they can ask over HTTP. */
export interface Person {
  readonly id: UserId
  readonly name: string
  readonly token: string
  /** Method, path under /api/v1, body → status and decoded answer. */
  ask<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }>
}

/** Limits that would slow a fault run down; S5 and LIM2 run with the real ones. */
export const wideLimits = {
  LIMIT_COMMANDS_BURST: '1000000',
  LIMIT_COMMANDS_PER_SECOND: '1000000',
  LIMIT_ROOM_COMMANDS_PER_SECOND: '1000000',
}

/** By cheap hashes, unless a `bundle` says otherwise. */
export async function startParley({
  vars = {},
  bundle = process.env['VITEST'] ? quickBundle : workerBundle,
  database = inMemory,
}: {
  vars?: Record<string, string>
  bundle?: string
  database?: () => Promise<Postgres>
} = {}): Promise<Parley> {
  const postgres = await database()
  const workerd = await startWorkerd({
    modules: { 'index.js': bundle },
    objects: { ROOMS: 'ChatRoom', LOGIN_GUARD: 'LoginGuard', METER: 'Meter' },
    vars: {
      ENVIRONMENT: 'local',
      LOG_LEVEL: 'error',
      DATABASE_URL: postgres.url,
      KEYRING: JSON.stringify([{ kid: 'test', secret: randomBytes(32).toString('base64url') }]),
      ...vars,
    },
  })
  const stop = async () => {
    await workerd.stop()
    await postgres.close()
  }
  return { url: workerd.url, workerd, postgres, stop }
}

async function inMemory(): Promise<Postgres> {
  const postgres = await startPostgres()
  await migrate(postgres.url)
  return postgres
}

export async function signUp({ url }: { url: string }, name: string): Promise<Person> {
  const username = `${name}${randomBytes(4).toString('hex')}`.toLowerCase()
  const answer = await request<SignedIn>(url, 'POST', '/auth/register', null, {
    ...{ email: `${username}@example.com`, username, password: 'correct horse battery' },
    ...{ displayName: name, transport: 'body' },
  })
  if (answer.status !== 201) throw new Error(`register: ${JSON.stringify(answer)}`)
  const { accessToken: token, user } = answer.body
  return {
    ...{ id: user.id, name, token },
    ask: (method, path, body) => request(url, method, path, token, body),
  }
}

/** A public room of `owner`, with the others in it. */
export async function roomOf(owner: Person, others: readonly Person[] = []): Promise<RoomId> {
  const name = `Room ${randomBytes(6).toString('hex')}`
  const made = await owner.ask<{ id: RoomId }>('POST', '/rooms', { name, visibility: 'public' })
  if (made.status !== 201) throw new Error(`create room: ${JSON.stringify(made)}`)
  for (const other of others) {
    const joined = await other.ask('POST', `/rooms/${made.body.id}/join`, {})
    if (joined.status !== 200) throw new Error(`join: ${JSON.stringify(joined)}`)
  }
  return made.body.id
}

async function request<Body>(
  url: string,
  method: string,
  path: string,
  token: string | null,
  body?: unknown,
): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const { status, headers } = response
  expectDescribed(method, `/api/v1${path}`, { status, headers, text })
  return { status, body: JSON.parse(text || 'null') }
}
