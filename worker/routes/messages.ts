// A room's history, and what a socket would do for those who keep none: the room decides all of it.

import { Hono } from 'hono'
import type { Receipt } from '../../durable/room-calls.ts'
import {
  EditRequest,
  History,
  HistoryQuery,
  MessagePath,
  Posted,
  PostRequest,
  ReactionPath,
  ReadMark,
  ReadRequest,
} from '../../protocol/api/messages.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import { memberOrBot, perhapsMemberOrBot } from '../bot-identity.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { unlessToSignIn } from '../identity.ts'
import { body, path, query } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofRooms } from '../openapi/usual.ts'

export const messages = new Hono<AppEnv>()

messages.get(
  '/',
  does(
    'listMessages',
    'A page of messages, newest first asked for, in order.',
    { 200: History },
    ...ofRooms,
  ),
  perhapsMemberOrBot,
  path(RoomPath),
  query(HistoryQuery),
  async (c) => {
    const visitor = c.get('visitor')
    const asked = c.req.valid('query')
    const history = await c
      .get('rooms')
      .ask(c.req.valid('param').roomId, (room) => room.history(visitor, asked))
      .catch(unlessToSignIn(visitor))
    return c.json(history)
  },
)

messages.post(
  '/',
  does(
    'postMessage',
    'Sends a message. The same id again changes nothing and is answered 200.',
    { 200: Posted, 201: Posted },
    ...ofRooms,
    'muted',
    'slowMode',
    'idConflict',
    'storageFull',
  ),
  memberOrBot,
  path(RoomPath),
  body(PostRequest),
  async (c) => {
    const caller = c.get('caller')
    const message = c.req.valid('json')
    const receipt = await c
      .get('rooms')
      .ask(c.req.valid('param').roomId, (room) => room.post(caller, message))
    return c.json(postedOf(receipt), receipt.isNew ? 201 : 200)
  },
)

messages.patch(
  '/:seq',
  does(
    'editMessage',
    'Changes what you said.',
    { 200: Posted },
    ...ofRooms,
    'muted',
    'editClosed',
    'messageGone',
    'storageFull',
  ),
  memberOrBot,
  path(MessagePath),
  body(EditRequest),
  async (c) => {
    const { roomId, seq } = c.req.valid('param')
    const caller = c.get('caller')
    const revision = { seq, ...c.req.valid('json') }
    const receipt = await c.get('rooms').ask(roomId, (room) => room.edit(caller, revision))
    return c.json(postedOf(receipt))
  },
)

messages.delete(
  '/:seq',
  does('deleteMessage', 'Takes a message back; its place stays.', { 200: Posted }, ...ofRooms),
  memberOrBot,
  path(MessagePath),
  async (c) => {
    const { roomId, seq } = c.req.valid('param')
    const caller = c.get('caller')
    const receipt = await c.get('rooms').ask(roomId, (room) => room.erase(caller, { seq }))
    return c.json(postedOf(receipt))
  },
)

const reactionFails = [...ofRooms, 'muted', 'messageGone', 'reactionsFull', 'storageFull'] as const

messages.put(
  '/:seq/reactions/:emoji',
  does('react', 'Sets your reaction.', { 200: Posted }, ...reactionFails),
  memberOrBot,
  path(ReactionPath),
  async (c) => c.json(await react(c, c.req.valid('param'), true)),
)

messages.delete(
  '/:seq/reactions/:emoji',
  does('unreact', 'Takes your reaction back.', { 200: Posted }, ...reactionFails),
  memberOrBot,
  path(ReactionPath),
  async (c) => c.json(await react(c, c.req.valid('param'), false)),
)

async function react(c: AppContext, reaction: ReactionPath, on: boolean): Promise<Posted> {
  const { roomId, seq, emoji } = reaction
  const caller = c.get('caller')
  return postedOf(
    await c.get('rooms').ask(roomId, (room) => room.react(caller, { seq, emoji, on })),
  )
}

/** Under `/rooms/{id}/read`. */
export const read = new Hono<AppEnv>()

read.put(
  '/',
  does(
    'markRead',
    'Everything up to there was seen, on all of your devices.',
    { 200: ReadMark },
    ...ofRooms,
  ),
  memberOrBot,
  path(RoomPath),
  body(ReadRequest),
  async (c) => {
    const caller = c.get('caller')
    const { seq } = c.req.valid('json')
    const mark = await c
      .get('rooms')
      .ask(c.req.valid('param').roomId, (room) => room.markRead(caller, seq))
    return c.json<ReadMark>({ seq: mark })
  },
)

function postedOf({ seq, rev, at }: Receipt): Posted {
  return { seq, rev, at }
}
