// Whom a room keeps out.

import { Hono } from 'hono'
import * as v from 'valibot'
import { Bans, ListQuery, MemberPath, RoomPath } from '../../protocol/api/rooms.ts'
import { UserId } from '../../protocol/ids.ts'
import { audit } from '../audit.ts'
import { memberOrBot } from '../bot-identity.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { ban } from '../domain/members.ts'
import { path, query } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofRooms } from '../openapi/usual.ts'

const BanKeys = v.strictObject({ id: UserId })

export const bans = new Hono<AppEnv>()

bans.get(
  '/',
  does('listBans', 'Whom the room keeps out, by name.', { 200: Bans }, ...ofRooms),
  memberOrBot,
  path(RoomPath),
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const caller = c.get('caller')
    const asked = { after: readCursor(BanKeys, cursor)?.id ?? null, limit: limit + 1 }
    const rows = await c
      .get('rooms')
      .ask(c.req.valid('param').roomId, (room) => room.bans(caller, asked))
    const { page, next } = pageOf(rows, limit, ({ id }) => ({ id }))
    return c.json<Bans>({ banned: [...page], next })
  },
)

bans.put(
  '/:userId',
  does('ban', 'Keeps somebody out for good. Their sockets close.', { 204: null }, ...ofRooms),
  memberOrBot,
  path(MemberPath),
  async (c) => {
    const whom = c.req.valid('param')
    const hasChanged = await ban(c.get('world').db, c.get('rooms'), c.get('caller'), whom)
    const { roomId, userId: subjectId } = whom
    if (hasChanged) audit(c, { kind: 'memberBanned', roomId, subjectId })
    return c.body(null, 204)
  },
)

bans.delete(
  '/:userId',
  does('unban', 'Lets somebody come back.', { 204: null }, ...ofRooms),
  memberOrBot,
  path(MemberPath),
  async (c) => {
    const { roomId, userId } = c.req.valid('param')
    const caller = c.get('caller')
    const { hasChanged } = await c.get('rooms').ask(roomId, (room) => room.unban(caller, userId))
    if (hasChanged) audit(c, { kind: 'memberUnbanned', roomId, subjectId: userId })
    return c.body(null, 204)
  },
)
