// What a bot shows: a token of 256 random bits that lives until it is revoked, of which a hash rests
// with us; and the access token it is exchanged for, which needs no database to verify. [AUT1]

import { createHash, randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { RoomId, SessionId, UserId } from '../../protocol/ids.ts'
import { type Caller, sign, verify } from './access-tokens.ts'
import type { Keyring } from './keyring.ts'

/** Its beginning tells whoever finds one lying about what it is. */
const form = /^parley_bot_[\w-]{43}$/

export function newBotToken(): string {
  return `parley_bot_${randomBytes(32).toString('base64url')}`
}

/** Null for what no bot has ever been given. */
export function hashOfBotToken(text: string): string | null {
  return form.test(text) ? createHash('sha256').update(text).digest('base64url') : null
}

/** Of a type of its own: what takes people's tokens takes none of these. [S11] */
const type = 'bot+jwt'

const Claims = v.object({
  sub: UserId,
  name: v.string(),
  rooms: v.array(RoomId),
  exp: v.number(),
})

/** A bot, as somebody who calls. */
export type BotCaller = Caller & Required<Pick<Caller, 'rooms'>>

interface BotFacts {
  readonly id: UserId
  readonly name: string
  readonly rooms: readonly RoomId[]
}

/** What it opens is ended by its own id, as a person's is by their sign-in's. [AUT2] */
export function botCaller({ id, name, rooms }: BotFacts, expiresAt: Date): BotCaller {
  const sessionId = v.parse(SessionId, id)
  return { userId: id, sessionId, username: '', name, role: 'user', expiresAt, rooms }
}

export function signBotToken(keyring: Keyring, caller: BotCaller, now: Date): Promise<string> {
  const { userId: sub, sessionId: sid, name, rooms, expiresAt } = caller
  return sign(keyring, { type, claims: { sub, sid, name, rooms: [...rooms] }, expiresAt }, now)
}

/** Null for anything that is not an access token of a bot in its time. */
export async function verifyBotToken(
  keyring: Keyring,
  token: string,
  now: Date,
): Promise<BotCaller | null> {
  const claims = await verify(keyring, { token, type, claims: Claims }, now)
  if (!claims) return null
  return botCaller({ ...claims, id: claims.sub }, new Date(claims.exp * 1000))
}
