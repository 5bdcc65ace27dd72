// Bots over HTTP: made, listed and revoked by the owner of their room; and what they get for their token.

import * as v from 'valibot'
import { Person } from '../changes.ts'
import { RoomId, UserId } from '../ids.ts'
import { botRoomsMax } from '../limits.ts'
import { BotRight } from '../permissions.ts'
import { DisplayName } from './accounts.ts'
import { IsoTime } from './moment.ts'

/** `rooms`: more rooms of the owner's, beside the one it is made in. */
export const BotRequest = v.strictObject({
  name: DisplayName,
  rights: v.pipe(v.array(BotRight), v.minLength(1), v.maxLength(BotRight.options.length)),
  rooms: v.optional(v.pipe(v.array(RoomId), v.maxLength(botRoomsMax)), []),
})
export type BotRequest = v.InferOutput<typeof BotRequest>

export const Bot = v.object({
  id: UserId,
  name: v.string(),
  rights: v.array(BotRight),
  rooms: v.array(RoomId),
  /** Null when there is no such account any more: a bot is its room's. */
  madeBy: v.nullable(Person),
  createdAt: IsoTime,
  /** Of about the last minute; null: never. */
  usedAt: v.nullable(IsoTime),
})
export type Bot = v.InferOutput<typeof Bot>

/** The one time that its token is told: only a hash of it rests. */
export const NewBot = v.object({ ...Bot.entries, token: v.string() })
export type NewBot = v.InferOutput<typeof NewBot>

/** All of a room's, the eldest first. */
export const Bots = v.object({ bots: v.array(Bot) })
export type Bots = v.InferOutput<typeof Bots>

export const BotPath = v.object({ roomId: RoomId, botId: UserId })

/** What a bot's token is exchanged for: enough to open a socket, for a quarter of an hour. */
export const BotSignedIn = v.object({
  bot: v.object({
    id: UserId,
    name: v.string(),
    rights: v.array(BotRight),
    rooms: v.array(RoomId),
  }),
  accessToken: v.string(),
  accessTokenExpiresAt: IsoTime,
})
export type BotSignedIn = v.InferOutput<typeof BotSignedIn>
