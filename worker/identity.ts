// From an access token to the caller, or 401. Touches no network and no database. [AUT1]

import { createMiddleware } from 'hono/factory'
import { ownAccount } from '../database/users.ts'
import { Failure } from '../protocol/failures.ts'
import type { AppContext, AppEnv } from './context.ts'
import { type Caller, verifyAccessToken } from './domain/access-tokens.ts'
import { telling } from './openapi/described.ts'

export const signedIn = telling(
  { token: 'must', codes: ['unauthenticated'] },
  createMiddleware<AppEnv>(async (c, next) => {
    const caller = await callerOf(c)
    if (!caller) throw new Failure('unauthenticated')
    c.set('caller', caller)
    return next()
  }),
)

/** For what anybody may read. A token that is no good is refused all the same: its owner must know. */
export const perhapsSignedIn = telling(
  { token: 'may', codes: ['unauthenticated'] },
  createMiddleware<AppEnv>(async (c, next) => {
    c.set('visitor', await callerOf(c))
    return next()
  }),
)

/** Nobody in particular is forbidden what they might do by their name: they are asked for it. */
export function unlessToSignIn(visitor: Caller | null): (error: unknown) => never {
  return (error) => {
    const isForbidden = error instanceof Failure && error.code === 'forbidden'
    throw isForbidden && !visitor ? new Failure('unauthenticated') : error
  }
}

/**
 * To everybody but those who run Parley, by their account as it is now, there is nothing here: the role
 * in a token may be of before.
 */
export const adminOnly = telling(
  { token: 'must', codes: ['unauthenticated', 'notFound'] },
  createMiddleware<AppEnv>(async (c, next) => {
    const caller = await callerOf(c)
    if (!caller) throw new Failure('notFound')
    const account = await ownAccount(c.get('world').db, caller)
    if (!account) throw new Failure(caller.role === 'admin' ? 'unauthenticated' : 'notFound')
    if (account.role !== 'admin') throw new Failure('notFound')
    c.set('caller', caller)
    return next()
  }),
)

/** For `/users/{id}`: whoever it is, and those who run Parley; to anybody else nobody is there. [V-14] */
export const oneselfOrAdmin = telling(
  { token: 'must', codes: ['unauthenticated', 'notFound'] },
  createMiddleware<AppEnv>(async (c, next) => {
    const caller = await callerOf(c)
    if (!caller) throw new Failure('unauthenticated')
    if (c.req.param('userId') !== caller.userId) {
      const account = await ownAccount(c.get('world').db, caller)
      if (!account) throw new Failure('unauthenticated')
      if (account.role !== 'admin') throw new Failure('notFound')
    }
    c.set('caller', caller)
    return next()
  }),
)

/** Null without a token. Fails `unauthenticated` for a token that does not verify. */
export async function callerOf(c: AppContext): Promise<Caller | null> {
  const caller = await bearerOf(c)
  if (!caller && c.req.header('authorization') !== undefined) throw new Failure('unauthenticated')
  return caller
}

/** Null without a token that verifies: whoever wants to leave is not kept for an old one. */
export async function bearerOf(c: AppContext): Promise<Caller | null> {
  const [, token] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
  return recognize(c, token)
}

export async function identify(c: AppContext, token: string | undefined): Promise<Caller> {
  const caller = await recognize(c, token)
  if (!caller) throw new Failure('unauthenticated')
  return caller
}

async function recognize(c: AppContext, token: string | undefined): Promise<Caller | null> {
  const { keyring, now } = c.get('world')
  const caller = token === undefined ? null : await verifyAccessToken(keyring, token, now)
  if (caller) c.set('userId', caller.userId)
  return caller
}
