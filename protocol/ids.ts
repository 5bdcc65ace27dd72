// The names of things, branded so that a seq is never passed where a rev is meant.

import * as v from 'valibot'

const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

const uuid = v.pipe(v.string(), v.regex(UUID_V7, 'must be a lower-case UUIDv7'))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

export const RoomId = v.pipe(uuid, v.brand('RoomId'))
export type RoomId = v.InferOutput<typeof RoomId>

export const UserId = v.pipe(uuid, v.brand('UserId'))
export type UserId = v.InferOutput<typeof UserId>

/** One sign-in of a user; the `sid` of its tokens. */
export const SessionId = v.pipe(uuid, v.brand('SessionId'))
export type SessionId = v.InferOutput<typeof SessionId>

/** 128 bits by chance, base64url: whoever knows it may come in. */
export const InviteCode = v.pipe(v.string(), v.regex(/^[\w-]{22}$/), v.brand('InviteCode'))
export type InviteCode = v.InferOutput<typeof InviteCode>

/** A room's webhook. */
export const WebhookId = v.pipe(uuid, v.brand('WebhookId'))
export type WebhookId = v.InferOutput<typeof WebhookId>

/** 128 bits by chance, base64url: whoever knows it may read how a deletion went. */
export const DeletionCode = v.pipe(v.string(), v.regex(/^[\w-]{22}$/), v.brand('DeletionCode'))
export type DeletionCode = v.InferOutput<typeof DeletionCode>

/** Minted by the client when the person presses Enter, and kept through every retry. [SND1] */
export const MessageId = v.pipe(uuid, v.brand('MessageId'))
export type MessageId = v.InferOutput<typeof MessageId>

/** One life of a room's counters; a restored backup starts another. [SOK3] */
export const Epoch = v.pipe(uuid, v.brand('Epoch'))
export type Epoch = v.InferOutput<typeof Epoch>

/** A message's place in its room, from 1, without holes; 0 is "before the first". [ORD1] */
export const Seq = v.pipe(count, v.brand('Seq'))
export type Seq = v.InferOutput<typeof Seq>

/** Where every room begins. */
export const firstSeq: Seq = v.parse(Seq, 1)

/** A change's place in its room, from 1, without holes; 0 is "before the first". [ORD2] */
export const Rev = v.pipe(count, v.brand('Rev'))
export type Rev = v.InferOutput<typeof Rev>

/** The number after, of the same kind. */
export function next<Counter extends Seq | Rev>(counter: Counter): Counter {
  return (counter + 1) as Counter
}
