// Who calls where bots may call, too. Everywhere else a bot's tokens are none: they are of another kind.

import { createMiddleware } from 'hono/factory'
import { type BotFacts, findBot, noteUse } from '../database/bots.ts'
import { Failure } from '../protocol/failures.ts'
import type { RoomId } from '../protocol/ids.ts'
import { botUseKeptEveryMs } from '../protocol/limits.ts'
import type { AppContext, AppEnv } from './context.ts'
import type { Caller } from './domain/access-tokens.ts'
import { botCaller, hashOfBotToken, verifyBotToken } from './domain/bot-tokens.ts'
import { callerOf, identify } from './identity.ts'
import { afterwards } from './log.ts'
import { telling } from './openapi/described.ts'

const codes = ['unauthenticated', 'notFound', 'unavailable'] as const

/** As `signedIn`, under `/rooms/{id}`. What a bot may there is the room's to say. */
export const memberOrBot = telling(
  { token: 'must', bots: true, codes },
  createMiddleware<AppEnv>(async (c, next) => {
    const caller = await personOrBot(c)
    if (!caller) throw new Failure('unauthenticated')
    c.set('caller', caller)
    return next()
  }),
)

/** As `perhapsSignedIn`, under `/rooms/{id}`. */
export const perhapsMemberOrBot = telling(
  { token: 'may', bots: true, codes },
  createMiddleware<AppEnv>(async (c, next) => {
    c.set('visitor', await personOrBot(c))
    return next()
  }),
)

/** By a token that was offered for a socket: a person's or a bot's, but never the one that does not expire. */
export async function callerInRoom(
  c: AppContext,
  roomId: RoomId,
  token: string | undefined,
): Promise<Caller> {
  const { keyring, now } = c.get('world')
  const bot = token === undefined ? null : await verifyBotToken(keyring, token, now)
  if (!bot) return identify(c, token)
  return inItsRooms(c, bot, roomId)
}

/** The bot whose own token this request bears, by Postgres, in one round trip; null for none. [AUT2] */
export async function bearingBot(c: AppContext): Promise<BotFacts | null> {
  const hash = hashOfBotToken(bearer(c))
  if (hash === null) return null
  const { db, now } = c.get('world')
  const bot = await findBot(db, hash)
  if (!bot) throw new Failure('unauthenticated')
  const isKept = bot.usedAt && now.getTime() - bot.usedAt.getTime() < botUseKeptEveryMs
  if (!isKept) afterwards(c, 'botUse', noteUse(db, bot.id))
  return bot
}

async function personOrBot(c: AppContext): Promise<Caller | null> {
  const { keyring, now } = c.get('world')
  const own = await bearingBot(c)
  const bot = own ? botCaller(own, now) : await verifyBotToken(keyring, bearer(c), now)
  return bot ? inItsRooms(c, bot, c.req.param('roomId')) : callerOf(c)
}

/** Outside its rooms there is nothing for it, public or not. */
function inItsRooms(c: AppContext, bot: Caller, roomId: string | undefined): Caller {
  c.set('userId', bot.userId)
  if (!bot.rooms?.some((id) => id === roomId)) throw new Failure('notFound')
  return bot
}

function bearer(c: AppContext): string {
  const [, token = ''] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
  return token
}
