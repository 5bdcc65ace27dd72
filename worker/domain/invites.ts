// Invites: the room decides who may make one, Postgres how often it opens.

import { Buffer } from 'node:buffer'
import * as v from 'valibot'
import type { Database } from '../../database/client.ts'
import { giveUseBack, keepUse, leadOf, takeUse } from '../../database/invite-uses.ts'
import {
  findInvited,
  type InvitedRoom,
  type InvitePlace,
  type InviteRow,
  insertInvite,
  listInvites,
  ownerOfInvite,
  revokeInvite,
} from '../../database/invites.ts'
import type { RoomView } from '../../durable/room-calls.ts'
import type { InviteRequest } from '../../protocol/api/invites.ts'
import { Failure } from '../../protocol/failures.ts'
import { InviteCode, type RoomId, type UserId } from '../../protocol/ids.ts'
import { may } from '../../protocol/permissions.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'
import { joinRoom, nullWhenGone } from './rooms.ts'

const codeBytes = 16

export async function makeInvite(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  roomId: RoomId,
  { expiresIn, maxUses }: InviteRequest,
): Promise<InviteRow> {
  await rooms.ask(roomId, (room) => room.mayInvite(caller))
  const made = await insertInvite(db, caller, { code: newCode(), roomId, expiresIn, maxUses })
  if (!made) throw new Failure('notFound')
  return made
}

/** Whoever moderates sees all of them, others who may invite see their own. */
export async function invitesOf(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  roomId: RoomId,
  page: { readonly after: InvitePlace | null; readonly limit: number },
): Promise<InviteRow[]> {
  const { role } = await rooms.ask(roomId, (room) => room.mayInvite(caller))
  const by = may(role, 'changeRoom') ? null : caller.userId
  return listInvites(db, caller, roomId, { ...page, by })
}

/** By whom it is of, or who moderates its room; to anybody else there is none. Resolves to the room. */
export async function revoke(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  code: InviteCode,
): Promise<RoomId> {
  const found = await ownerOfInvite(db, caller, code)
  if (!found) throw new Failure('notFound')
  const { roomId, createdBy } = found
  if (createdBy !== caller.userId) {
    const { role } = await rooms.ask(roomId, (room) => room.view(caller))
    if (!may(role, 'changeRoom')) throw new Failure('notFound')
  }
  await revokeInvite(db, caller, code)
  return roomId
}

/** What the link alone shows; null when it opens nothing. */
export async function previewInvite(
  db: Database,
  rooms: Rooms,
  code: InviteCode,
): Promise<InvitedRoom | null> {
  const found = await findInvited(db, code)
  return found && (await isHonoured(rooms, found)) ? found.shown : null
}

/** Whether whoever invites may do it still, by the room's own word. */
function isHonoured(
  rooms: Rooms,
  { roomId, createdBy }: { readonly roomId: RoomId; readonly createdBy: UserId },
): Promise<boolean> {
  return rooms.ask(roomId, (room) => room.honoursInvitesOf(createdBy))
}

/**
 * The use is counted first and given back when the room says no: of two who come for the last one,
 * one gets in. After a crash between the two the use is still theirs, and asking again finishes it.
 * Whoever is in already takes none. What opens nothing any more was never there. [V-8]
 */
export async function acceptInvite(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  code: InviteCode,
): Promise<RoomView> {
  const lead = await leadOf(db, caller, code)
  if (!lead) throw new Failure('notFound')
  const { roomId, createdBy, askedAt } = lead
  const seen = await rooms.ask(roomId, (room) => room.view(caller)).catch(nullWhenGone)
  if (seen && seen.role !== null) return seen
  if (!(await isHonoured(rooms, lead))) throw new Failure('notFound')
  if (!(await takeUse(db, caller, code, askedAt))) throw new Failure('notFound')
  try {
    const view = await joinRoom(db, rooms, caller, roomId, createdBy)
    await Promise.allSettled([keepUse(db, caller, code)]) // Else it is theirs to use again: no harm.
    return view
  } catch (error) {
    const isNo = error instanceof Failure
    if (isNo) await Promise.allSettled([giveUseBack(db, caller, code)])
    throw error
  }
}

function newCode(): InviteCode {
  const bytes = crypto.getRandomValues(new Uint8Array(codeBytes))
  return v.parse(InviteCode, Buffer.from(bytes).toString('base64url'))
}
