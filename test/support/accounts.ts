// People with everything a sign-in gives them, for tests of accounts.

import { randomBytes } from 'node:crypto'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import type { UserId } from '../../protocol/ids.ts'
import type { Answer, Http } from './http.ts'

export const password = 'correct horse battery'

/** One sign-in of somebody, and what can be asked with it. */
export interface SignedInPerson {
  readonly id: UserId
  readonly username: string
  readonly email: string
  readonly token: string
  readonly refreshToken: string
  ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>>
}

export function stranger() {
  const username = `ann-${randomBytes(6).toString('hex')}`
  return { email: `${username}@example.com`, username, password }
}

export async function newcomer(http: Http, more: object = {}): Promise<SignedInPerson> {
  const body = { ...stranger(), ...more, transport: 'body' }
  return personOf(http, await http<SignedIn>('POST', '/auth/register', { body }))
}

export async function signInAgain(
  http: Http,
  { username }: { readonly username: string },
  headers: Record<string, string> = {},
): Promise<SignedInPerson> {
  const body = { login: username, password, transport: 'body' }
  return personOf(http, await http<SignedIn>('POST', '/auth/login', { body, headers }))
}

export const logIn = (http: Http, login: string, shown = password) =>
  http<SignedIn>('POST', '/auth/login', {
    body: { login, password: shown, transport: 'body' },
  })

export const refresh = (http: Http, refreshToken: string) =>
  http<SignedIn>('POST', '/auth/refresh', { body: { refreshToken } })

function personOf(http: Http, { status, body, text }: Answer<SignedIn>): SignedInPerson {
  if (status >= 300) throw new Error(`Not signed in: ${status} ${text}`)
  const { user, accessToken: token, refreshToken = '' } = body
  return {
    ...{ id: user.id, username: user.username, email: user.email, token, refreshToken },
    ask: (method, path, asked) => http(method, path, { token, body: asked }),
  }
}
