// A room's history over HTTP, and posting for those who keep no socket.

import * as v from 'valibot'
import { MessageRow, Person } from '../changes.ts'
import { Send } from '../commands.ts'
import { Epoch, Rev, Seq } from '../ids.ts'
import { Limit } from './page.ts'

const seqParam = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/, 'must be a seq'),
  v.transform(Number),
  Seq,
)

/** At most one of the three; none means the newest. */
export const HistoryQuery = v.pipe(
  v.strictObject({
    before: v.optional(seqParam),
    after: v.optional(seqParam),
    around: v.optional(seqParam),
    limit: Limit,
  }),
  v.check(
    ({ before, after, around }) =>
      [before, after, around].filter((seq) => seq !== undefined).length <= 1,
    'takes one of before, after and around',
  ),
)
export type HistoryQuery = v.InferOutput<typeof HistoryQuery>

/**
 * Messages in `seq` order, as of `rev`. `first` and `last` are the room's own ends: a page that
 * begins with `first` is the beginning. Both are 0 in an empty room.
 */
export const History = v.object({
  messages: v.array(MessageRow),
  people: v.array(Person),
  epoch: Epoch,
  rev: Rev,
  first: Seq,
  last: Seq,
})
export type History = v.InferOutput<typeof History>

/** The socket's `send` without its `type` and `ref`. */
export const PostRequest = v.omit(Send, ['type', 'ref'])
export type PostRequest = v.InferOutput<typeof PostRequest>

/** The same answer for a repeat, with status 200 instead of 201. [SND2] */
export const Posted = v.object({ seq: Seq, rev: Rev, at: v.number() })
export type Posted = v.InferOutput<typeof Posted>
