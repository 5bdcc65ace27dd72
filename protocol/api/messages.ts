// A room's history over HTTP, and posting for those who keep no socket.

import * as v from 'valibot'
import { MessageRow, Person } from '../changes.ts'
import { Edit, React, Read, Send } from '../commands.ts'
import { Epoch, firstSeq, Rev, RoomId, Seq, UserId } from '../ids.ts'
import { queryCharactersMax } from '../limits.ts'
import { Moment } from './moment.ts'
import { decimal, Limit, Next, PageCursor } from './page.ts'

const seqParam = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/, 'must be a seq'),
  v.metadata({ ...decimal, minimum: 0 }),
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

/** `/messages/{seq}` */
export const MessagePath = v.object({
  roomId: RoomId,
  seq: v.pipe(seqParam, v.minValue(firstSeq)),
})

/** `/messages/{seq}/reactions/{emoji}`: PUT sets one's own, DELETE takes it back. [SND7] */
export const ReactionPath = v.object({
  ...MessagePath.entries,
  emoji: React.entries.emoji,
})
export type ReactionPath = v.InferOutput<typeof ReactionPath>

/** The socket's `send` without its `type` and `ref`. */
export const PostRequest = v.omit(Send, ['type', 'ref'])
export type PostRequest = v.InferOutput<typeof PostRequest>

/** PATCH: the socket's `edit`. */
export const EditRequest = v.omit(Edit, ['type', 'ref', 'seq'])
export type EditRequest = v.InferOutput<typeof EditRequest>

/** PUT `/rooms/{id}/read`: the mark only advances, and never beyond the head. [SND8] */
export const ReadRequest = v.omit(Read, ['type'])
export type ReadRequest = v.InferOutput<typeof ReadRequest>

/** Where the mark stands now. */
export const ReadMark = v.object({ seq: Seq })
export type ReadMark = v.InferOutput<typeof ReadMark>

/**
 * What a command made, or found made already. For `send` a repeat has status 200 instead of 201.
 * `rev` is the message's own. [SND2]
 */
export const Posted = v.object({ seq: Seq, rev: Rev, at: v.number() })
export type Posted = v.InferOutput<typeof Posted>

/** A person, by id; a moment, in ISO 8601: what is searched lies on this side of it. */
export const SearchQuery = v.strictObject({
  query: v.pipe(v.string(), v.minLength(1), v.maxLength(queryCharactersMax)),
  from: v.optional(UserId),
  before: v.optional(Moment),
  after: v.optional(Moment),
  cursor: PageCursor,
  limit: Limit,
})
export type SearchQuery = v.InferOutput<typeof SearchQuery>

/** A message that was found. `marks` are the places of what matched in `text`, in UTF-16 units. */
export const SearchHit = v.object({
  seq: Seq,
  authorId: UserId,
  createdAt: v.number(),
  text: v.string(),
  marks: v.array(v.tuple([v.number(), v.number()])),
})
export type SearchHit = v.InferOutput<typeof SearchHit>

/** Newest first. */
export const SearchResults = v.object({
  hits: v.array(SearchHit),
  people: v.array(Person),
  next: Next,
})
export type SearchResults = v.InferOutput<typeof SearchResults>

/** Over all of one's rooms, best first: from the mirror, which may miss the last seconds. */
export const EverywhereQuery = v.strictObject({
  query: SearchQuery.entries.query,
  cursor: PageCursor,
  limit: Limit,
})

export const EverywhereResults = v.object({
  hits: v.array(
    v.object({
      ...SearchHit.entries,
      roomId: RoomId,
      roomName: v.string(),
      authorName: v.string(),
    }),
  ),
  next: Next,
})
export type EverywhereResults = v.InferOutput<typeof EverywhereResults>
