// Search over all of one's rooms: Postgres finds, the rooms say whether one may still read it.

import type { Database } from '../../database/client.ts'
import { type FoundMessage, type HitPlace, searchEverywhere } from '../../database/search.ts'
import type { RoomId } from '../../protocol/ids.ts'
import type { Rooms } from '../room-stub.ts'
import type { Caller } from './access-tokens.ts'

/**
 * The mirror may learn a moment late that somebody was removed: a room that does not have them now,
 * or cannot be asked, shows nothing. Resolves to what was found and what of it may be shown. [V-6]
 */
export async function searchMine(
  db: Database,
  rooms: Rooms,
  caller: Caller,
  page: { readonly query: string; readonly after: HitPlace | null; readonly limit: number },
): Promise<{ found: FoundMessage[]; isShown: (hit: FoundMessage) => boolean }> {
  const found = await searchEverywhere(db, caller, page)
  const ids = [...new Set(found.map(({ roomId }) => roomId))]
  const views = await rooms.askEach(ids, (room) => room.view(caller))
  const open = new Set<RoomId>(ids.filter((_, index) => (views[index]?.role ?? null) !== null))
  return { found, isShown: ({ roomId }) => open.has(roomId) }
}
