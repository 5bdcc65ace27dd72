// People: oneself, and what others may know of somebody.

import { Hono } from 'hono'
import { changeAccount, findAccount, ownAccount } from '../../database/users.ts'
import { ProfilePatch } from '../../protocol/api/accounts.ts'
import { UserPath } from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import type { AppEnv } from '../context.ts'
import { signedIn } from '../identity.ts'
import { body, path } from '../input.ts'
import { tellRenamed } from '../news.ts'
import { accountOf, profileOf } from './people.ts'

export const users = new Hono<AppEnv>()

users.get('/me', signedIn, async (c) => {
  const account = await ownAccount(c.get('world').db, c.get('caller'))
  if (!account) throw new Failure('unauthenticated')
  return c.json(accountOf(account))
})

users.patch('/me', signedIn, body(ProfilePatch), async (c) => {
  const patch = c.req.valid('json')
  const account = await changeAccount(c.get('world').db, c.get('caller'), patch)
  if (!account) throw new Failure('unauthenticated')
  if (patch.displayName !== undefined) tellRenamed(c, account)
  return c.json(accountOf(account))
})

users.get('/:userId', signedIn, path(UserPath), async (c) => {
  const caller = c.get('caller')
  const account = await findAccount(c.get('world').db, caller, c.req.valid('param').userId)
  if (!account) throw new Failure('notFound')
  const seesAll = caller.role === 'admin' || caller.userId === account.id
  return c.json(seesAll ? accountOf(account) : profileOf(account))
})
