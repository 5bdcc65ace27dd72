// Rooms with as many messages as one likes, and what their storage counts while they are read.

import type { RoomId } from '../../protocol/ids.ts'
import type { Parley, Person } from '../../test/support/parley.ts'
import type { Counted } from '../workers/counted.ts'

/** The Worker whose rooms can be filled; the rest of it is the Worker as it is. */
export const filledRoomEntry = 'bench/workers/filled-room.ts'

/** Messages in one turn of the object, and in one commit. */
const sliceMessages = 2_000

/** Brings a room that holds `from` messages to `to` of them. */
export async function fill(
  server: Parley,
  room: RoomId,
  by: Person,
  { from = 0, to }: { from?: number; to: number },
): Promise<void> {
  const { body } = await by.ask<{ sessionId: string }>('POST', '/auth/validate', {
    token: by.token,
  })
  const author = { userId: by.id, sessionId: body.sessionId }
  for (let first = from + 1; first <= to; first += sliceMessages) {
    const last = Math.min(to, first + sliceMessages - 1)
    await control(server, room, 'fill', { author, first, last })
  }
}

/** The rows the room's storage read and wrote during `work`, whoever caused it. */
export async function rowsOf(server: Parley, room: RoomId, work: () => Promise<unknown>) {
  await control(server, room, 'start-counting')
  await work()
  return control<Counted>(server, room, 'counted')
}

async function control<Answer = null>(
  { url }: Parley,
  room: RoomId,
  action: string,
  body: object = {},
): Promise<Answer> {
  const request = { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${url}/bench/${room}/${action}`, request)
  if (response.status !== 200) throw new Error(`${action}: ${await response.text()}`)
  return JSON.parse(await response.text())
}
