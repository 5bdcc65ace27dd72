// From an access token to the caller, or 401. Touches no network and no database. [AUT1]

import { createMiddleware } from 'hono/factory'
import { Failure } from '../protocol/failures.ts'
import type { AppContext, AppEnv } from './context.ts'
import { type Caller, verifyAccessToken } from './domain/access-tokens.ts'

export const signedIn = createMiddleware<AppEnv>(async (c, next) => {
  const caller = await callerOf(c)
  if (!caller) throw new Failure('unauthenticated')
  c.set('caller', caller)
  return next()
})

/** For what anybody may read. A token that is no good is refused all the same: its owner must know. */
export const perhapsSignedIn = createMiddleware<AppEnv>(async (c, next) => {
  c.set('visitor', await callerOf(c))
  return next()
})

/** Null without a token. Fails `unauthenticated` for a token that does not verify. */
export async function callerOf(c: AppContext): Promise<Caller | null> {
  const header = c.req.header('authorization')
  if (header === undefined) return null
  const [, token] = /^bearer +(\S+)$/i.exec(header) ?? []
  return identify(c, token)
}

export async function identify(c: AppContext, token: string | undefined): Promise<Caller> {
  const { keyring, now } = c.get('world')
  const caller = token === undefined ? null : await verifyAccessToken(keyring, token, now)
  if (!caller) throw new Failure('unauthenticated')
  c.set('userId', caller.userId)
  return caller
}
