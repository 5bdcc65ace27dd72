// Bots: a room's owner makes, lists and revokes them; with its token a bot signs in.

import { Hono } from 'hono'
import { BotPath, BotRequest, BotSignedIn, Bots, NewBot } from '../../protocol/api/bots.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import { audit } from '../audit.ts'
import { bearingBot } from '../bot-identity.ts'
import type { AppEnv } from '../context.ts'
import { botCaller, signBotToken } from '../domain/bot-tokens.ts'
import { botsOf, endBot, makeBot } from '../domain/bots.ts'
import { signedIn } from '../identity.ts'
import { body, path } from '../input.ts'
import { tellDismissed } from '../news.ts'
import { does, telling } from '../openapi/described.ts'
import { ofPostgres, ofRooms } from '../openapi/usual.ts'
import { botOf } from './cards.ts'

/** Under `/rooms/{id}/bots`. */
export const bots = new Hono<AppEnv>()

bots.post(
  '/',
  does(
    'makeBot',
    'Makes a bot for a room of yours, or several. Its token is told here only.',
    { 201: NewBot },
    ...ofRooms,
    'limitReached',
  ),
  signedIn,
  path(RoomPath),
  body(BotRequest),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const request = c.req.valid('json')
    const { db } = c.get('world')
    const { bot, token } = await makeBot(db, c.get('rooms'), c.get('caller'), roomId, request)
    const { id: subjectId, rights, rooms } = bot
    audit(c, { kind: 'botMade', roomId, subjectId, detail: { rights, rooms } })
    return c.json<NewBot>({ ...botOf(bot), token }, 201)
  },
)

bots.get(
  '/',
  does('listBots', 'The bots that act in the room.', { 200: Bots }, ...ofRooms),
  signedIn,
  path(RoomPath),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const rows = await botsOf(c.get('world').db, c.get('rooms'), c.get('caller'), roomId)
    return c.json<Bots>({ bots: rows.map(botOf) })
  },
)

bots.delete(
  '/:botId',
  does(
    'revokeBot',
    'Ends a bot and all it has open; one that is of another room leaves this one.',
    { 204: null },
    ...ofRooms,
  ),
  signedIn,
  path(BotPath),
  async (c) => {
    const { roomId, botId } = c.req.valid('param')
    const { db } = c.get('world')
    const places = await endBot(db, c.get('rooms'), c.get('caller'), roomId, botId)
    await tellDismissed(c, places)
    audit(c, { kind: 'botRevoked', roomId, subjectId: botId })
    return c.body(null, 204)
  },
)

/** Under `/auth/bot`. */
export const botAuth = new Hono<AppEnv>()

botAuth.post(
  '/',
  does(
    'signInBot',
    'A quarter of an hour’s access token for the token of a bot: it opens sockets, too.',
    { 200: BotSignedIn },
    ...ofPostgres,
    'unauthenticated',
  ),
  telling({ token: 'must', bots: true }, async (_, next) => next()),
  async (c) => {
    const bot = await bearingBot(c)
    if (!bot) throw new Failure('unauthenticated')
    const { keyring, accessTokenSeconds, now } = c.get('world')
    const expiresAt = new Date(now.getTime() + accessTokenSeconds * 1000)
    const { id, name, rights, rooms } = bot
    return c.json<BotSignedIn>({
      bot: { id, name, rights, rooms },
      accessToken: await signBotToken(keyring, botCaller(bot, expiresAt), now),
      accessTokenExpiresAt: expiresAt.toISOString(),
    })
  },
)
