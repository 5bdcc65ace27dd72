// What somebody does to their own account; what opens it takes the password as well.

import {
  type AccountChange,
  changeOwnAccount,
  replacePassword,
} from '../../database/account-changes.ts'
import type { Ended } from '../../database/sessions.ts'
import { ownPasswordHash } from '../../database/users.ts'
import type { PasswordRequest, ProfilePatch } from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import type { Caller } from './access-tokens.ts'
import type { Client } from './client.ts'
import { refuseCommon } from './common-passwords.ts'
import { guess, guessersOf, spendOwn } from './guesses.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import type { World } from './world.ts'

/** Fails `wrongCredentials`, naming the field; `invalid` for a new password that is the old one. */
export async function changePassword(
  world: World,
  caller: Caller,
  { current, next }: PasswordRequest,
  client: Client,
): Promise<Ended> {
  refuseCommon(next, 'next')
  const from = await prove(world, caller, { password: current, path: 'current' }, client)
  if (next.normalize('NFKC') === current.normalize('NFKC')) {
    const message = 'must be another than now'
    throw new Failure('invalid', { errors: [{ path: 'next', message }] })
  }
  return replacePassword(world.db, caller, { from, to: await hashPassword(next) })
}

/** Another address needs the password: with the address one gets in. Fails as above, and as a field. */
export async function changeOwn(
  world: World,
  caller: Caller,
  { password, ...patch }: ProfilePatch,
  client: Client,
): Promise<AccountChange> {
  const { displayName, username, email } = patch
  if ([displayName, username, email].some((name) => name !== undefined)) {
    await spendOwn(world.guards, 'rename', caller.userId) // Whether an address is taken is told here, too. [API3]
  }
  if (email === undefined) return changeOwnAccount(world.db, caller, patch, null)
  if (password === undefined) {
    throw new Failure('invalid', { errors: [{ path: 'password', message: 'is missing' }] })
  }
  const proof = await prove(world, caller, { password, path: 'password' }, client)
  return changeOwnAccount(world.db, caller, patch, proof)
}

/**
 * The hash that the password matched. A wrong one is counted like one at a sign-in, but by the account's
 * id: its names it can change between two guesses. [API4]
 */
export async function prove(
  world: World,
  caller: Caller,
  { password, path }: { readonly password: string; readonly path: string },
  client: Client,
): Promise<string> {
  const stored = await ownPasswordHash(world.db, caller)
  if (stored === null) throw new Failure('unauthenticated')
  const guessers = guessersOf(world.keyring, caller.username, client, caller.userId)
  const judge = async () => ((await passwordMatches(password, stored)) ? stored : null)
  const proven = await guess(world.guards, guessers, judge)
  if (proven !== null) return proven
  throw new Failure('wrongCredentials', {
    detail: 'The password is not right.',
    errors: [{ path, message: 'is not right' }],
  })
}
