// Search over all of one's rooms: Postgres finds, the rooms say what of it one may still read.

import type { Database } from '../../database/client.ts'
import { type FoundMessage, type HitPlace, searchEverywhere } from '../../database/search.ts'
import { excerptOf } from '../../protocol/excerpt.ts'
import type { RoomId, Seq } from '../../protocol/ids.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'

/**
 * The mirror may learn a moment late that somebody was removed, or a message edited or deleted: a
 * room that does not have them now, or cannot be asked, shows nothing, and what is shown is what the
 * message says by now. Resolves to what was found and what to show of each, null: nothing. [V-6, SND6]
 */
export async function searchMine(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  page: { readonly query: string; readonly after: HitPlace | null; readonly limit: number },
): Promise<{ found: FoundMessage[]; present: (hit: FoundMessage) => FoundMessage | null }> {
  const found = await searchEverywhere(db, caller, page)
  const byRoom = new Map<RoomId, Seq[]>()
  for (const { roomId, seq } of found) byRoom.set(roomId, [...(byRoom.get(roomId) ?? []), seq])
  const ids = [...byRoom.keys()]
  const said = await rooms.askEach(ids, (room, id) => room.confirm(caller, byRoom.get(id) ?? []))
  const bodies = new Map(
    ids.flatMap((roomId, index) =>
      (said[index] ?? []).map(({ id, body }) => [`${roomId} ${id}`, body] as const),
    ),
  )
  return {
    found,
    present: (hit) => hitAsOf(hit, bodies.get(`${hit.roomId} ${hit.id}`), page.query),
  }
}

/** An edit may have taken away what was looked for. */
function hitAsOf(hit: FoundMessage, body: string | undefined, query: string): FoundMessage | null {
  if (body === undefined) return null
  const isFound = body === hit.body || excerptOf(body, query).marks.length > 0
  return isFound ? { ...hit, body } : null
}
