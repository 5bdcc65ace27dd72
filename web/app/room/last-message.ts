// The list of rooms told of what the open room just heard, without asking the server. Pure.

import type { MyRoom } from '../../../protocol/api/rooms.ts'
import type { RoomId, Seq } from '../../../protocol/ids.ts'
import type { RoomModel, Unread } from '../../store/room-store.ts'

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

/** What is left to read of one room; where that is only known in part, the server's count stays. */
export function withUnread(
  rooms: readonly MyRoom[],
  id: RoomId,
  { count, mentions, isExact }: Unread,
  readSeq: Seq,
): readonly MyRoom[] {
  return rooms.map((room) => {
    if (room.id !== id) return room
    const unread = isExact ? count : Math.max(count, room.unread)
    const unreadMentions = isExact ? mentions : Math.max(mentions, room.unreadMentions)
    const isSame = room.unread === unread && room.unreadMentions === unreadMentions
    return isSame && room.readSeq === readSeq ? room : { ...room, unread, unreadMentions, readSeq }
  })
}
