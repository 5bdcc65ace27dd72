// Invites: made and listed in their room, shown and accepted by whoever has the link.

import { Hono } from 'hono'
import * as v from 'valibot'
import {
  Invite,
  InvitePath,
  InvitePreview,
  InviteRequest,
  Invites,
} from '../../protocol/api/invites.ts'
import { ListQuery, RoomCard, RoomPath } from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import { InviteCode } from '../../protocol/ids.ts'
import { audit } from '../audit.ts'
import type { AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { acceptInvite, invitesOf, makeInvite, previewInvite, revoke } from '../domain/invites.ts'
import { signedIn } from '../identity.ts'
import { body, path, query } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofRooms } from '../openapi/usual.ts'
import { cardOf, inviteOf } from './cards.ts'

const InviteKeys = v.strictObject({
  at: v.pipe(v.string(), v.isoTimestamp(), v.toDate()),
  code: InviteCode,
})

/** Under `/rooms/{id}/invites`. */
export const roomInvites = new Hono<AppEnv>()

roomInvites.post(
  '/',
  does('makeInvite', 'Makes a link that lets people in.', { 201: Invite }, ...ofRooms),
  signedIn,
  path(RoomPath),
  body(InviteRequest),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const request = c.req.valid('json')
    const { db } = c.get('world')
    const made = inviteOf(await makeInvite(db, c.get('rooms'), c.get('caller'), roomId, request))
    const { expiresAt, maxUses } = made
    audit(c, { kind: 'inviteMade', roomId, detail: { expiresAt, maxUses } })
    return c.json(made, 201)
  },
)

roomInvites.get(
  '/',
  does(
    'listInvites',
    'The links that still open the room: all to moderators, else your own.',
    { 200: Invites },
    ...ofRooms,
  ),
  signedIn,
  path(RoomPath),
  query(ListQuery),
  async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const asked = { after: readCursor(InviteKeys, cursor), limit: limit + 1 }
    const { roomId } = c.req.valid('param')
    const { db } = c.get('world')
    const rows = await invitesOf(db, c.get('rooms'), c.get('caller'), roomId, asked)
    const { page, next } = pageOf(rows, limit, ({ createdAt: at, code }) => ({ at, code }))
    return c.json<Invites>({ invites: page.map(inviteOf), next })
  },
)

/** Under `/invites`. A code that opens nothing looks the same whatever became of it. [V-8, S15] */
export const invites = new Hono<AppEnv>()

invites.get(
  '/:code',
  does(
    'previewInvite',
    'The room behind a link, before joining.',
    { 200: InvitePreview },
    ...ofRooms,
  ),
  path(InvitePath),
  async (c) => {
    const room = await previewInvite(c.get('world').db, c.get('rooms'), c.req.valid('param').code)
    if (!room) throw new Failure('notFound')
    return c.json<InvitePreview>(room)
  },
)

invites.delete(
  '/:code',
  does('revokeInvite', 'The link opens nothing any more.', { 204: null }, ...ofRooms),
  signedIn,
  path(InvitePath),
  async (c) => {
    const { code } = c.req.valid('param')
    const roomId = await revoke(c.get('world').db, c.get('rooms'), c.get('caller'), code)
    audit(c, { kind: 'inviteRevoked', roomId })
    return c.body(null, 204)
  },
)

invites.post(
  '/:code/accept',
  does('acceptInvite', 'Joins the room behind a link.', { 200: RoomCard }, ...ofRooms),
  signedIn,
  path(InvitePath),
  async (c) => {
    const { code } = c.req.valid('param')
    const view = await acceptInvite(c.get('world').db, c.get('rooms'), c.get('caller'), code)
    return c.json<RoomCard>(cardOf(view))
  },
)
