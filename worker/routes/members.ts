// Who is in a room, and what is done to them: the room decides who may.

import { Hono } from 'hono'
import * as v from 'valibot'
import { handOver } from '../../database/ownership.ts'
import { whyNoMute } from '../../protocol/api/moment.ts'
import {
  ListQuery,
  Member,
  MemberPatch,
  MemberPath,
  Members,
  RoomPath,
} from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import { UserId } from '../../protocol/ids.ts'
import { Role } from '../../protocol/permissions.ts'
import { audit } from '../audit.ts'
import { memberOrBot, perhapsMemberOrBot } from '../bot-identity.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { unlessToSignIn } from '../identity.ts'
import { body, path, query } from '../input.ts'
import { afterwards } from '../log.ts'
import { does } from '../openapi/described.ts'
import { ofRooms } from '../openapi/usual.ts'
import { memberOf } from './cards.ts'

const MemberKeys = v.strictObject({ role: Role, name: v.string(), id: UserId })

export const members = new Hono<AppEnv>()

members.get(
  '/',
  does('listMembers', 'Who is in the room, by role and name.', { 200: Members }, ...ofRooms),
  perhapsMemberOrBot,
  path(RoomPath),
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const visitor = c.get('visitor')
    const asked = { after: readCursor(MemberKeys, cursor), limit: limit + 1 }
    const rows = await c
      .get('rooms')
      .ask(c.req.valid('param').roomId, (room) => room.members(visitor, asked))
      .catch(unlessToSignIn(visitor))
    const { page, next } = pageOf(rows, limit, ({ role, name, id }) => ({ role, name, id }))
    return c.json<Members>({ members: page.map(memberOf), next })
  },
)

members.put(
  '/:userId',
  does(
    'changeMember',
    'Gives a role, hands the room over, mutes or unmutes.',
    { 200: Member },
    ...ofRooms,
    'ownerLeaves',
  ),
  memberOrBot,
  path(MemberPath),
  body(MemberPatch),
  async (c) => {
    const { roomId, userId } = c.req.valid('param')
    const caller = c.get('caller')
    const patch = c.req.valid('json')
    if ('mutedUntil' in patch && patch.mutedUntil) checkMute(patch.mutedUntil, c.get('world').now)
    const change = 'role' in patch ? patch : { mutedUntil: patch.mutedUntil?.getTime() ?? null }
    const { value: entry, hasChanged } = await c
      .get('rooms')
      .ask(roomId, (room) => room.changeMember(caller, userId, change))
    if (!hasChanged) return c.json(memberOf(entry))
    if ('role' in patch) {
      audit(c, { kind: 'roleChanged', roomId, subjectId: userId, detail: { role: patch.role } })
      if (patch.role === 'owner') {
        // The room's archive brings it, too, should this be the last that we do.
        const handed = handOver(c.get('world').db, roomId, { from: caller.userId, to: userId })
        afterwards(c, 'handOver', handed)
      }
    } else {
      const detail = { until: patch.mutedUntil?.toISOString() ?? null }
      audit(c, { kind: 'memberMuted', roomId, subjectId: userId, detail })
    }
    return c.json(memberOf(entry))
  },
)

function checkMute(until: Date, now: Date): void {
  const message = whyNoMute(until, now)
  if (message) throw new Failure('invalid', { errors: [{ path: 'mutedUntil', message }] })
}

members.delete(
  '/:userId',
  does('removeMember', 'Turns somebody out, who may come back.', { 204: null }, ...ofRooms),
  memberOrBot,
  path(MemberPath),
  async (c) => {
    const { roomId, userId } = c.req.valid('param')
    const caller = c.get('caller')
    const { hasChanged } = await c.get('rooms').ask(roomId, (room) => room.remove(caller, userId))
    if (hasChanged) audit(c, { kind: 'memberRemoved', roomId, subjectId: userId })
    return c.body(null, 204)
  },
)
