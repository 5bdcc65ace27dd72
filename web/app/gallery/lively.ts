// A talk in which everything happens that a room can tell.

import { parse } from 'valibot'
import type { MessageRow, Notice } from '../../../protocol/changes.ts'
import { Seq } from '../../../protocol/ids.ts'
import { rows } from './messages.ts'
import { ana, ivan, long, me, NOW_MS, sara, tomas } from './people.ts'

const told = (notice: Notice): Partial<MessageRow> => ({ kind: 'notice', body: '', notice })
const seq = (number: number) => parse(Seq, number)

/** What the message with this number has beside its words. */
const more: Readonly<Record<number, Partial<MessageRow>>> = {
  1: { reactions: { '👍': [me.id, ivan.id, sara.id], '🎉': [ivan.id] } },
  2: { mentions: [me.id] },
  3: { replyTo: seq(2), editedAt: NOW_MS - 50 * 60_000, reactions: { '❤️': [ana.id] } },
  4: told({ event: 'joined', userId: sara.id }),
  5: told({ event: 'joined', userId: tomas.id }),
  6: told({ event: 'roleChanged', userId: tomas.id, role: 'moderator' }),
  7: told({ event: 'renamed', name: 'Harbour crew' }),
  8: { deletedAt: NOW_MS - 30 * 60_000, body: '' },
  9: { replyTo: seq(8), mentions: [ana.id, long.id] },
  10: told({ event: 'removed', userId: long.id }),
  11: { replyTo: seq(1) },
  12: { reactions: { '👀': [tomas.id] } },
}

export const lively: readonly MessageRow[] = rows([
  [ana, 70, 'The new rope came. Forty metres, on the left hook.'],
  [tomas, 66, '@Mara Okafor can you look at the winch before the ferry leaves?'],
  [me, 64, 'On my way, ten minutes. I have the spare pin with me.'],
  [sara, 50, ''],
  [tomas, 49, ''],
  [ana, 48, ''],
  [ana, 47, ''],
  [ivan, 40, 'gone'],
  [me, 38, 'That was for another room. @Ana Lindqvist, is the blue buoy still there?'],
  [ana, 20, ''],
  [ivan, 16, 'Found the old one behind the shed, by the way, so we have two of them now.'],
  [ivan, 15, 'It needs a new splice.'],
]).map((row) => ({ ...row, ...more[row.seq] }))
