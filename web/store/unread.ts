// What was said after one's read mark, counted in the rows that are held. Pure. [SND8]

import type { MessageRow } from '../../protocol/changes.ts'
import type { Seq, UserId } from '../../protocol/ids.ts'
import { unreadMax } from '../../protocol/limits.ts'
import { firstSeq } from './room-model.ts'
import type { RoomModel, Unread } from './room-store.ts'

export function unreadOf({ messages, you }: RoomModel, readSeq: Seq): Unread {
  let [count, mentions] = [0, 0]
  for (const row of messages.toReversed()) {
    if (row.seq <= readSeq || count >= unreadMax) break
    if (!isNews(row, you.userId)) continue
    count += 1
    if (row.mentions.includes(you.userId)) mentions += 1
  }
  const isHeld = firstSeq(messages) <= readSeq + 1
  return { count, mentions, isExact: isHeld && count < unreadMax }
}

/** Others' messages: not deleted ones, and not the room's own lines. */
export const isNews = (row: MessageRow, own: UserId): boolean =>
  row.kind === 'message' && row.deletedAt === null && row.authorId !== own
