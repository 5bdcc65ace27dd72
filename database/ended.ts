// Which of some sign-ins have ended, for a room that has not met them. [AUT2]

import { and, inArray } from 'drizzle-orm'
import type { SessionId } from '../protocol/ids.ts'
import { liveBots } from './bots.ts'
import type { Database } from './client.ts'
import { sessions } from './schema.ts'
import { isLive } from './standing.ts'

/** Also those that are not known at all. What a bot opens is named by the bot. */
export async function endedAmong(db: Database, ids: readonly SessionId[]): Promise<SessionId[]> {
  const live = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(inArray(sessions.id, [...ids]), isLive))
    .union(liveBots(db, ids))
  const standing = new Set(live.map(({ id }) => id))
  return ids.filter((id) => !standing.has(id))
}
