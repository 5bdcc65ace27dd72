// Whom a room keeps out.

import { Hono } from 'hono'
import * as v from 'valibot'
import { type Bans, ListQuery, MemberPath, RoomPath } from '../../protocol/api/rooms.ts'
import { UserId } from '../../protocol/ids.ts'
import { audit } from '../audit.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { ban } from '../domain/members.ts'
import { signedIn } from '../identity.ts'
import { path, query } from '../input.ts'

const BanKeys = v.strictObject({ id: UserId })

export const bans = new Hono<AppEnv>()

bans.get('/', signedIn, path(RoomPath), query(ListQuery), async (c) => {
  const { cursor, limit } = c.req.valid('query')
  const caller = c.get('caller')
  const asked = { after: readCursor(BanKeys, cursor)?.id ?? null, limit: limit + 1 }
  const rows = await c
    .get('rooms')
    .ask(c.req.valid('param').roomId, (room) => room.bans(caller, asked))
  const { page, next } = pageOf(rows, limit, ({ id }) => ({ id }))
  return c.json<Bans>({ banned: [...page], next })
})

bans.put('/:userId', signedIn, path(MemberPath), async (c) => {
  const whom = c.req.valid('param')
  const hasChanged = await ban(c.get('world').db, c.get('rooms'), c.get('caller'), whom)
  const { roomId, userId: subjectId } = whom
  if (hasChanged) audit(c, { kind: 'memberBanned', roomId, subjectId })
  return c.body(null, 204)
})

bans.delete('/:userId', signedIn, path(MemberPath), async (c) => {
  const { roomId, userId } = c.req.valid('param')
  const caller = c.get('caller')
  const { hasChanged } = await c.get('rooms').ask(roomId, (room) => room.unban(caller, userId))
  if (hasChanged) audit(c, { kind: 'memberUnbanned', roomId, subjectId: userId })
  return c.body(null, 204)
})
