// What crosses the directory and the room itself: each step may be the last before a crash.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { revokeBotsOf } from '../../database/bots.ts'
import type { Database } from '../../database/client.ts'
import { databaseFailure } from '../../database/failures.ts'
import * as directory from '../../database/rooms.ts'
import { ownAccount } from '../../database/users.ts'
import type { PersonAsOf, RoomView } from '../../durable/room-calls.ts'
import { accessTokenSeconds } from '../../protocol/account-limits.ts'
import type { CreateRoomRequest, RoomPatch } from '../../protocol/api/rooms.ts'
import { Failure, failures } from '../../protocol/failures.ts'
import { RoomId, type UserId } from '../../protocol/ids.ts'
import { may } from '../../protocol/permissions.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'
import { dismissBots } from './bots.ts'

/** The directory decides the name. A crash after it is made good by a visitor, or by the sweep. */
export async function createRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  request: CreateRoomRequest,
): Promise<RoomView> {
  const room = { id: v.parse(RoomId, uuidv7()), ...request }
  const seed = await directory.insertRoom(db, caller, room)
  if (!seed) throw new Failure('unauthenticated')
  return rooms.ask(room.id, (stub) => stub.open(seed))
}

/**
 * The room decides the right, the directory the name, then the room tells; its settings are its own.
 * After a failure between these the room may not know what the directory says: it has to be asked to
 * look.
 */
export async function changeRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  id: RoomId,
  { settings, ...said }: RoomPatch,
): Promise<RoomView> {
  if (settings && Object.keys(said).length === 0) {
    return rooms.ask(id, (room) => room.configure(caller, settings))
  }
  const before = await rooms.ask(id, (room) => room.mayChange(caller))
  const after =
    Object.keys(said).length === 0 ? before : await rename(db, rooms, caller, before, said)
  return settings ? rooms.ask(id, (room) => room.configure(caller, settings)) : after
}

/** Whoever lost the right meanwhile has changed nothing: the room's no undoes the directory's yes. */
async function rename(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  { room: before }: RoomView,
  said: Omit<RoomPatch, 'settings'>,
): Promise<RoomView> {
  const { id } = before
  const entry = await directory.changeRoom(db, caller, id, said)
  if (!entry) throw new Failure('notFound')
  try {
    return await rooms.ask(id, (room) => room.change(caller, entry))
  } catch (error) {
    if (isDenial(error)) {
      await directory.undoChange(db, before, entry.version)
      await rooms.tellAll([id], (room) => room.refresh()) // It may have looked in between.
    }
    throw error
  }
}

/** Judged by the room; everything else that fails leaves open what became of the question. */
function isDenial(error: unknown): boolean {
  return error instanceof Failure && failures[error.code].remedy !== 'retry'
}

/**
 * Marked first: from then on the room is gone for everybody, and the sweep finishes a half deletion.
 * So does its owner, who asks again when an answer was lost: then only the directory knows them.
 * Until then the room does, since the directory may not know yet to whom it was handed; its last word is
 * that of the moment it goes, and takes the mark back.
 */
export async function deleteRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  id: RoomId,
): Promise<void> {
  const seen = await rooms.ask(id, (room) => room.view(caller)).catch(nullWhenGone)
  if (seen) await destroyRoom(db, rooms, caller, seen)
  else if (!(await directory.isBeingDeleted(db, caller, id))) throw new Failure('notFound')
  await finishDeletion(db, rooms, id).catch((error: unknown) => {
    // The mark holds, so the room is gone for everybody; what is left of it is the sweep's.
    if (!isAway(error)) throw error
  })
}

async function destroyRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  { room: { id }, role }: RoomView,
): Promise<void> {
  if (!may(role, 'deleteRoom')) throw new Failure('forbidden')
  const mark = await directory.markDeleted(db, caller, id)
  if (!mark) throw new Failure('notFound')
  try {
    await rooms.destroyBy(id, caller)
  } catch (error) {
    if (isDenial(error)) await directory.takeMarkBack(db, id, mark)
    throw error
  }
}

/** May be repeated after a crash at any point. */
export async function finishDeletion(db: Database, rooms: Rooms, id: RoomId): Promise<void> {
  const places = await revokeBotsOf(db, id) // They end with their room, wherever else they are.
  const untilMs = Date.now() + accessTokenSeconds * 1000
  await dismissBots(
    db,
    rooms,
    places.filter(({ roomId }) => roomId !== id),
    untilMs,
  )
  await rooms.destroy(id)
  await directory.removeRoom(db, id)
}

/** By themselves, or because somebody in it asked them. */
export async function joinRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  id: RoomId,
  invitedBy?: UserId,
): Promise<RoomView> {
  const person = await personOf(db, caller)
  return rooms.ask(id, (room) => room.join(caller, person, invitedBy))
}

/** Postgres is, so nobody knows what became of what it was asked. */
export function isAway(error: unknown): boolean {
  return databaseFailure(error)?.code === 'unavailable'
}

export function nullWhenGone(error: unknown): null {
  if (error instanceof Failure && error.code === 'notFound') return null
  throw error
}

/**
 * By the name of today, which the token may not know yet. With Postgres away the token decides, and
 * its name is older than any that the room was told. [AUT2]
 */
async function personOf(db: Database, caller: Caller): Promise<PersonAsOf> {
  const account = await ownAccount(db, caller).catch((error: unknown) => {
    if (isAway(error)) return { displayName: caller.name, updatedAt: new Date(0) }
    throw error
  })
  if (!account) throw new Failure('unauthenticated')
  const { displayName: name, updatedAt } = account
  return { id: caller.userId, name, avatar: null, asOf: updatedAt.getTime() }
}
