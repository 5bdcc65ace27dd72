// What crosses the directory and the room itself: each step may be the last before a crash.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import type { Database } from '../../database/client.ts'
import { databaseFailure } from '../../database/failures.ts'
import * as directory from '../../database/rooms.ts'
import { ownAccount } from '../../database/users.ts'
import type { RoomView } from '../../durable/room-calls.ts'
import type { CreateRoomRequest, RoomPatch } from '../../protocol/api/rooms.ts'
import type { Person } from '../../protocol/changes.ts'
import { Failure } from '../../protocol/failures.ts'
import { RoomId } from '../../protocol/ids.ts'
import { may } from '../../protocol/permissions.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'

/** The directory decides the name. A crash after it is made good by the room's first visitor. */
export async function createRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  request: CreateRoomRequest,
): Promise<RoomView> {
  const room = { id: v.parse(RoomId, uuidv7()), ...request }
  const owner = await directory.insertRoom(db, caller, room)
  if (!owner) throw new Failure('unauthenticated')
  return rooms.ask(room.id, (stub) => stub.open({ ...room, owner }))
}

/** The room decides the right, the directory the name, then the room tells. */
export async function changeRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  id: RoomId,
  patch: RoomPatch,
): Promise<RoomView> {
  const { room: before, role } = await rooms.ask(id, (room) => room.view(caller.userId))
  if (!may(role, 'changeRoom')) throw new Failure('forbidden')
  if (Object.keys(patch).length === 0) return { room: before, role }
  if (!(await directory.changeRoom(db, caller, id, patch))) throw new Failure('unauthenticated')
  return rooms.ask(id, (room) => room.change(caller.userId, patch))
}

/** Marked first: from then on the room is gone for everybody, and the sweep finishes a half deletion. */
export async function deleteRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  id: RoomId,
): Promise<void> {
  const { role } = await rooms.ask(id, (room) => room.view(caller.userId))
  if (!may(role, 'deleteRoom')) throw new Failure('forbidden')
  if (!(await directory.markDeleted(db, caller, id))) throw new Failure('unauthenticated')
  await finishDeletion(db, rooms, id)
}

/** May be repeated after a crash at any point. */
export async function finishDeletion(db: Database, rooms: Rooms, id: RoomId): Promise<void> {
  await rooms.destroy(id)
  await directory.removeRoom(db, id)
}

export async function joinRoom(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  id: RoomId,
): Promise<RoomView> {
  const person = await personOf(db, caller)
  return rooms.ask(id, (room) => room.join(person))
}

/** By the name of today, which the token may not know yet; with Postgres away the token decides. [AUT2] */
async function personOf(db: Database, caller: Caller): Promise<Person> {
  const account = await ownAccount(db, caller).catch((error: unknown) => {
    const isAway = databaseFailure(error)?.code === 'unavailable'
    if (isAway) return { displayName: caller.name }
    throw error
  })
  if (!account) throw new Failure('unauthenticated')
  return { id: caller.userId, name: account.displayName, avatar: null }
}
