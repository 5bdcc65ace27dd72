// What a person's rooms are told about them, and a room about itself.

import type { AccountRow } from '../database/account-row.ts'
import { type BotPlace, botsMadeBy } from '../database/bots.ts'
import { roomsOf } from '../database/memberships.ts'
import type { Ended } from '../database/sessions.ts'
import type { RoomCalls } from '../durable/room-calls.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import type { AppContext } from './context.ts'
import { dismissBots, silenceBots } from './domain/bots.ts'
import { afterwards } from './log.ts'

/** How long an answer waits for rooms to hear of it; they are told all the same. */
const newsMsMax = 1_000

/**
 * Told before the answer leaves: whoever reads that a sign-in has ended finds it ended everywhere.
 * By the time now, since a token may have been made while ours was on its way. [SOK13, AUT2]
 */
export async function tellEnded(c: AppContext, ended: Ended | null): Promise<void> {
  if (!ended || ended.sessions.length === 0) return
  const { userId, sessions } = ended
  const untilMs = Date.now() + c.get('world').accessTokenSeconds * 1000
  const told = tellRoomsOf(c, userId, (room) => room.endSessions(userId, sessions, untilMs))
  afterwards(c, 'endSessions', told)
  await settled(told, newsMsMax)
}

/** As `tellEnded`, of bots that were revoked: they leave these rooms. */
export async function tellDismissed(c: AppContext, places: readonly BotPlace[]): Promise<void> {
  const { db, accessTokenSeconds } = c.get('world')
  const untilMs = Date.now() + accessTokenSeconds * 1000
  const told = dismissBots(db, c.get('rooms'), places, untilMs)
  afterwards(c, 'dismissBots', told)
  await settled(told, newsMsMax)
}

/** As `tellEnded`, of the bots that somebody made who is suspended. */
export async function tellBotsEnded(c: AppContext, userId: UserId): Promise<void> {
  const { db, accessTokenSeconds } = c.get('world')
  const untilMs = Date.now() + accessTokenSeconds * 1000
  const told = botsMadeBy(db, userId).then((places) => silenceBots(c.get('rooms'), places, untilMs))
  afterwards(c, 'silenceBots', told)
  await settled(told, newsMsMax)
}

/** As `tellBotsEnded`, of the webhooks of theirs. */
export async function tellWebhooksPaused(c: AppContext, userId: UserId): Promise<void> {
  const told = tellRoomsOf(c, userId, (room) => room.pauseWebhooksOf(userId))
  afterwards(c, 'pauseWebhooks', told)
  await settled(told, newsMsMax)
}

export function tellRenamed(c: AppContext, account: AccountRow): void {
  const { id, displayName: name, updatedAt } = account
  const person = { id, name, avatar: null, asOf: updatedAt.getTime() }
  afterwards(
    c,
    'renamePerson',
    tellRoomsOf(c, id, (room) => room.renamePerson(person)),
  )
}

/** For a room that may not know what the directory says of it. */
export function tellToRefresh(c: AppContext, id: RoomId): void {
  afterwards(
    c,
    'refresh',
    c.get('rooms').tellAll([id], (room) => room.refresh()),
  )
}

async function tellRoomsOf(
  c: AppContext,
  userId: UserId,
  news: (room: RoomCalls) => Promise<unknown>,
): Promise<void> {
  await c.get('rooms').tellAll(await roomsOf(c.get('world').db, userId), news)
}

/** Resolves when the work has come to an end, whichever, or the time has. */
async function settled(work: Promise<unknown>, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, withinMs)
  work.then(
    () => resolve(),
    () => resolve(),
  )
  await promise
  clearTimeout(timer)
}
