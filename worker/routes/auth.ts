// Signing up, in, on and out.

import { Hono } from 'hono'
import { endSessions } from '../../database/sessions.ts'
import { ownAccount } from '../../database/users.ts'
import {
  LoginRequest,
  LogoutRequest,
  PasswordRequest,
  RefreshRequest,
  RegisterRequest,
  SignedIn,
  Validated,
  ValidateRequest,
} from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import { auditBadSignIn, auditBy, auditOwn } from '../audit.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { keepKnown } from '../device-cookie.ts'
import { verifyAccessToken } from '../domain/access-tokens.ts'
import { changePassword } from '../domain/own-account.ts'
import { proofOf, readRefreshToken } from '../domain/refresh-tokens.ts'
import { type Admitted, type LoggedIn, logIn, register, renew } from '../domain/sign-ins.ts'
import { bearerOf, signedIn } from '../identity.ts'
import { body } from '../input.ts'
import { tellEnded } from '../news.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres } from '../openapi/usual.ts'
import { failureOf } from '../problem.ts'
import { clientOf } from '../whence.ts'
import { accountOf } from './people.ts'
import { dropCookie, fromCookie, keepInCookie } from './refresh-cookie.ts'

export const auth = new Hono<AppEnv>()

auth.post(
  '/register',
  does(
    'register',
    'Makes an account, and signs in.',
    { 201: SignedIn },
    ...ofPostgres,
    'emailTaken',
    'usernameTaken',
  ),
  body(RegisterRequest),
  async (c) => {
    const request = c.req.valid('json')
    const admitted = await register(c.get('world'), request, clientOf(c))
    auditOwn(c, admitted.account.id, { kind: 'registered' })
    return c.json(welcome(c, admitted, request.transport), 201)
  },
)

auth.post(
  '/login',
  does(
    'logIn',
    'Signs in, by e-mail address or username.',
    { 200: SignedIn },
    ...ofPostgres,
    'wrongCredentials',
    'suspended',
  ),
  body(LoginRequest),
  async (c) => {
    const request = c.req.valid('json')
    const answer = await counted(c, logIn(c.get('world'), request, clientOf(c)))
    if (answer.outcome !== 'admitted') {
      auditBadSignIn(c, answer.accountId, answer.outcome)
      throw new Failure(answer.outcome)
    }
    const { admitted, ended } = answer
    await tellEnded(c, ended)
    auditOwn(c, ended.userId, { kind: 'signedIn' })
    return c.json(welcome(c, admitted, request.transport))
  },
)

auth.post(
  '/refresh',
  does(
    'refresh',
    'A new access token, and the next refresh token.',
    { 200: SignedIn },
    ...ofPostgres,
    'unauthenticated',
  ),
  body(RefreshRequest),
  async (c) => {
    const { refreshToken } = c.req.valid('json')
    const token = refreshToken ?? fromCookie(c)
    if (token === undefined) throw new Failure('unauthenticated')
    const renewed = await renew(c.get('world'), token)
    if (renewed.outcome === 'renewed') {
      return c.json(handOver(c, renewed.admitted, refreshToken === undefined ? 'cookie' : 'body'))
    }
    if (renewed.outcome === 'stolen' && renewed.ended) {
      await tellEnded(c, renewed.ended)
      auditBy(c, null, { kind: 'tokenReused', subjectId: renewed.ended.userId })
    }
    if (refreshToken === undefined) dropCookie(c)
    throw new Failure('unauthenticated')
  },
)

/** Whoever is out already is out: there is nothing to refuse. */
auth.post(
  '/logout',
  does('logOut', 'Ends this sign-in, or all of yours.', { 204: null }, ...ofPostgres),
  body(LogoutRequest),
  async (c) => {
    const { everywhere, refreshToken } = c.req.valid('json')
    const by = (await bearerOf(c)) ?? tokenProof(c, refreshToken ?? fromCookie(c))
    const ended = by && (await endSessions(c.get('world').db, by, everywhere))
    if (ended) {
      await tellEnded(c, ended)
      auditOwn(c, ended.userId, { kind: 'signedOut', detail: { everywhere } })
    }
    dropCookie(c)
    return c.body(null, 204)
  },
)

/** Every other sign-in ends with the password it was made by; this one goes on. [V-13] */
auth.post(
  '/password',
  does(
    'changePassword',
    'A new password. All of your other sign-ins end.',
    { 204: null },
    ...ofPostgres,
    'wrongCredentials',
  ),
  signedIn,
  body(PasswordRequest),
  async (c) => {
    const caller = c.get('caller')
    await tellEnded(
      c,
      await changePassword(c.get('world'), caller, c.req.valid('json'), clientOf(c)),
    )
    auditOwn(c, caller.userId, { kind: 'passwordChanged' })
    return c.body(null, 204)
  },
)

auth.post(
  '/validate',
  does(
    'validate',
    'Whose token it is, if it is good.',
    { 200: Validated },
    ...ofPostgres,
    'unauthenticated',
  ),
  body(ValidateRequest),
  async (c) => {
    const { token, live } = c.req.valid('json')
    const { keyring, now, db } = c.get('world')
    const { counts } = c.get('meter')
    const caller = await verifyAccessToken(keyring, token, now)
    const hasEnded = caller && live && !(await ownAccount(db, caller))
    const outcome = hasEnded ? 'ended' : caller ? 'valid' : 'invalid'
    counts.add('validations', { outcome })
    if (!caller || hasEnded) throw new Failure('unauthenticated')
    const { userId: id, username, name: displayName, sessionId, role, expiresAt } = caller
    const validated: Validated = {
      user: { id, username, displayName },
      sessionId,
      role,
      expiresAt: expiresAt.toISOString(),
    }
    return c.json(validated)
  },
)

/** Every try to sign in, whatever becomes of it: the code where it failed. */
async function counted(c: AppContext, trying: Promise<LoggedIn>): Promise<LoggedIn> {
  const { counts } = c.get('meter')
  try {
    const answer = await trying
    counts.add('signIns', answer)
    return answer
  } catch (error) {
    counts.add('signIns', { outcome: failureOf(error).code })
    throw error
  }
}

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
