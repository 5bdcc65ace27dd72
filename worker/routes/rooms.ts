// Rooms: the directory, my rooms, one room.

import { Hono } from 'hono'
import * as v from 'valibot'
import { listJoinedRooms } from '../../database/memberships.ts'
import { listDirectory } from '../../database/rooms.ts'
import {
  CreateRoomRequest,
  Directory,
  DirectoryQuery,
  ListQuery,
  MyRooms,
  RoomCard,
  RoomDetails,
  RoomPatch,
  RoomPath,
} from '../../protocol/api/rooms.ts'
import { failures } from '../../protocol/failures.ts'
import { RoomId } from '../../protocol/ids.ts'
import { isStorable } from '../../protocol/text.ts'
import { audit } from '../audit.ts'
import { perhapsMemberOrBot } from '../bot-identity.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { spendOwn } from '../domain/guesses.ts'
import { changeRoom, createRoom, deleteRoom, joinRoom } from '../domain/rooms.ts'
import { perhapsSignedIn, signedIn } from '../identity.ts'
import { body, path, query } from '../input.ts'
import { tellToRefresh } from '../news.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres, ofRooms } from '../openapi/usual.ts'
import { failureOf } from '../problem.ts'
import { cardOf, cardOfRow, detailsOf, myRoomOf } from './cards.ts'

const DirectoryKeys = v.pipe(v.string(), v.check(isStorable))
const ActivityKeys = v.strictObject({
  at: v.pipe(v.string(), v.isoTimestamp(), v.toDate()),
  id: RoomId,
})

export const rooms = new Hono<AppEnv>()

rooms.post(
  '/',
  does('createRoom', 'Makes a room of your own.', { 201: RoomCard }, ...ofRooms, 'nameTaken'),
  signedIn,
  body(CreateRoomRequest),
  async (c) => {
    const { db, guards } = c.get('world')
    const caller = c.get('caller')
    await spendOwn(guards, 'roomMade', caller.userId)
    const view = await createRoom(db, c.get('rooms'), caller, c.req.valid('json'))
    audit(c, { kind: 'roomCreated', roomId: view.room.id })
    return c.json(cardOf(view), 201)
  },
)

rooms.get(
  '/',
  does('listRooms', 'The directory of public rooms.', { 200: Directory }, ...ofPostgres),
  perhapsSignedIn,
  query(DirectoryQuery),
  async (c) => {
    const { query: text, cursor, limit } = c.req.valid('query')
    const after = readCursor(DirectoryKeys, cursor)
    const asked = { query: text, after, limit: limit + 1 }
    const rows = await listDirectory(c.get('world').db, c.get('visitor'), asked)
    const { page, next } = pageOf(rows, limit, ({ nameKey }) => nameKey)
    return c.json<Directory>({ rooms: page.map(cardOfRow), next })
  },
)

rooms.get(
  '/mine',
  does(
    'listMyRooms',
    'The rooms you are in, with what is unread, newest activity first.',
    { 200: MyRooms },
    ...ofPostgres,
  ),
  signedIn,
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const after = readCursor(ActivityKeys, cursor)
    const rows = await listJoinedRooms(c.get('world').db, c.get('caller'), {
      after,
      limit: limit + 1,
    })
    const { page, next } = pageOf(rows, limit, ({ lastActiveAt: at, id }) => ({ at, id }))
    return c.json<MyRooms>({ rooms: page.map(myRoomOf), next })
  },
)

rooms.get(
  '/:roomId',
  does('getRoom', 'One room.', { 200: RoomDetails }, ...ofRooms),
  perhapsMemberOrBot,
  path(RoomPath),
  async (c) => {
    const visitor = c.get('visitor')
    const view = await c.get('rooms').ask(c.req.valid('param').roomId, (room) => room.view(visitor))
    return c.json(detailsOf(view))
  },
)

rooms.patch(
  '/:roomId',
  does(
    'changeRoom',
    'Changes a room and its settings.',
    { 200: RoomDetails },
    ...ofRooms,
    'nameTaken',
  ),
  signedIn,
  path(RoomPath),
  body(RoomPatch),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const { db } = c.get('world')
    const patch = c.req.valid('json')
    const changed = changeRoom(db, c.get('rooms'), c.get('caller'), roomId, patch)
    const view = await changed.catch((error: unknown) => {
      if (failures[failureOf(error).code].remedy === 'retry') tellToRefresh(c, roomId)
      throw error
    })
    return c.json(detailsOf(view))
  },
)

rooms.delete(
  '/:roomId',
  does('deleteRoom', 'Erases a room, for everybody and for good.', { 204: null }, ...ofRooms),
  signedIn,
  path(RoomPath),
  async (c) => {
    const { roomId } = c.req.valid('param')
    await deleteRoom(c.get('world').db, c.get('rooms'), c.get('caller'), roomId)
    audit(c, { kind: 'roomDeleted', roomId })
    return c.body(null, 204)
  },
)

rooms.post(
  '/:roomId/join',
  does('joinRoom', 'Joins a public room.', { 200: RoomCard }, ...ofRooms),
  signedIn,
  path(RoomPath),
  async (c) => {
    const { roomId } = c.req.valid('param')
    return c.json(
      cardOf(await joinRoom(c.get('world').db, c.get('rooms'), c.get('caller'), roomId)),
    )
  },
)

rooms.post(
  '/:roomId/leave',
  does('leaveRoom', 'Leaves a room.', { 204: null }, ...ofRooms, 'ownerLeaves'),
  signedIn,
  path(RoomPath),
  async (c) => {
    const caller = c.get('caller')
    await c.get('rooms').ask(c.req.valid('param').roomId, (room) => room.leave(caller))
    return c.body(null, 204)
  },
)
