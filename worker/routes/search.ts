// Search: in one room, which asks the room itself; in all of one's rooms, which asks the mirror.

import { Hono } from 'hono'
import * as v from 'valibot'
import type { FoundMessage } from '../../database/search.ts'
import {
  EverywhereQuery,
  EverywhereResults,
  SearchQuery,
  SearchResults,
} from '../../protocol/api/messages.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import { excerptOf } from '../../protocol/excerpt.ts'
import { RoomId, Seq } from '../../protocol/ids.ts'
import { memberOrBot } from '../bot-identity.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { searchMine } from '../domain/search.ts'
import { signedIn } from '../identity.ts'
import { path, query } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres, ofRooms } from '../openapi/usual.ts'

const RoomKeys = v.strictObject({ seq: Seq })
const EverywhereKeys = v.strictObject({
  rank: v.pipe(v.number(), v.finite()),
  at: v.pipe(v.string(), v.isoTimestamp(), v.toDate()),
  roomId: RoomId,
  seq: Seq,
})

/** Under `/rooms/{id}/search`. */
export const roomSearch = new Hono<AppEnv>()

roomSearch.get(
  '/',
  does(
    'searchRoom',
    'What was said in the room, newest first.',
    { 200: SearchResults },
    ...ofRooms,
  ),
  memberOrBot,
  path(RoomPath),
  query(SearchQuery),
  async (c) => {
    const { query: text, from, before, after, cursor, limit } = c.req.valid('query')
    const caller = c.get('caller')
    const asked = {
      ...{ query: text, from, beforeMs: before?.getTime(), afterMs: after?.getTime() },
      beforeSeq: readCursor(RoomKeys, cursor)?.seq,
      limit: limit + 1,
    }
    const { hits, people } = await c
      .get('rooms')
      .ask(c.req.valid('param').roomId, (room) => room.search(caller, asked))
    c.get('meter').counts.add('searches', { scope: 'room' })
    const { page, next } = pageOf(hits, limit, ({ seq }) => ({ seq }))
    return c.json<SearchResults>({ hits: [...page], people: [...people], next })
  },
)

/** Under `/search`. */
export const search = new Hono<AppEnv>()

search.get(
  '/',
  does(
    'search',
    'What was said in all of your rooms, best first.',
    { 200: EverywhereResults },
    ...ofPostgres,
  ),
  signedIn,
  query(EverywhereQuery),
  async (c) => {
    const { query: text, cursor, limit } = c.req.valid('query')
    const asked = { query: text, after: readCursor(EverywhereKeys, cursor), limit: limit + 1 }
    const { db } = c.get('world')
    const { found, present } = await searchMine(db, c.get('rooms'), c.get('caller'), asked)
    c.get('meter').counts.add('searches', { scope: 'everywhere' })
    const { page, next } = pageOf(found, limit, ({ rank, createdAt: at, roomId, seq }) => ({
      ...{ rank, at, roomId, seq },
    }))
    const hits = page.flatMap((hit) => present(hit) ?? []).map((hit) => hitOf(hit, text))
    return c.json<EverywhereResults>({ hits, next })
  },
)

function hitOf(found: FoundMessage, query: string): EverywhereResults['hits'][number] {
  const { roomId, roomName, seq, authorId, authorName, createdAt, body } = found
  const { text, marks } = excerptOf(body, query)
  return {
    ...{ roomId, roomName, seq, authorId, authorName: authorName ?? '' },
    ...{ createdAt: createdAt.getTime(), text, marks: marks.map(([start, end]) => [start, end]) },
  }
}
