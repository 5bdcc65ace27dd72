// People: oneself, and what others may know of somebody.

import { Hono } from 'hono'
import * as v from 'valibot'
import { findPerson, searchPeople } from '../../database/people.ts'
import { listRoomsOf } from '../../database/room-lists.ts'
import { ownAccount } from '../../database/users.ts'
import { Account, AccountPatch, ProfilePatch } from '../../protocol/api/accounts.ts'
import { People, PeopleQuery, Seen, UserPath } from '../../protocol/api/people.ts'
import { Directory, ListQuery } from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import { RoomId } from '../../protocol/ids.ts'
import { isStorable } from '../../protocol/text.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { oneselfOrAdmin, signedIn } from '../identity.ts'
import { body, path, query } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres } from '../openapi/usual.ts'
import { changeMe, changeOf, withoutRights } from './account-patches.ts'
import { cardOfRow } from './cards.ts'
import { accountOf, seenBy } from './people.ts'

const UsernameKey = v.pipe(v.string(), v.check(isStorable))
const NameKeys = v.strictObject({ nameKey: UsernameKey, id: RoomId })

const changeFails = ['wrongCredentials', 'emailTaken', 'usernameTaken'] as const

export const users = new Hono<AppEnv>()

users.get(
  '/',
  does('searchUsers', 'People, by how words of their names begin.', { 200: People }, ...ofPostgres),
  signedIn,
  query(PeopleQuery),
  async (c) => {
    const { query: text, cursor, limit } = c.req.valid('query')
    const caller = c.get('caller')
    const asked = { query: text, after: readCursor(UsernameKey, cursor), limit: limit + 1 }
    const { isAdmin, found } = await searchPeople(c.get('world').db, caller, asked)
    const { page, next } = pageOf(found, limit, ({ usernameKey }) => usernameKey)
    const viewer = { userId: caller.userId, isAdmin }
    return c.json<People>({ users: page.map((row) => seenBy(viewer, row)), next })
  },
)

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
  does(
    'changeMe',
    'Changes your account; null clears.',
    { 200: Account },
    ...ofPostgres,
    ...changeFails,
  ),
  signedIn,
  body(ProfilePatch),
  async (c) => c.json(await changeMe(c, c.req.valid('json'))),
)

users.get(
  '/:userId',
  does(
    'getUser',
    'Somebody; all of the account to themselves and to admins.',
    { 200: Seen },
    ...ofPostgres,
  ),
  signedIn,
  path(UserPath),
  async (c) => {
    const { userId } = c.get('caller')
    const id = c.req.valid('param').userId
    const { isAdmin, found } = await findPerson(c.get('world').db, c.get('caller'), id)
    if (!found) throw new Failure('notFound')
    return c.json(seenBy({ userId, isAdmin }, found))
  },
)

users.patch(
  '/:userId',
  does(
    'changeUser',
    'Changes an account, for those who run Parley: rights and suspension, too.',
    { 200: Seen },
    ...ofPostgres,
    ...changeFails,
    'forbidden',
  ),
  oneselfOrAdmin,
  path(UserPath),
  body(AccountPatch),
  async (c) => {
    const { userId } = c.req.valid('param')
    const patch = c.req.valid('json')
    const isOwn = userId === c.get('caller').userId
    return c.json(await (isOwn ? changeMe(c, withoutRights(patch)) : changeOf(c, userId, patch)))
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
    if (rows.length === 0 && !(await findPerson(db, caller, userId)).found) {
      throw new Failure('notFound')
    }
    const { page, next } = pageOf(rows, limit, ({ nameKey, id }) => ({ nameKey, id }))
    return c.json<Directory>({ rooms: page.map(cardOfRow), next })
  },
)
