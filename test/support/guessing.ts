// People who try passwords, and the person whose account it is.

import { randomBytes } from 'node:crypto'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import type { Answer, Http } from './http.ts'

export const password = 'correct horse battery'

/** Documentation's own addresses (RFC 5737), so many as are asked for. */
export const addressOf = (n: number) => `203.0.${113 + Math.floor(n / 256)}.${n % 256}`

export const from = (address: string, more: Record<string, string> = {}) => ({
  'cf-connecting-ip': address,
  ...more,
})

export interface Registered {
  readonly email: string
  readonly username: string
  readonly id: string
  /** What a browser then sends: the refresh cookie, and the device's. */
  readonly cookies: { readonly refresh: string; readonly device: string }
}

export async function registerOn(http: Http): Promise<Registered> {
  const username = `ann-${randomBytes(6).toString('hex')}`
  const email = `${username}@example.com`
  const answer = await http<SignedIn>('POST', '/auth/register', {
    body: { email, username, password },
  })
  if (answer.status !== 201) throw new Error(`register: ${answer.text}`)
  return { email, username, id: answer.body.user.id, cookies: cookiesOf(answer) }
}

export function cookiesOf({ headers }: Pick<Answer, 'headers'>) {
  const named = (name: string) =>
    headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith(`${name}=`))
      ?.split(';')[0] ?? ''
  return { refresh: named('__Host-parley'), device: named('__Host-parley-device') }
}

export function triesOn(http: Http) {
  const logIn = (login: string, secret: string, headers: Record<string, string> = {}) =>
    http('POST', '/auth/login', { body: { login, password: secret }, headers })
  return {
    guess: (login: string, headers?: Record<string, string>) =>
      logIn(login, `no-${randomBytes(6).toString('hex')}`, headers),
    signIn: (login: string, headers?: Record<string, string>) => logIn(login, password, headers),
  }
}

/** All at the same moment. */
export const atOnce = <T>(count: number, ask: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(n)))

/** A few at a time: here all hashes are made on one processor, and Postgres is not waited for so long. */
export async function inBunches<T>(count: number, ask: (n: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  while (answers.length < count) {
    const done = answers.length
    answers.push(...(await atOnce(Math.min(5, count - done), (n) => ask(done + n))))
  }
  return answers
}

export const countOf = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length
