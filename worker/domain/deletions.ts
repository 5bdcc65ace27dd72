// An account is deleted: at once for everybody, then room by room, however often that is cut short. [S29]

import { Buffer } from 'node:buffer'
import * as v from 'valibot'
import type { Database } from '../../database/client.ts'
import * as progress from '../../database/deletion-rooms.ts'
import { deleteAccountOf, deleteOwnAccount } from '../../database/deletions.ts'
import type { Ended } from '../../database/sessions.ts'
import type { Forgotten } from '../../durable/room-calls.ts'
import { deletionCallsMax } from '../../protocol/account-limits.ts'
import type { DeleteMeRequest, SaidFate } from '../../protocol/api/deletions.ts'
import { Failure } from '../../protocol/failures.ts'
import { DeletionCode, type RoomId, type UserId } from '../../protocol/ids.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'
import type { Client } from './client.ts'
import { prove } from './own-account.ts'
import { finishDeletion } from './rooms.ts'
import type { World } from './world.ts'

export interface Begun {
  readonly code: DeletionCode
  readonly ended: Ended
}

/** Fails `wrongCredentials`, naming the field, and `lastAdmin`. */
export async function deleteMe(
  world: World,
  caller: Caller,
  { password, messages }: DeleteMeRequest,
  client: Client,
): Promise<Begun> {
  const proof = await prove(world, caller, { password, path: 'password' }, client)
  const code = newCode()
  return { code, ended: await deleteOwnAccount(world.db, caller, { code, messages }, proof) }
}

/** Fails `forbidden` for oneself, who has a password to show, and `notFound` for nobody. */
export async function deleteSomebody(
  { db }: World,
  caller: Caller,
  id: UserId,
  messages: SaidFate,
): Promise<Begun> {
  if (id === caller.userId) throw new Failure('forbidden')
  const code = newCode()
  const ended = await deleteAccountOf(db, caller, id, { code, messages })
  if (!ended) throw new Failure('notFound')
  return { code, ended }
}

/** Rooms that are asked for at once. */
const roomsPerPage = 50

/**
 * Visits what is left to visit, as far as one run may go. Every step may be repeated; a room that
 * cannot be asked keeps no other waiting, and fails the run at its end. `ended` is told of the one that
 * came to its end by this.
 */
export async function goOn(
  db: Database,
  rooms: Rooms,
  deletion: progress.Deletion,
  ended: () => void = () => {},
): Promise<void> {
  const calls = { left: deletionCallsMax }
  const failures = new Map<RoomId, unknown>()
  while (calls.left > 0) {
    const found = await progress.roomsToVisit(db, deletion, roomsPerPage + failures.size)
    const open = found.filter((id) => !failures.has(id))
    if (open.length === 0) break
    for (const id of open) {
      await visit(db, rooms, deletion, id, calls).catch((error) => failures.set(id, error))
    }
  }
  if (await progress.endDeletion(db, deletion)) ended()
  for (const failure of failures.values()) throw failure
}

/** As `goOn`, where it has not ended by now. */
export async function runDeletion(
  db: Database,
  rooms: Rooms,
  code: DeletionCode,
  ended: () => void = () => {},
): Promise<void> {
  const deletion = await progress.findRunning(db, code)
  if (deletion) await goOn(db, rooms, deletion, ended)
}

async function visit(
  db: Database,
  rooms: Rooms,
  deletion: progress.Deletion,
  id: RoomId,
  calls: { left: number },
): Promise<void> {
  while (calls.left > 0) {
    calls.left -= 1
    const seen = await forgetIn(rooms, id, deletion)
    if (seen?.isDeserted) return remove(db, rooms, deletion.code, id, seen.erased)
    await progress.noteVisit(db, deletion, id, { fate: fateOf(seen), erased: seen?.erased ?? 0 })
    if (seen?.isDone !== false) return
  }
}

/** For the sweep: a room that came to somebody whose deletion had ended. */
export async function seeTo(
  db: Database,
  rooms: Rooms,
  id: RoomId,
  whose: progress.Whose,
): Promise<void> {
  const seen = await forgetIn(rooms, id, whose)
  if (seen?.isDeserted) await remove(db, rooms, null, id, seen.erased)
}

/** A slice. Null for a room that is gone already. */
function forgetIn(
  rooms: Rooms,
  id: RoomId,
  { userId, messages }: progress.Whose,
): Promise<Forgotten | null> {
  return rooms.ask(id, (room) => room.forget(userId, messages === 'erase')).catch(nullWhenErased)
}

async function remove(
  db: Database,
  rooms: Rooms,
  code: DeletionCode | null,
  id: RoomId,
  erased: number,
): Promise<void> {
  await progress.noteDeserted(db, code, id, erased)
  await finishDeletion(db, rooms, id)
}

function fateOf(seen: Forgotten | null) {
  if (!seen) return 'left'
  if (!seen.isDone) return null
  return seen.isHandedOver ? 'handedOver' : 'left'
}

function nullWhenErased(error: unknown): null {
  const isGone = error instanceof Failure && ['notFound', 'roomGone'].includes(error.code)
  if (isGone) return null
  throw error
}

const codeBytes = 16

function newCode(): DeletionCode {
  const bytes = crypto.getRandomValues(new Uint8Array(codeBytes))
  return v.parse(DeletionCode, Buffer.from(bytes).toString('base64url'))
}
