// What a client may ask of a room. No command names its sender: identity comes from the socket.

import * as v from 'valibot'
import { MessageId, Rev } from './ids.ts'
import { MessageBody } from './text.ts'

/** The client's number for one command; its reply carries it back. */
export const Ref = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

export const Send = v.strictObject({
  type: v.literal('send'),
  ref: Ref,
  id: MessageId,
  body: MessageBody,
})
export type Send = v.InferOutput<typeof Send>

/** Asks for the changes after `after`: the next page of a catch-up, or the repair of a gap. */
export const Sync = v.strictObject({ type: v.literal('sync'), after: Rev })
export type Sync = v.InferOutput<typeof Sync>

export const Command = v.variant('type', [Send, Sync])
export type Command = v.InferOutput<typeof Command>

/** Answered `pong` by the runtime itself, without waking the room. [SOK] */
export const PING = 'ping'
export const PONG = 'pong'
