// A room's history, and what a socket would do for those who keep none: the room decides all of it.

import { Hono } from 'hono'
import type { Receipt } from '../../durable/room-calls.ts'
import {
  EditRequest,
  HistoryQuery,
  MessagePath,
  type Posted,
  PostRequest,
  ReactionPath,
  type ReadMark,
  ReadRequest,
} from '../../protocol/api/messages.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import type { AppEnv } from '../context.ts'
import { perhapsSignedIn, signedIn, unlessToSignIn } from '../identity.ts'
import { body, path, query } from '../input.ts'

export const messages = new Hono<AppEnv>()

messages.get('/', perhapsSignedIn, path(RoomPath), query(HistoryQuery), async (c) => {
  const visitor = c.get('visitor')
  const asked = c.req.valid('query')
  const history = await c
    .get('rooms')
    .ask(c.req.valid('param').roomId, (room) => room.history(visitor, asked))
    .catch(unlessToSignIn(visitor))
  return c.json(history)
})

messages.post('/', signedIn, path(RoomPath), body(PostRequest), async (c) => {
  const caller = c.get('caller')
  const message = c.req.valid('json')
  const receipt = await c
    .get('rooms')
    .ask(c.req.valid('param').roomId, (room) => room.post(caller, message))
  return c.json(postedOf(receipt), receipt.isNew ? 201 : 200)
})

messages.patch('/:seq', signedIn, path(MessagePath), body(EditRequest), async (c) => {
  const { roomId, seq } = c.req.valid('param')
  const caller = c.get('caller')
  const revision = { seq, ...c.req.valid('json') }
  const receipt = await c.get('rooms').ask(roomId, (room) => room.edit(caller, revision))
  return c.json(postedOf(receipt))
})

messages.delete('/:seq', signedIn, path(MessagePath), async (c) => {
  const { roomId, seq } = c.req.valid('param')
  const caller = c.get('caller')
  const receipt = await c.get('rooms').ask(roomId, (room) => room.erase(caller, { seq }))
  return c.json(postedOf(receipt))
})

messages.on(
  ['PUT', 'DELETE'],
  '/:seq/reactions/:emoji',
  signedIn,
  path(ReactionPath),
  async (c) => {
    const { roomId, seq, emoji } = c.req.valid('param')
    const caller = c.get('caller')
    const reaction = { seq, emoji, on: c.req.method === 'PUT' }
    const receipt = await c.get('rooms').ask(roomId, (room) => room.react(caller, reaction))
    return c.json(postedOf(receipt))
  },
)

/** Under `/rooms/{id}/read`. */
export const read = new Hono<AppEnv>()

read.put('/', signedIn, path(RoomPath), body(ReadRequest), async (c) => {
  const caller = c.get('caller')
  const { seq } = c.req.valid('json')
  const mark = await c
    .get('rooms')
    .ask(c.req.valid('param').roomId, (room) => room.markRead(caller, seq))
  return c.json<ReadMark>({ seq: mark })
})

function postedOf({ seq, rev, at }: Receipt): Posted {
  return { seq, rev, at }
}
