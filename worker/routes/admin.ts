// For those who run Parley: what was done, which rooms there are, how their mirrors are. [API5]

import { Hono } from 'hono'
import * as v from 'valibot'
import { listAudit } from '../../database/audit.ts'
import { listAllRooms } from '../../database/room-lists.ts'
import { AdminRooms, AuditPage, AuditQuery, MirrorPage } from '../../protocol/api/admin.ts'
import { ListQuery, RoomDetails, RoomPath } from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import { RoomId } from '../../protocol/ids.ts'
import { restoreBytesMax } from '../../protocol/limits.ts'
import { audit } from '../audit.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { adminOnly } from '../identity.ts'
import { lines, path, query } from '../input.ts'
import { limited } from '../limited.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres, ofRooms } from '../openapi/usual.ts'
import { adminRoomOf, auditRecordOf, detailsOf } from './cards.ts'

const AuditKeys = v.strictObject({
  at: v.pipe(v.string(), v.isoTimestamp(), v.toDate()),
  id: v.pipe(v.string(), v.uuid()),
})
const RoomKeys = v.strictObject({ id: RoomId })

export const admin = new Hono<AppEnv>()

admin.get(
  '/audit',
  does('listAudit', 'What was done, newest first.', { 200: AuditPage }, ...ofPostgres),
  adminOnly,
  query(AuditQuery),
  async (c) => {
    const { room, kind, actor, subject, cursor, limit } = c.req.valid('query')
    const after = readCursor(AuditKeys, cursor)
    const asked = { room, kind, actor, subject, after, limit: limit + 1 }
    const rows = await listAudit(c.get('world').db, c.get('caller'), asked)
    const { page, next } = pageOf(rows, limit, ({ at, id }) => ({ at, id }))
    return c.json<AuditPage>({ records: page.map(auditRecordOf), next })
  },
)

admin.get(
  '/rooms',
  does('listAllRooms', 'Every room, by age.', { 200: AdminRooms }, ...ofPostgres),
  adminOnly,
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const asked = { after: readCursor(RoomKeys, cursor)?.id ?? null, limit: limit + 1 }
    const rows = await listAllRooms(c.get('world').db, c.get('caller'), asked)
    const { page, next } = pageOf(rows, limit, ({ id }) => ({ id }))
    return c.json<AdminRooms>({ rooms: page.map(adminRoomOf), next })
  },
)

admin.get(
  '/mirror',
  does(
    'listMirrors',
    'What each room says of its mirror in Postgres.',
    { 200: MirrorPage },
    ...ofPostgres,
  ),
  adminOnly,
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const asked = { after: readCursor(RoomKeys, cursor)?.id ?? null, limit: limit + 1 }
    const rows = await listAllRooms(c.get('world').db, c.get('caller'), asked)
    const { page, next } = pageOf(rows, limit, ({ id }) => ({ id }))
    const ids = page.map(({ id }) => id)
    const states = await c.get('rooms').askEach(ids, (room) => room.mirrorState())
    const rooms = ids.map((id, index) => ({ id, state: states[index] ?? null }))
    return c.json<MirrorPage>({ rooms, next })
  },
)

/** The lines of an export, in the place of what the room has. They are read once, as they come. */
admin.post(
  '/rooms/:roomId/restore',
  does(
    'restoreRoom',
    'Puts an export in the place of what the room has.',
    { 200: RoomDetails },
    ...ofRooms,
  ),
  adminOnly,
  path(RoomPath),
  lines,
  async (c) => {
    const { roomId } = c.req.valid('param')
    const { lines, reason } = limited(c.req.raw, restoreBytesMax)
    if (!(await c.get('rooms').open(roomId))) throw new Failure('notFound')
    const restored = c.get('rooms').askOnce(roomId, (room) => room.restore(lines))
    const view = await restored.catch((error: unknown) => {
      throw reason(error)
    })
    audit(c, { kind: 'roomRestored', roomId })
    return c.json(detailsOf(view))
  },
)

admin.post(
  '/rooms/:roomId/epoch',
  does(
    'renewEpoch',
    'Makes every client of the room start afresh.',
    { 200: RoomDetails },
    ...ofRooms,
  ),
  adminOnly,
  path(RoomPath),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const view = await c.get('rooms').ask(roomId, (room) => room.renewEpoch())
    audit(c, { kind: 'epochRenewed', roomId })
    return c.json(detailsOf(view))
  },
)
