// What crashes and time leave behind, cleared away every few minutes.

import { halfRevoked } from '../../database/bots.ts'
import type { Database } from '../../database/client.ts'
import { ownedByNobody, sweepDeletions, unfinished } from '../../database/deletion-rooms.ts'
import { sweepInvites } from '../../database/invites.ts'
import { halfDeleted, neverMirrored } from '../../database/rooms.ts'
import { sweepSessions } from '../../database/sessions.ts'
import { accessTokenSeconds } from '../../protocol/account-limits.ts'
import type { Rooms } from '../room-stub.ts'
import { dismissBots } from './bots.ts'
import { goOn, seeTo } from './deletions.ts'
import { finishDeletion } from './rooms.ts'

/** As many as one run may take on; the next takes the rest. */
const roomsPerSweep = 50
const deletionsPerSweep = 2

/** One room that cannot be erased or opened keeps no other waiting; the sweep fails at its end. */
export async function sweep(db: Database, rooms: Rooms, deletionEnded?: () => void): Promise<void> {
  await sweepSessions(db)
  await sweepInvites(db)
  await sweepDeletions(db)
  const failures: unknown[] = []
  const note = (error: unknown) => failures.push(error)
  for (const id of await halfDeleted(db, roomsPerSweep)) {
    await finishDeletion(db, rooms, id).catch(note)
  }
  for (const deletion of await unfinished(db, deletionsPerSweep)) {
    await goOn(db, rooms, deletion, deletionEnded).catch(note)
  }
  for (const { roomId, ...whose } of await ownedByNobody(db, roomsPerSweep)) {
    await seeTo(db, rooms, roomId, whose).catch(note)
  }
  for (const id of await neverMirrored(db, roomsPerSweep)) await rooms.open(id).catch(note)
  const untilMs = Date.now() + accessTokenSeconds * 1000
  await dismissBots(db, rooms, await halfRevoked(db, roomsPerSweep), untilMs).catch(note)
  if (failures.length > 0) throw failures[0]
}
