// A room's history, and posting for those who keep no socket: the room's own code decides both.

import { Hono } from 'hono'
import { HistoryQuery, type Posted, PostRequest } from '../../protocol/api/messages.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import type { AppEnv } from '../context.ts'
import { perhapsSignedIn, signedIn } from '../identity.ts'
import { body, path, query } from '../input.ts'

export const messages = new Hono<AppEnv>()

messages.get('/', perhapsSignedIn, path(RoomPath), query(HistoryQuery), async (c) => {
  const visitor = c.get('visitor')
  const asked = c.req.valid('query')
  const history = await c
    .get('rooms')
    .ask(c.req.valid('param').roomId, (room) => room.history(visitor, asked))
  return c.json(history)
})

messages.post('/', signedIn, path(RoomPath), body(PostRequest), async (c) => {
  const caller = c.get('caller')
  const message = c.req.valid('json')
  const { seq, rev, at, isNew } = await c
    .get('rooms')
    .ask(c.req.valid('param').roomId, (room) => room.post(caller, message))
  return c.json<Posted>({ seq, rev, at }, isNew ? 201 : 200)
})
