// Whose a room is: the room says it, and the directory follows.

import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { RoomId, UserId } from '../protocol/ids.ts'
import type { Database } from './client.ts'
import { memberships, rooms } from './schema.ts'

/**
 * The room said that its owner handed it over. Only from that owner: of two handings the later one
 * is never undone, and what is missed here `ownerFollows` makes good.
 */
export async function handOver(
  db: Database,
  id: RoomId,
  { from, to }: { readonly from: UserId; readonly to: UserId },
): Promise<void> {
  await db
    .update(rooms)
    .set({ ownerId: to })
    .where(and(eq(rooms.id, id), eq(rooms.ownerId, from)))
}

/**
 * For the archive's transaction, after its members: the owner is whom the room says. A handing is one
 * rev, so the mirror never holds two owners.
 */
export function ownerFollows(id: RoomId): SQL {
  return sql`
    update ${rooms} set owner_id = ${memberships.userId} from ${memberships}
    where ${rooms.id} = ${id}::uuid and ${memberships.roomId} = ${rooms.id}
      and ${memberships.role} = 'owner' and ${memberships.state} = 'joined'
      and ${rooms.ownerId} <> ${memberships.userId}`
}
