// A change of an account: made, told to its rooms, written down.

import { type AccountChange, changeAccountOf } from '../../database/account-changes.ts'
import type {
  Account,
  AccountPatch,
  AdminAccount,
  ProfilePatch,
} from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import type { UserId } from '../../protocol/ids.ts'
import { audit } from '../audit.ts'
import type { AppContext } from '../context.ts'
import { deedsOf } from '../domain/account-deeds.ts'
import { changeOwn } from '../domain/own-account.ts'
import { tellBotsEnded, tellEnded, tellRenamed, tellWebhooksPaused } from '../news.ts'
import { clientOf } from '../whence.ts'
import { accountOf, adminAccountOf } from './people.ts'

export async function changeMe(c: AppContext, patch: ProfilePatch): Promise<Account> {
  const change = await changeOwn(c.get('world'), c.get('caller'), patch, clientOf(c))
  spread(c, change, patch, 'self')
  return accountOf(change.after)
}

/** Nobody changes their own rights: so nobody runs Parley by their own word, or leaves it to nobody. */
export function withoutRights({ role, suspended, ...patch }: AccountPatch): ProfilePatch {
  if (role !== undefined || suspended !== undefined) throw new Failure('forbidden')
  return patch
}

/** By those who run Parley, without a password: they have no need of one, and do not know it. */
export async function changeOf(
  c: AppContext,
  id: UserId,
  { password, ...patch }: AccountPatch,
): Promise<AdminAccount> {
  if (password !== undefined) {
    throw new Failure('invalid', { errors: [{ path: 'password', message: 'is not known here' }] })
  }
  const change = await changeAccountOf(c.get('world').db, c.get('caller'), id, patch)
  if (!change) throw new Failure('notFound')
  await tellEnded(c, change.ended)
  if (patch.suspended) {
    await Promise.all([tellBotsEnded(c, id), tellWebhooksPaused(c, id)])
  }
  spread(c, change, patch, 'admin')
  return adminAccountOf(change.after)
}

function spread(
  c: AppContext,
  change: AccountChange,
  { displayName }: { readonly displayName?: string | undefined },
  by: 'self' | 'admin',
): void {
  const subjectId = change.after.id
  if (displayName !== undefined) tellRenamed(c, change.after)
  for (const deed of deedsOf(change, by)) audit(c, { ...deed, subjectId })
}
