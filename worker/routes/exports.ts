// What one takes away, as streams that nobody holds in memory: a room, and all about oneself.

import { Hono } from 'hono'
import { ExportQuery, RoomPath } from '../../protocol/api/rooms.ts'
import { audit, auditOwn } from '../audit.ts'
import type { AppEnv } from '../context.ts'
import { exportAccount } from '../domain/account-export.ts'
import { signedIn } from '../identity.ts'
import { path, query } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres, ofRooms } from '../openapi/usual.ts'
import { failureOf } from '../problem.ts'

const files = {
  ndjson: { type: 'application/x-ndjson', ending: 'ndjson' },
  sqlite: { type: 'application/vnd.sqlite3', ending: 'sqlite' },
} as const

export const exports = new Hono<AppEnv>()

exports.get(
  '/',
  does(
    'exportRoom',
    'The whole room, as a stream.',
    { 200: Object.values(files).map(({ type }) => type) },
    ...ofRooms,
  ),
  signedIn,
  path(RoomPath),
  query(ExportQuery),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const { format } = c.req.valid('query')
    const caller = c.get('caller')
    const file = await c.get('rooms').ask(roomId, (room) => room.exportRoom(caller, format))
    audit(c, { kind: 'roomExported', roomId, detail: { format } })
    const { type, ending } = files[format]
    c.header('content-type', type)
    // The id, not the name: a name is other people's text, and a file name is for a file system.
    c.header('content-disposition', `attachment; filename="parley-${roomId}.${ending}"`)
    return c.body(file)
  },
)

/** Under `/users/me/export`. */
export const ownExport = new Hono<AppEnv>()

ownExport.get(
  '/',
  does(
    'exportMe',
    'All that there is about you, as a stream.',
    { 200: [files.ndjson.type] },
    ...ofPostgres,
    'rateLimited',
  ),
  signedIn,
  async (c) => {
    const caller = c.get('caller')
    const { db, now } = c.get('world')
    const file = await exportAccount(db, caller, now).catch((error: unknown) => {
      const isLimit = failureOf(error).code === 'rateLimited'
      if (isLimit) c.get('meter').counts.add('limits', { budget: 'accountExport' })
      throw error
    })
    auditOwn(c, caller.userId, { kind: 'accountExported' })
    c.header('content-type', files.ndjson.type)
    c.header('content-disposition', `attachment; filename="parley-${caller.userId}.ndjson"`)
    return c.body(file)
  },
)
