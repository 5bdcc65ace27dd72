// The list of rooms told of what the open room just heard, without asking the server. Pure.

import type { MyRoom } from '../../../protocol/api/rooms.ts'
import type { RoomId, Seq } from '../../../protocol/ids.ts'
import { firstSeq } from '../../store/room-model.ts'
import type { RoomModel, Unread } from '../../store/room-store.ts'

const EXCERPT_CHARACTERS = 120

type Last = NonNullable<MyRoom['lastMessage']>

/** The room as it is, first where it has a newer message; the same list where that is known. */
export function withRoom(rooms: readonly MyRoom[], model: RoomModel): readonly MyRoom[] {
  const { id, name, topic, visibility } = model.room
  const listed = rooms.find((room) => room.id === id)
  if (!listed) return rooms
  const lastMessage = lastOf(model, listed.lastMessage)
  const isNewer = lastMessage !== null && lastMessage.seq > (listed.lastMessage?.seq ?? 0)
  const lastActiveAt = isNewer ? lastMessage.createdAt : listed.lastActiveAt
  const told: MyRoom = { ...listed, name, topic, visibility, lastActiveAt, lastMessage }
  if (isNewer) return [told, ...rooms.filter((room) => room !== listed)]
  return isSame(told, listed) ? rooms : rooms.map((room) => (room === listed ? told : room))
}

/** Where nothing in the window is left to show, what the list says stands if it lies above it. */
function lastOf(model: RoomModel, listed: Last | null): Last | null {
  const { messages, people, atBeginning } = model
  const last = messages.findLast((row) => row.kind === 'message' && row.deletedAt === null)
  if (!last) return listed && !atBeginning && listed.seq < firstSeq(messages) ? listed : null
  return {
    seq: last.seq,
    authorName: people.get(last.authorId)?.name ?? '',
    excerpt: last.body.slice(0, EXCERPT_CHARACTERS).toWellFormed(),
    createdAt: new Date(last.createdAt).toISOString(),
  }
}

function isSame(one: MyRoom, other: MyRoom): boolean {
  return (
    one.name === other.name &&
    one.topic === other.topic &&
    one.visibility === other.visibility &&
    one.lastMessage?.seq === other.lastMessage?.seq &&
    one.lastMessage?.authorName === other.lastMessage?.authorName &&
    one.lastMessage?.excerpt === other.lastMessage?.excerpt
  )
}

/** What is left to read of one room; where that is only known in part, the server's count stays. */
export function withUnread(
  rooms: readonly MyRoom[],
  id: RoomId,
  { count, mentions, isExact }: Unread,
  readSeq: Seq,
): readonly MyRoom[] {
  const listed = rooms.find((room) => room.id === id)
  if (!listed) return rooms
  const unread = isExact ? count : Math.max(count, listed.unread)
  const unreadMentions = isExact ? mentions : Math.max(mentions, listed.unreadMentions)
  const isKnown = listed.unread === unread && listed.unreadMentions === unreadMentions
  if (isKnown && listed.readSeq === readSeq) return rooms
  return rooms.map((room) =>
    room === listed ? { ...room, unread, unreadMentions, readSeq } : room,
  )
}
