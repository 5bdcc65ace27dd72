// Rooms as answers show them.

import type { JoinedRoom } from '../../database/memberships.ts'
import type { ListedRoom } from '../../database/rooms.ts'
import type { RoomView } from '../../durable/room-calls.ts'
import type { MyRoom, RoomCard } from '../../protocol/api/rooms.ts'

/** From the room itself. */
export function cardOf({ room, role }: RoomView): RoomCard {
  const { id, name, topic, visibility, memberCount } = room
  return { id, name, topic, visibility, memberCount, role }
}

/** From the directory, whose count may be some seconds old. */
export function cardOfRow(row: ListedRoom): RoomCard {
  const { id, name, topic, visibility, memberCount, role } = row
  return { id, name, topic, visibility, memberCount, role }
}

export function myRoomOf({ lastActiveAt, lastMessage, ...room }: JoinedRoom): MyRoom {
  return {
    ...room,
    lastActiveAt: lastActiveAt.toISOString(),
    lastMessage: lastMessage && {
      seq: lastMessage.seq,
      authorName: lastMessage.authorName ?? '',
      excerpt: lastMessage.excerpt,
      createdAt: lastMessage.createdAt.toISOString(),
    },
  }
}
