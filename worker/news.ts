// What a person's rooms are told about them, after the answer has left.

import { roomsOf } from '../database/memberships.ts'
import type { Ended } from '../database/sessions.ts'
import type { RoomCalls } from '../durable/room-calls.ts'
import type { Person } from '../protocol/changes.ts'
import type { UserId } from '../protocol/ids.ts'
import type { AppContext } from './context.ts'
import { afterwards } from './log.ts'

/** Their sockets close within a second. [SOK13] */
export function tellEnded(c: AppContext, ended: Ended | null): void {
  if (!ended || ended.sessions.length === 0) return
  const { userId, sessions } = ended
  tellRoomsOf(c, 'endSessions', userId, (room) => room.endSessions(userId, sessions))
}

export function tellRenamed(c: AppContext, person: Person): void {
  tellRoomsOf(c, 'renamePerson', person.id, (room) => room.renamePerson(person))
}

function tellRoomsOf(
  c: AppContext,
  event: string,
  userId: UserId,
  news: (room: RoomCalls) => Promise<unknown>,
): void {
  const told = async () => c.get('rooms').tellAll(await roomsOf(c.get('world').db, userId), news)
  afterwards(c, event, told())
}
