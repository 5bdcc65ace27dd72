// Signing up, in, on and out.

import { Hono } from 'hono'
import { endSessions } from '../../database/sessions.ts'
import { ownAccount } from '../../database/users.ts'
import {
  LoginRequest,
  LogoutRequest,
  RefreshRequest,
  RegisterRequest,
  type SignedIn,
  type Validated,
  ValidateRequest,
} from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import { addressOf } from '../address.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { verifyAccessToken } from '../domain/access-tokens.ts'
import type { Client } from '../domain/guesses.ts'
import { proofOf, readRefreshToken } from '../domain/refresh-tokens.ts'
import { type Admitted, logIn, register, renew } from '../domain/sign-ins.ts'
import { bearerOf } from '../identity.ts'
import { body } from '../input.ts'
import { tellEnded } from '../news.ts'
import { deviceMarks, keepKnown } from './device-cookie.ts'
import { accountOf } from './people.ts'
import { dropCookie, fromCookie, keepInCookie } from './refresh-cookie.ts'

/** What a list of sign-ins shows of the client. */
const userAgentCharactersMax = 200

export const auth = new Hono<AppEnv>()

auth.post('/register', body(RegisterRequest), async (c) => {
  const request = c.req.valid('json')
  const admitted = await register(c.get('world'), request, clientOf(c))
  return c.json(welcome(c, admitted, request.transport), 201)
})

auth.post('/login', body(LoginRequest), async (c) => {
  const request = c.req.valid('json')
  const { admitted, ended } = await logIn(c.get('world'), request, clientOf(c))
  await tellEnded(c, ended)
  return c.json(welcome(c, admitted, request.transport))
})

auth.post('/refresh', body(RefreshRequest), async (c) => {
  const { refreshToken } = c.req.valid('json')
  const token = refreshToken ?? fromCookie(c)
  if (token === undefined) throw new Failure('unauthenticated')
  const renewed = await renew(c.get('world'), token)
  if (renewed.outcome === 'renewed') {
    return c.json(handOver(c, renewed.admitted, refreshToken === undefined ? 'cookie' : 'body'))
  }
  if (renewed.outcome === 'stolen') await tellEnded(c, renewed.ended)
  if (refreshToken === undefined) dropCookie(c)
  throw new Failure('unauthenticated')
})

/** Whoever is out already is out: there is nothing to refuse. */
auth.post('/logout', body(LogoutRequest), async (c) => {
  const { everywhere, refreshToken } = c.req.valid('json')
  const by = (await bearerOf(c)) ?? tokenProof(c, refreshToken ?? fromCookie(c))
  if (by) await tellEnded(c, await endSessions(c.get('world').db, by, everywhere))
  dropCookie(c)
  return c.body(null, 204)
})

auth.post('/validate', body(ValidateRequest), async (c) => {
  const { token, live } = c.req.valid('json')
  const { keyring, now, db } = c.get('world')
  const caller = await verifyAccessToken(keyring, token, now)
  if (!caller || (live && !(await ownAccount(db, caller)))) throw new Failure('unauthenticated')
  const { userId: id, username, name: displayName, sessionId, role, expiresAt } = caller
  const validated: Validated = {
    user: { id, username, displayName },
    sessionId,
    role,
    expiresAt: expiresAt.toISOString(),
  }
  return c.json(validated)
})

/** Whoever proved who they are on this browser is not slowed here by what others guess elsewhere. */
function welcome(c: AppContext, admitted: Admitted, transport: 'cookie' | 'body'): SignedIn {
  const signedIn = handOver(c, admitted, transport)
  if (transport === 'cookie') keepKnown(c, admitted.account)
  return signedIn
}

/** The refresh token goes into the cookie, or into the body for a client that asked for it there. */
function handOver(c: AppContext, admitted: Admitted, transport: 'cookie' | 'body'): SignedIn {
  if (transport === 'cookie') keepInCookie(c, admitted)
  return {
    user: accountOf(admitted.account),
    accessToken: admitted.accessToken,
    accessTokenExpiresAt: admitted.accessTokenExpiresAt.toISOString(),
    ...(transport === 'body' && { refreshToken: admitted.refreshToken }),
    refreshTokenExpiresAt: admitted.refreshTokenExpiresAt.toISOString(),
  }
}

function tokenProof(c: AppContext, text: string | undefined) {
  const token = text === undefined ? null : readRefreshToken(c.get('world').keyring, text)
  return token && proofOf(token)
}

function clientOf(c: AppContext): Client {
  const userAgent = (c.req.header('user-agent') ?? '').slice(0, userAgentCharactersMax)
  return { userAgent, address: addressOf(c), marks: deviceMarks(c) }
}
