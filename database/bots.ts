// Bots: made, found by their token, listed, revoked.

import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { Failure } from '../protocol/failures.ts'
import type { RoomId, SessionId, UserId } from '../protocol/ids.ts'
import { botsPerPersonMax, botsPerRoomMax } from '../protocol/limits.ts'
import type { BotRight } from '../protocol/permissions.ts'
import { botRooms, bots } from './bot-schema.ts'
import type { Database } from './client.ts'
import { rooms, users } from './schema.ts'
import { type SignIn, standing, stands, whileStanding } from './standing.ts'

export interface NewBot {
  readonly id: UserId
  /** The room it belongs to, first, and others that it is for. */
  readonly rooms: readonly [RoomId, ...RoomId[]]
  readonly name: string
  readonly rights: readonly BotRight[]
  readonly tokenHash: string
}

export interface BotFacts {
  readonly id: UserId
  readonly name: string
  readonly rights: BotRight[]
  readonly rooms: RoomId[]
  readonly usedAt: Date | null
}

export interface BotRow extends BotFacts {
  readonly madeBy: { readonly id: UserId; readonly name: string } | null
  readonly createdAt: Date
}

/**
 * The rooms and the maker are locked, so of two who make the last one that there may be, one does. Fails
 * `limitReached`, `notFound` where a room is gone, and `unauthenticated`.
 */
export async function insertBot(db: Database, caller: SignIn, bot: NewBot): Promise<BotRow> {
  const { id, name, tokenHash } = bot
  const [roomId] = bot.rooms
  const isOfThem = inArray(rooms.id, [...bot.rooms])
  const isThere = and(isOfThem, isNull(rooms.deletedAt))
  const fullest = sql`(select coalesce(max(held), 0) from (
    select count(*) as held from ${botRooms} join ${bots} on ${bots.id} = ${botRooms.botId}
    where ${inArray(botRooms.roomId, [...bot.rooms])} and ${isUnrevoked}
    group by ${botRooms.roomId}) as counted)`
  const theirs = sql`(select count(*) from ${bots}
    where ${bots.madeBy} = ${caller.userId} and ${isUnrevoked})`
  const rights = sql`array(select json_array_elements_text(${JSON.stringify(bot.rights)}::json))`
  const [stillIn, , found, , , [made]] = await db.batch([
    standing(db, caller),
    db.select({ id: users.id }).from(users).where(eq(users.id, caller.userId)).for('update'),
    db.select({ id: rooms.id }).from(rooms).where(isThere).orderBy(asc(rooms.id)).for('update'),
    db.execute(sql`
      insert into ${bots} (id, room_id, name, rights, token_hash, made_by)
      select ${id}::uuid, ${roomId}::uuid, ${name}, ${rights}, ${tokenHash}, ${caller.userId}::uuid
      where ${stands(caller)} and ${fullest} < ${botsPerRoomMax}
        and ${theirs} < ${botsPerPersonMax}
        and (select count(*) from ${rooms} where ${isThere}) = ${bot.rooms.length}`),
    db.execute(sql`
      insert into ${botRooms} (room_id, bot_id)
      select ${rooms.id}, ${bots.id} from ${rooms}, ${bots} where ${isOfThem} and ${bots.id} = ${id}`),
    shown(db, eq(bots.id, id)),
  ])
  if (stillIn.length === 0) throw new Failure('unauthenticated')
  if (found.length < bot.rooms.length) throw new Failure('notFound')
  if (!made) throw new Failure('limitReached')
  return made
}

/**
 * By the hash of its token; null when it was revoked, when its room is being deleted, and while whoever
 * made it is suspended: they know the token. [AUT2]
 */
export async function findBot(db: Database, tokenHash: string): Promise<BotFacts | null> {
  const [found] = await shown(db, and(eq(bots.tokenHash, tokenHash), isLive))
  return found ?? null
}

/** Those that are a room's, or come into it, the eldest first. There are few. */
export async function listBots(db: Database, caller: SignIn, roomId: RoomId): Promise<BotRow[]> {
  const isHere = sql`exists (select from ${botRooms} as here
    where here.bot_id = ${bots.id} and here.room_id = ${roomId})`
  return whileStanding(db, caller, shown(db, and(isHere, isUnrevoked)))
}

