// People: oneself, and what others may know of somebody.

import { Hono } from 'hono'
import * as v from 'valibot'
import { listRoomsOf } from '../../database/room-lists.ts'
import { changeAccount, findAccount, ownAccount } from '../../database/users.ts'
import { Account, ProfilePatch, User } from '../../protocol/api/accounts.ts'
import { Directory, ListQuery, UserPath } from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import { RoomId } from '../../protocol/ids.ts'
import { isStorable } from '../../protocol/text.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { signedIn } from '../identity.ts'
import { body, path, query } from '../input.ts'
import { tellRenamed } from '../news.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres } from '../openapi/usual.ts'
import { cardOfRow } from './cards.ts'
import { accountOf, profileOf } from './people.ts'

const NameKeys = v.strictObject({
  nameKey: v.pipe(v.string(), v.check(isStorable)),
  id: RoomId,
})

export const users = new Hono<AppEnv>()

users.get(
  '/me',
  does('getMe', 'Your account.', { 200: Account }, ...ofPostgres),
  signedIn,
  async (c) => {
    const account = await ownAccount(c.get('world').db, c.get('caller'))
    if (!account) throw new Failure('unauthenticated')
    return c.json(accountOf(account))
  },
)

users.patch(
  '/me',
  does('changeMe', 'Changes your account; null clears.', { 200: Account }, ...ofPostgres),
  signedIn,
  body(ProfilePatch),
  async (c) => {
    const patch = c.req.valid('json')
    const account = await changeAccount(c.get('world').db, c.get('caller'), patch)
    if (!account) throw new Failure('unauthenticated')
    if (patch.displayName !== undefined) tellRenamed(c, account)
    return c.json(accountOf(account))
  },
)

users.get(
  '/:userId',
  does(
    'getUser',
    'Somebody; all of the account to themselves and to admins.',
    { 200: User },
    ...ofPostgres,
  ),
  signedIn,
  path(UserPath),
  async (c) => {
    const caller = c.get('caller')
    const account = await findAccount(c.get('world').db, caller, c.req.valid('param').userId)
    if (!account) throw new Failure('notFound')
    const seesAll = caller.role === 'admin' || caller.userId === account.id
    return c.json(seesAll ? accountOf(account) : profileOf(account))
  },
)

/** Of somebody else: the public ones, and those one shares with them. */
users.get(
  '/:userId/rooms',
  does(
    'listRoomsOfUser',
    'Their rooms, as far as you may know of them.',
    { 200: Directory },
    ...ofPostgres,
  ),
  signedIn,
  path(UserPath),
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const { userId } = c.req.valid('param')
    const caller = c.get('caller')
    const { db } = c.get('world')
    const asked = { after: readCursor(NameKeys, cursor), limit: limit + 1 }
    const rows = await listRoomsOf(db, caller, userId, asked)
    if (rows.length === 0 && !(await findAccount(db, caller, userId))) throw new Failure('notFound')
    const { page, next } = pageOf(rows, limit, ({ nameKey, id }) => ({ nameKey, id }))
    return c.json<Directory>({ rooms: page.map(cardOfRow), next })
  },
)
