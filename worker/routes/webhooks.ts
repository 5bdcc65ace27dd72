// Webhooks: a room's owner has somebody told of what changes. The room keeps them, and delivers.

import { Hono } from 'hono'
import { whyNotCalled } from '../../durable/webhook-address.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import {
  NewWebhook,
  Webhook,
  WebhookPatch,
  WebhookPath,
  WebhookRequest,
  WebhookSecret,
  Webhooks,
  WebhookTested,
} from '../../protocol/api/webhooks.ts'
import { Failure } from '../../protocol/failures.ts'
import { audit } from '../audit.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { newWebhookId, newWebhookSecret } from '../domain/webhooks.ts'
import { signedIn } from '../identity.ts'
import { body, path } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofRooms } from '../openapi/usual.ts'
import { webhookOf } from './cards.ts'

/** Under `/rooms/{id}/webhooks`. */
export const webhooks = new Hono<AppEnv>()

webhooks.post(
  '/',
  does(
    'makeWebhook',
    'Has an address called with what changes in the room. Its secret is told here only.',
    { 201: NewWebhook },
    ...ofRooms,
    'limitReached',
  ),
  signedIn,
  path(RoomPath),
  body(WebhookRequest),
  async (c) => {
    const { roomId } = c.req.valid('param')
    const { url, events } = c.req.valid('json')
    const ownHost = checked(c, url)
    const [id, secret] = [newWebhookId(), newWebhookSecret()]
    const [caller, asked] = [c.get('caller'), { id, url, events, ownHost, secret }]
    const made = await c.get('rooms').ask(roomId, (room) => room.makeWebhook(caller, asked))
    audit(c, { kind: 'webhookMade', roomId, detail: { webhookId: id, host: hostOf(url) } })
    return c.json<NewWebhook>({ ...webhookOf(made), secret }, 201)
  },
)

webhooks.get(
  '/',
  does('listWebhooks', 'Who is called, and how that goes.', { 200: Webhooks }, ...ofRooms),
  signedIn,
  path(RoomPath),
  async (c) => {
    const caller = c.get('caller')
    const { roomId } = c.req.valid('param')
    const rows = await c.get('rooms').ask(roomId, (room) => room.webhooks(caller))
    return c.json<Webhooks>({ webhooks: rows.map(webhookOf) })
  },
)

webhooks.patch(
  '/:webhookId',
  does(
    'changeWebhook',
    'Calls another address, tells of other things, pauses or goes on.',
    { 200: Webhook },
    ...ofRooms,
  ),
  signedIn,
  path(WebhookPath),
  body(WebhookPatch),
  async (c) => {
    const { roomId, webhookId } = c.req.valid('param')
    const patch = c.req.valid('json')
    const { url } = patch
    const change = url === undefined ? patch : { ...patch, ownHost: checked(c, url) }
    const caller = c.get('caller')
    const { value, hasChanged } = await c
      .get('rooms')
      .ask(roomId, (room) => room.changeWebhook(caller, webhookId, change))
    if (hasChanged) {
      const fields = Object.keys(patch)
      const detail = { webhookId, fields, ...(url !== undefined && { host: hostOf(url) }) }
      audit(c, { kind: 'webhookChanged', roomId, detail })
    }
    return c.json<Webhook>(webhookOf(value))
  },
)

webhooks.delete(
  '/:webhookId',
  does('removeWebhook', 'Calls it no more.', { 204: null }, ...ofRooms),
  signedIn,
  path(WebhookPath),
  async (c) => {
    const { roomId, webhookId } = c.req.valid('param')
    const caller = c.get('caller')
    await c.get('rooms').ask(roomId, (room) => room.removeWebhook(caller, webhookId))
    audit(c, { kind: 'webhookRemoved', roomId, detail: { webhookId } })
    return c.body(null, 204)
  },
)

webhooks.post(
  '/:webhookId/secret',
  does(
    'renewWebhookSecret',
    'Another secret. For a day deliveries are signed with the one before, too.',
    { 200: WebhookSecret },
    ...ofRooms,
  ),
  signedIn,
  path(WebhookPath),
  async (c) => {
    const { roomId, webhookId } = c.req.valid('param')
    const [caller, secret] = [c.get('caller'), newWebhookSecret()]
    const untilMs = await c
      .get('rooms')
      .ask(roomId, (room) => room.renewWebhookSecret(caller, webhookId, secret))
    audit(c, { kind: 'webhookSecretRenewed', roomId, detail: { webhookId } })
    return c.json<WebhookSecret>({ secret, previousUntil: new Date(untilMs).toISOString() })
  },
)

webhooks.post(
  '/:webhookId/test',
  does('testWebhook', 'Calls it once with nothing to tell.', { 200: WebhookTested }, ...ofRooms),
  signedIn,
  path(WebhookPath),
  async (c) => {
    const { roomId, webhookId } = c.req.valid('param')
    const caller = c.get('caller')
    const status = await c.get('rooms').ask(roomId, (room) => room.testWebhook(caller, webhookId))
    return c.json<WebhookTested>({ status })
  },
)

/** Fails `invalid` for what we do not call; resolves to how we ourselves were. [S24] */
function checked(c: AppContext, url: string): string {
  const { host: ownHost } = new URL(c.req.url)
  const message = whyNotCalled(url, { ownHost, isLocal: c.get('config').isLocal })
  if (message) throw new Failure('invalid', { errors: [{ path: 'url', message }] })
  return ownHost
}

/** On record stands whom we call, not what else an address may hold. */
function hostOf(url: string): string {
  return new URL(url).host
}
