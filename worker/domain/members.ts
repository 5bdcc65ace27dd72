// What is done to members: the room does it, and what Postgres keeps of it follows.

import type { Database } from '../../database/client.ts'
import { findAccount } from '../../database/users.ts'
import type { PersonAsOf } from '../../durable/room-calls.ts'
import { Failure } from '../../protocol/failures.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'
import { nullWhenGone } from './rooms.ts'

/**
 * Also somebody who was never in. The room is asked first: whom it has seen it knows by name, and a ban
 * does not wait for Postgres. Fails `notFound` for nobody. Resolves to whether they were not banned before.
 */
export async function ban(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  { roomId, userId }: { readonly roomId: RoomId; readonly userId: UserId },
): Promise<boolean> {
  const known = await rooms
    .ask(roomId, (room) => room.ban(caller, { id: userId }))
    .catch(nullWhenGone)
  if (known) return known.hasChanged
  if (caller.rooms) throw new Failure('notFound') // A bot knows nobody but whom its room knows.
  const person = await personNamed(db, caller, userId)
  return (await rooms.ask(roomId, (room) => room.ban(caller, person))).hasChanged
}

async function personNamed(db: Database, caller: Caller, id: UserId): Promise<PersonAsOf> {
  const account = await findAccount(db, caller, id)
  if (!account) throw new Failure('notFound')
  const { displayName: name, updatedAt } = account
  return { id, name, avatar: null, asOf: updatedAt.getTime() }
}
