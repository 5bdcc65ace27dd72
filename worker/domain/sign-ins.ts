// Signing up, in, and staying signed in.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import type { AccountRow } from '../../database/account-row.ts'
import { beginSession, type Ended, endStolen, renewSession } from '../../database/sessions.ts'
import { findByLogin, insertUser, replaceHash } from '../../database/users.ts'
import type { LoginRequest, RegisterRequest } from '../../protocol/api/accounts.ts'
import { SessionId, UserId } from '../../protocol/ids.ts'
import { signAccessToken } from './access-tokens.ts'
import type { Client } from './client.ts'
import { refuseCommon } from './common-passwords.ts'
import { guess, guessersOf, spend } from './guesses.ts'
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

/** Fails `emailTaken` or `usernameTaken`: here an account's existence must be told. [API3] */
export async function register(
  world: World,
  request: RegisterRequest,
  client: Client,
): Promise<Admitted> {
  const { email, username, password, displayName, phone, age, bio } = request
  refuseCommon(password)
  const { address } = client
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
  const session = newSession(userId, token, client)
  const { account, expiresAt } = await insertUser(world.db, user, session)
  return admit(world, account, token, expiresAt)
}

/** `accountId` is null for a name that is nobody's: for the log, and for nobody else to know. */
export type LoggedIn =
  | { readonly outcome: 'admitted'; readonly admitted: Admitted; readonly ended: Ended }
  | { readonly outcome: 'wrongCredentials'; readonly accountId: UserId | null }
  | { readonly outcome: 'suspended'; readonly accountId: UserId }

/**
 * As late for an unknown name as for a wrong password; only who knows it hears of a suspension. Fails
 * `rateLimited` likewise, after too many tries of either. [API3, API4]
 */
export async function logIn(
  world: World,
  request: LoginRequest,
  client: Client,
): Promise<LoggedIn> {
  const guessers = guessersOf(world.keyring, request.login, client)
  const found = findByLogin(world.db, request.login)
  found.catch(() => undefined) // Heard of where it is waited for, which may be never.
  const loggedIn = await guess(world.guards, guessers, async (isRight) => {
    const opened = await open(world, request.password, await found)
    if (!opened) return null
    isRight()
    return admitKnown(world, opened, client)
  })
  return loggedIn ?? { outcome: 'wrongCredentials', accountId: (await found)?.account.id ?? null }
}

async function admitKnown(
  world: World,
  { account, passwordHash }: Known,
  client: Client,
): Promise<LoggedIn> {
  if (account.suspendedAt) return { outcome: 'suspended', accountId: account.id }
  const token = newRefreshToken(v.parse(SessionId, uuidv7()))
  const begun = await beginSession(world.db, newSession(account.id, token, client), passwordHash)
  if (!begun) return { outcome: 'wrongCredentials', accountId: account.id } // Changed meanwhile.
  const admitted = await admit(world, account, token, begun.expiresAt)
  return { outcome: 'admitted', admitted, ended: { userId: account.id, sessions: begun.ended } }
}

interface Known {
  readonly account: AccountRow
  readonly passwordHash: string
}

/**
 * The account, and its hash as it is now; null unless both are right. A hash of weaker times is made
 * anew: only now is there a password.
 */
async function open({ db }: World, password: string, found: Known | null): Promise<Known | null> {
  const matches = await passwordMatches(password, found?.passwordHash ?? null)
  if (!found || !matches) return null
  if (!isWeaker(found.passwordHash)) return found
  const after = await hashPassword(password)
  await replaceHash(db, found.account.id, { before: found.passwordHash, after })
  return { ...found, passwordHash: after }
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

function newSession(userId: UserId, token: RefreshToken, { device, place }: Client) {
  const { sessionId, tokenHash } = proofOf(token)
  return { id: sessionId, userId, tokenHash, device, place }
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
