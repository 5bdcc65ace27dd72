// The list of rooms told of what the open room just heard, without asking the server. Pure.

import type { MyRoom } from '../../../protocol/api/rooms.ts'
import type { RoomModel } from '../../store/room-store.ts'

const EXCERPT_CHARACTERS = 120

/** The room first, with its newest message; the same list where it has nothing newer. */
export function withLastMessage(rooms: readonly MyRoom[], model: RoomModel): readonly MyRoom[] {
  const last = model.messages.findLast((row) => row.kind === 'message' && row.deletedAt === null)
  const room = rooms.find((one) => one.id === model.room.id)
  if (!last || !room || last.seq <= (room.lastMessage?.seq ?? 0)) return rooms
  const createdAt = new Date(last.createdAt).toISOString()
  const told: MyRoom = {
    ...room,
    name: model.room.name,
    lastActiveAt: createdAt,
    lastMessage: {
      seq: last.seq,
      authorName: model.people.get(last.authorId)?.name ?? '',
      excerpt: last.body.slice(0, EXCERPT_CHARACTERS).toWellFormed(),
      createdAt,
    },
  }
  return [told, ...rooms.filter((one) => one !== room)]
}
