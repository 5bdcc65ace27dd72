// What is done to members: the room does it, and what Postgres keeps of it follows.

import type { Database } from '../../database/client.ts'
import { findAccount } from '../../database/users.ts'
import type { PersonAsOf } from '../../durable/room-calls.ts'
import { Failure } from '../../protocol/failures.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'
import { isAway } from './rooms.ts'

/** Also somebody who was never in. Fails `notFound` for nobody. */
export async function ban(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  { roomId, userId }: { readonly roomId: RoomId; readonly userId: UserId },
): Promise<void> {
  const person = await personNamed(db, caller, userId)
  await rooms.ask(roomId, (room) => room.ban(caller, person))
}

/**
 * With Postgres away nobody has a name, which is older than any the room was told: whom it has seen
 * it knows, and a ban does not wait.
 */
async function personNamed(db: Database, caller: Caller, id: UserId): Promise<PersonAsOf> {
  const account = await findAccount(db, caller, id).catch((error: unknown) => {
    if (isAway(error)) return { displayName: '', updatedAt: new Date(0) }
    throw error
  })
  if (!account) throw new Failure('notFound')
  const { displayName: name, updatedAt } = account
  return { id, name, avatar: null, asOf: updatedAt.getTime() }
}