/**
 * By the owner of the room it is of: everywhere, for good. By the owner of another of its rooms: there.
 * Resolves to the rooms it is to leave; null when there is no such bot.
 */
export async function revokeBot(
  db: Database,
  caller: SignIn,
  roomId: RoomId,
  id: UserId,
): Promise<RoomId[] | null> {
  const [[bot], , places, stillIn] = await db.batch([
    db
      .select({ home: bots.roomId })
      .from(bots)
      .innerJoin(botRooms, and(eq(botRooms.botId, bots.id), eq(botRooms.roomId, roomId)))
      .where(and(eq(bots.id, id), isUnrevoked)),
    db
      .update(bots)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(bots.id, id), eq(bots.roomId, roomId), isUnrevoked, stands(caller))),
    db.select({ roomId: botRooms.roomId }).from(botRooms).where(eq(botRooms.botId, id)),
    standing(db, caller),
  ])
  if (stillIn.length === 0) throw new Failure('unauthenticated')
  if (!bot) return null
  return bot.home === roomId ? places.map((place) => place.roomId) : [roomId]
}

/** Its room knows that it is no member any more. */
export async function forgetPlace(db: Database, id: UserId, roomId: RoomId): Promise<void> {
  await db.delete(botRooms).where(and(eq(botRooms.botId, id), eq(botRooms.roomId, roomId)))
}

/** Of a room that is being deleted: its bots end with it. Resolves to where they are members still. */
export async function revokeBotsOf(db: Database, roomId: RoomId): Promise<BotPlace[]> {
  const [, places] = await db.batch([
    db
      .update(bots)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(bots.roomId, roomId), isUnrevoked)),
    db
      .select({ id: bots.id, roomId: botRooms.roomId })
      .from(bots)
      .innerJoin(botRooms, eq(botRooms.botId, bots.id))
      .where(eq(bots.roomId, roomId)),
  ])
  return places
}

/** Where those are members that somebody made, revoked or not: they know the tokens. */
export async function botsMadeBy(db: Database, userId: UserId): Promise<BotPlace[]> {
  return db
    .select({ id: bots.id, roomId: botRooms.roomId })
    .from(bots)
    .innerJoin(botRooms, eq(botRooms.botId, bots.id))
    .where(eq(bots.madeBy, userId))
}

export interface BotPlace {
  readonly id: UserId
  readonly roomId: RoomId
}

/** Where some revoked ones are members still: a room could not be told, or a crash came first. */
export async function halfRevoked(db: Database, limit: number): Promise<BotPlace[]> {
  return db
    .select({ id: bots.id, roomId: botRooms.roomId })
    .from(bots)
    .innerJoin(botRooms, eq(botRooms.botId, bots.id))
    .where(sql`${bots.revokedAt} < now() - interval '1 minute'`)
    .limit(limit)
}

export async function noteUse(db: Database, id: UserId): Promise<void> {
  await db.update(bots).set({ usedAt: sql`now()` }).where(eq(bots.id, id))
}

/** For `endedAmong`: what a bot opens bears its id. */
export function liveBots(db: Database, ids: readonly SessionId[]) {
  const asSession = sql<SessionId>`${bots.id}`
  return db
    .select({ id: asSession })
    .from(bots)
    .where(and(inArray(asSession, [...ids]), isLive))
}

const isUnrevoked = isNull(bots.revokedAt)

const isLive = and(
  isUnrevoked,
  sql`not exists (select from ${users} as maker
    where maker.id = ${bots.madeBy} and maker.suspended_at is not null)`,
  sql`exists (select from ${rooms} as home where home.id = ${bots.roomId} and home.deleted_at is null)`,
)

function shown(db: Database, which: SQL | undefined) {
  return db
    .select({
      id: bots.id,
      name: bots.name,
      rights: bots.rights,
      rooms: sql<RoomId[]>`array(select place.room_id::text from ${botRooms} as place
        where place.bot_id = ${bots.id} order by place.room_id)`,
      madeBy: { id: users.id, name: users.displayName },
      createdAt: bots.createdAt,
      usedAt: bots.usedAt,
    })
    .from(bots)
    .leftJoin(users, eq(users.id, bots.madeBy))
    .where(which)
    .orderBy(asc(bots.createdAt), asc(bots.id))
}
