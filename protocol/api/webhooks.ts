// Webhooks over HTTP: made and tended by the owner of a room; and what a receiver is sent.

import * as v from 'valibot'
import { MemberRow, MessageChange, Person, RoomRow } from '../changes.ts'
import { Epoch, Rev, RoomId, UserId, WebhookId } from '../ids.ts'
import { webhookUrlCharactersMax } from '../limits.ts'
import { IsoTime } from './moment.ts'

/** Which rows a receiver wants; of the others it hears nothing. */
export const WebhookEvent = v.picklist(['messages', 'members', 'room'])
export type WebhookEvent = v.InferOutput<typeof WebhookEvent>

const Events = v.pipe(
  v.array(WebhookEvent),
  v.minLength(1),
  v.maxLength(WebhookEvent.options.length),
)
const Url = v.pipe(v.string(), v.maxLength(webhookUrlCharactersMax))

/** Whether `url` is one that we call is judged where our own address is known. [S24] */
export const WebhookRequest = v.strictObject({
  url: Url,
  events: v.optional(Events, [...WebhookEvent.options]),
})
export type WebhookRequest = v.InferOutput<typeof WebhookRequest>

/** An absent field stays. `paused: false` goes on from where it was left; then, and with `url`, it is yours. */
export const WebhookPatch = v.strictObject({
  url: v.exactOptional(Url),
  events: v.exactOptional(Events),
  paused: v.exactOptional(v.boolean()),
})
export type WebhookPatch = v.InferOutput<typeof WebhookPatch>

/**
 * Because an owner asked; after too many failures; at a 410; for an address we do not call; or because
 * `madeBy` is in the room no more, or was suspended.
 */
export const PauseReason = v.picklist(['asked', 'failing', 'gone', 'address', 'makerGone'])
export type PauseReason = v.InferOutput<typeof PauseReason>

export const Webhook = v.object({
  id: WebhookId,
  url: v.string(),
  events: v.array(WebhookEvent),
  /** Who answers for it: whoever made it, gave it another address, or last let it go on. */
  madeBy: UserId,
  createdAt: IsoTime,
  /** Null while it is called. */
  paused: v.nullable(v.object({ at: IsoTime, reason: PauseReason })),
  /** The last that was taken; null: none yet. */
  deliveredAt: v.nullable(IsoTime),
  /** What was answered last; null: nothing, or not yet. */
  lastStatus: v.nullable(v.number()),
  /** In a row, and since when. */
  failures: v.number(),
  failingSince: v.nullable(IsoTime),
})
export type Webhook = v.InferOutput<typeof Webhook>

/** The one time that its secret is told. */
export const NewWebhook = v.object({ ...Webhook.entries, secret: v.string() })
export type NewWebhook = v.InferOutput<typeof NewWebhook>

/** All of a room's, the eldest first. */
export const Webhooks = v.object({ webhooks: v.array(Webhook) })
export type Webhooks = v.InferOutput<typeof Webhooks>

/** Until then deliveries are signed with the secret before as well. */
export const WebhookSecret = v.object({ secret: v.string(), previousUntil: IsoTime })
export type WebhookSecret = v.InferOutput<typeof WebhookSecret>

/** What the receiver answered; null: nothing in time. */
export const WebhookTested = v.object({ status: v.nullable(v.number()) })
export type WebhookTested = v.InferOutput<typeof WebhookTested>

export const WebhookPath = v.object({ roomId: RoomId, webhookId: WebhookId })

/**
 * What a receiver is sent. `changes` are the rows after `from`, as a socket's catch-up has them; `epoch`
 * says that the room began another life, of which nothing up to `to` is told; `test` tells nothing.
 */
export const WebhookDelivery = v.variant('type', [
  v.object({
    type: v.literal('changes'),
    roomId: RoomId,
    epoch: Epoch,
    from: Rev,
    to: Rev,
    messages: v.exactOptional(v.array(MessageChange)),
    members: v.exactOptional(v.array(MemberRow)),
    room: v.exactOptional(RoomRow),
    people: v.exactOptional(v.array(Person)),
  }),
  v.object({ type: v.literal('epoch'), roomId: RoomId, epoch: Epoch, to: Rev }),
  v.object({ type: v.literal('test'), roomId: RoomId, epoch: Epoch, to: Rev }),
])
export type WebhookDelivery = v.InferOutput<typeof WebhookDelivery>
