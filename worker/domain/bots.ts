// Bots: Postgres knows their tokens, and each room what they may in it.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import {
  type BotPlace,
  type BotRow,
  forgetPlace,
  insertBot,
  listBots,
  revokeBot,
} from '../../database/bots.ts'
import type { Database } from '../../database/client.ts'
import type { BotRequest } from '../../protocol/api/bots.ts'
import { Failure } from '../../protocol/failures.ts'
import { type RoomId, SessionId, UserId } from '../../protocol/ids.ts'
import { botRoomsMax } from '../../protocol/limits.ts'
import { completed } from '../../protocol/permissions.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'
import { hashOfBotToken, newBotToken } from './bot-tokens.ts'

/** The token is told here, and never again. Where a room turns it away, there is no bot at all. */
export async function makeBot(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  roomId: RoomId,
  request: BotRequest,
): Promise<{ bot: BotRow; token: string }> {
  const others = [...new Set(request.rooms)].filter((id) => id !== roomId)
  if (others.length >= botRoomsMax) throw new Failure('limitReached')
  for (const id of [roomId, ...others]) await rooms.ask(id, (room) => room.mayManageBots(caller))
  const [token, rights] = [newBotToken(), completed(request.rights)]
  const id = v.parse(UserId, uuidv7())
  const tokenHash = hashOfBotToken(token) ?? ''
  const { name } = request
  const bot = await insertBot(db, caller, {
    id,
    rooms: [roomId, ...others],
    name,
    rights,
    tokenHash,
  })
  try {
    const seed = { id, name: bot.name, avatar: null, asOf: bot.createdAt.getTime(), rights }
    for (const at of bot.rooms) await rooms.ask(at, (room) => room.admitBot(caller, seed))
  } catch (error) {
    await revokeBot(db, caller, roomId, id) // Its rooms forget it now or by the sweep.
    throw error
  }
  return { bot, token }
}

export async function botsOf(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  roomId: RoomId,
): Promise<BotRow[]> {
  await rooms.ask(roomId, (room) => room.mayManageBots(caller))
  return listBots(db, caller, roomId)
}

/** Postgres first, which refuses the token from then on. Resolves to where it is a member still. [AUT2] */
export async function endBot(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  roomId: RoomId,
  id: UserId,
): Promise<BotPlace[]> {
  await rooms.ask(roomId, (room) => room.mayManageBots(caller))
  const places = await revokeBot(db, caller, roomId, id)
  if (!places) throw new Failure('notFound')
  return places.map((place) => ({ id, roomId: place }))
}

/** What they have open ends, and they stay members: whoever made them is suspended, perhaps not for long. */
export async function silenceBots(
  rooms: Rooms,
  places: readonly BotPlace[],
  untilMs: number,
): Promise<void> {
  for (const { id, roomId } of places) {
    const ended = [v.parse(SessionId, id)]
    await rooms.tellAll([roomId], (room) => room.endSessions(id, ended, untilMs))
  }
}

/** May be repeated after a crash at any point. Fails when one of the rooms could not be told. */
export async function dismissBots(
  db: Database,
  rooms: Rooms,
  places: readonly BotPlace[],
  untilMs: number,
): Promise<void> {
  const failures: unknown[] = []
  for (const { id, roomId } of places) {
    await rooms
      .tellAll([roomId], (room) => room.dismissBot(id, untilMs))
      .then(() => forgetPlace(db, id, roomId))
      .catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}
