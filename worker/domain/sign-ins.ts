// Signing up, in, and staying signed in.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import type { AccountRow } from '../../database/account-row.ts'
import type { Database } from '../../database/client.ts'
import { beginSession, type Ended, endStolen, renewSession } from '../../database/sessions.ts'
import { findByLogin, insertUser, replaceHash } from '../../database/users.ts'
import type { LoginRequest, RegisterRequest } from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import { SessionId, UserId } from '../../protocol/ids.ts'
import { signAccessToken } from './access-tokens.ts'
import { refuseCommon } from './common-passwords.ts'
import { type Client, guess, guessersOf, spend } from './guesses.ts'
import { hashPassword, isWeaker, passwordMatches } from './passwords.ts'
import {
  newRefreshToken,
  proofOf,
  type RefreshToken,
  readRefreshToken,
  successorsOf,
  writeRefreshToken,
} from './refresh-tokens.ts'
import type { World } from './world.ts'

/** What somebody holds after signing up, in, or renewing. */
export interface Admitted {
  readonly account: AccountRow
  readonly accessToken: string
  readonly accessTokenExpiresAt: Date
  readonly refreshToken: string
  readonly refreshTokenExpiresAt: Date
}

/**
 * Fails `invalid` for a password that everybody knows; `rateLimited` for an address that asked often;
 * `emailTaken` or `usernameTaken`, since here an account's existence must be told. [API3]
 */
export async function register(
  world: World,
  request: RegisterRequest,
  { userAgent, address }: Client,
): Promise<Admitted> {
  const { email, username, password, displayName, phone, age, bio } = request
  refuseCommon(password)
  if (address !== null) await spend(world.guards, [{ tries: 'registration', name: address }])

  const userId = v.parse(UserId, uuidv7())
  const token = newRefreshToken(v.parse(SessionId, uuidv7()))
  const user = {
    ...{ id: userId, email, username, passwordHash: await hashPassword(password) },
    displayName: displayName ?? username,
    phone: phone ?? null,
    age: age ?? null,
    bio: bio ?? null,
  }
  const session = newSession(userId, token, userAgent)
  const { account, expiresAt } = await insertUser(world.db, user, session)
  return admit(world, account, token, expiresAt)
}

/**
 * Fails `wrongCredentials`, the same and as late for an unknown name as for a wrong password, and
 * `rateLimited` likewise after too many of either. [API3, API4]
 */
export async function logIn(
  world: World,
  request: LoginRequest,
  client: Client,
): Promise<{ admitted: Admitted; ended: Ended }> {
  const guessers = guessersOf(world.keyring, request.login, client)
  const account = await guess(world.guards, guessers, () => accountBehind(world.db, request))
  if (!account) throw new Failure('wrongCredentials')

  const token = newRefreshToken(v.parse(SessionId, uuidv7()))
  const session = newSession(account.id, token, client.userAgent)
  const { expiresAt, ended } = await beginSession(world.db, session)
  return {
    admitted: await admit(world, account, token, expiresAt),
    ended: { userId: account.id, sessions: ended },
  }
}

/** Null unless both are right. Then a hash of weaker times is made anew: only now is there a password. */
async function accountBehind(
  db: Database,
  { login, password }: LoginRequest,
): Promise<AccountRow | null> {
  const found = await findByLogin(db, login)
  const matches = await passwordMatches(password, found?.passwordHash ?? null)
  if (!found || !matches) return null

  const { account, passwordHash } = found
  if (isWeaker(passwordHash)) {
    await replaceHash(db, account.id, { before: passwordHash, after: await hashPassword(password) })
  }
  return account
}

export type Renewed =
  | { readonly outcome: 'renewed'; readonly admitted: Admitted }
  | { readonly outcome: 'over' }
  | { readonly outcome: 'stolen'; readonly ended: Ended | null }

/**
 * Rotates. The token before the current one is answered with the same successor for a moment, since
 * its answer may have been lost; any other token of a sign-in was used before, so two hold it, and
 * the sign-in ends. [S12]
 */
export async function renew(world: World, text: string): Promise<Renewed> {
  const shown = readRefreshToken(world.keyring, text)
  if (!shown) return { outcome: 'over' }
  const successors = successorsOf(shown, world.keyring)
  const proof = proofOf(shown)
  const after = await renewSession(world.db, proof, proofOf(successors[0]).tokenHash)
  if (!after) return { outcome: 'over' }

  const current = successors.find((token) => proofOf(token).tokenHash === after.tokenHash)
  if (current && after.previousHash === proof.tokenHash && after.isFresh) {
    const admitted = await admit(world, after.account, current, after.expiresAt)
    return { outcome: 'renewed', admitted }
  }
  return { outcome: 'stolen', ended: await endStolen(world.db, shown.sessionId) }
}

function newSession(userId: UserId, token: RefreshToken, device: string) {
  const { sessionId, tokenHash } = proofOf(token)
  return { id: sessionId, userId, tokenHash, device }
}

async function admit(
  world: World,
  account: AccountRow,
  token: RefreshToken,
  refreshTokenExpiresAt: Date,
): Promise<Admitted> {
  const { keyring, now, accessTokenSeconds } = world
  const latest = refreshTokenExpiresAt.getTime() // No access token outlives its sign-in.
  const expiresAt = new Date(Math.min(now.getTime() + accessTokenSeconds * 1000, latest))
  const { id: userId, username, displayName: name, role } = account
  const caller = { userId, sessionId: token.sessionId, username, name, role, expiresAt }
  return {
    account,
    accessToken: await signAccessToken(keyring, caller, now),
    accessTokenExpiresAt: expiresAt,
    refreshToken: writeRefreshToken(keyring, token),
    refreshTokenExpiresAt,
  }
}
