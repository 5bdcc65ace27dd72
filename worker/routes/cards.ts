// Rooms, and what belongs to them, as answers show it: field by field.

import type { AuditRow } from '../../database/audit.ts'
import type { BotRow } from '../../database/bots.ts'
import type { InviteRow } from '../../database/invites.ts'
import type { JoinedRoom } from '../../database/memberships.ts'
import type { RoomFacts, SeenRoom } from '../../database/room-lists.ts'
import type { ListedRoom } from '../../database/rooms.ts'
import type { MemberEntry, RoomView, WebhookView } from '../../durable/room-calls.ts'
import type { AdminRoom, AuditRecord } from '../../protocol/api/admin.ts'
import type { Bot } from '../../protocol/api/bots.ts'
import type { Invite } from '../../protocol/api/invites.ts'
import type { Member, MyRoom, RoomCard, RoomDetails } from '../../protocol/api/rooms.ts'
import type { Webhook } from '../../protocol/api/webhooks.ts'

/** From the room itself. */
export function cardOf({ room, role }: RoomView): RoomCard {
  const { id, name, topic, visibility, memberCount } = room
  return { id, name, topic, visibility, memberCount, role }
}

export function detailsOf(view: RoomView): RoomDetails {
  return { ...cardOf(view), settings: view.room.settings }
}

/** From the directory, whose count may be some seconds old. */
export function cardOfRow(row: ListedRoom | SeenRoom): RoomCard {
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

export function memberOf({ id, name, avatar, role, mutedUntil, isBot }: MemberEntry): Member {
  const until = mutedUntil === null ? null : iso(mutedUntil)
  return { ...{ id, name, avatar, role }, mutedUntil: until, ...(isBot && { isBot }) }
}

export function inviteOf({
  code,
  creator,
  createdAt,
  expiresAt,
  maxUses,
  uses,
}: InviteRow): Invite {
  return {
    ...{ code, maxUses, uses, creator: { ...creator, avatar: null } },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}

export function botOf({ madeBy, createdAt, usedAt, ...bot }: BotRow): Bot {
  return {
    ...bot,
    madeBy: madeBy && { ...madeBy, avatar: null },
    createdAt: createdAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
  }
}

export function webhookOf({
  madeAt,
  paused,
  deliveredAt,
  failingSince,
  ...hook
}: WebhookView): Webhook {
  return {
    ...hook,
    createdAt: iso(madeAt),
    paused: paused && { ...paused, at: iso(paused.at) },
    deliveredAt: deliveredAt === null ? null : iso(deliveredAt),
    failingSince: failingSince === null ? null : iso(failingSince),
  }
}

export function adminRoomOf({ createdAt, lastActiveAt, deletedAt, ...room }: RoomFacts): AdminRoom {
  return {
    ...room,
    createdAt: createdAt.toISOString(),
    lastActiveAt: lastActiveAt.toISOString(),
    deletedAt: deletedAt?.toISOString() ?? null,
  }
}

export function auditRecordOf({ at, ...record }: AuditRow): AuditRecord {
  return { ...record, at: at.toISOString() }
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
