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
import { hashPassword, passwordMatches } from './passwords.ts'
import type { World } from './world.ts'

/** Fails `wrongCredentials`, naming the field; `invalid` for a new password that is the old one. */
export async function changePassword(
  world: World,
  caller: Caller,
  { current, next }: PasswordRequest,
): Promise<Ended> {
  const from = await prove(world, caller, { password: current, path: 'current', next })
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
): Promise<AccountChange> {
  if (patch.email === undefined) return changeOwnAccount(world.db, caller, patch, null)
  if (password === undefined) {
    throw new Failure('invalid', { errors: [{ path: 'password', message: 'is missing' }] })
  }
  const proof = await prove(world, caller, { password, path: 'password' })
  return changeOwnAccount(world.db, caller, patch, proof)
}

/**
 * The hash that the password matched. THE MARKED PLACE: the login guard is to be asked before the hash
 * and told of the outcome, by the caller's account as by a sign-in's name; `refuseCommon(next)` is to
 * judge what comes next, before either.
 */
async function prove(
  world: World,
  caller: Caller,
  { password, path }: { readonly password: string; readonly path: string; readonly next?: string },
): Promise<string> {
  const stored = await ownPasswordHash(world.db, caller)
  if (stored === null) throw new Failure('unauthenticated')
  if (await passwordMatches(password, stored)) return stored
  throw new Failure('wrongCredentials', {
    detail: 'The password is not right.',
    errors: [{ path, message: 'is not right' }],
  })
}
