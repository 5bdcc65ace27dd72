// What a client may ask of a room. No command names its sender: identity comes from the socket.

import * as v from 'valibot'
import { firstSeq, MessageId, Rev, Seq, UserId } from './ids.ts'
import { accessTokenCharactersMax, mentionsMax } from './limits.ts'
import { Emoji, MessageBody } from './text.ts'

/** The client's number for one command; its reply carries it back. */
export const Ref = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** A message's place; 0 is no message's. */
const MessageSeq = v.pipe(Seq, v.minValue(firstSeq))

/** Whoever is not in the room is dropped from them. [SND5] */
const Mentions = v.pipe(
  v.array(UserId),
  v.maxLength(mentionsMax, `must be at most ${mentionsMax} people`),
)

export const Send = v.strictObject({
  type: v.literal('send'),
  ref: Ref,
  id: MessageId,
  body: MessageBody,
  replyTo: v.optional(v.nullable(MessageSeq), null),
  mentions: v.optional(Mentions, []),
  /** The last `ref` of a `send` that its sender knows to be refused; 0 for none. [ORD4] */
  refused: v.optional(Ref),
})
export type Send = v.InferOutput<typeof Send>

/** Absent mentions stay as they are. */
export const Edit = v.strictObject({
  type: v.literal('edit'),
  ref: Ref,
  seq: MessageSeq,
  body: MessageBody,
  mentions: v.optional(Mentions),
})
export type Edit = v.InferOutput<typeof Edit>

export const Delete = v.strictObject({ type: v.literal('delete'), ref: Ref, seq: MessageSeq })
export type Delete = v.InferOutput<typeof Delete>

/** Says how it should be, so that saying it twice is the same as once. [SND7] */
export const React = v.strictObject({
  type: v.literal('react'),
  ref: Ref,
  seq: MessageSeq,
  emoji: Emoji,
  on: v.boolean(),
})
export type React = v.InferOutput<typeof React>

/** Everything up to `seq` has been seen. Never answered but when it is too much. [SND8] */
export const Read = v.strictObject({ type: v.literal('read'), seq: Seq })
export type Read = v.InferOutput<typeof Read>

/** Never answered but when it is too much. [SOK10] */
export const Typing = v.strictObject({ type: v.literal('typing'), on: v.boolean() })
export type Typing = v.InferOutput<typeof Typing>

/** Asks for the changes after `after`: the next page of a catch-up, or the repair of a gap. */
export const Sync = v.strictObject({
  type: v.literal('sync'),
  ref: v.optional(Ref),
  after: Rev,
})
export type Sync = v.InferOutput<typeof Sync>

/** A new access token for this very socket. [SOK12] */
export const Auth = v.strictObject({
  type: v.literal('auth'),
  ref: Ref,
  token: v.pipe(v.string(), v.maxLength(accessTokenCharactersMax)),
})
export type Auth = v.InferOutput<typeof Auth>

const all = [Send, Edit, Delete, React, Read, Typing, Sync, Auth] as const

export const Command = v.variant('type', all)
export type Command = v.InferOutput<typeof Command>

/** A command as a client writes it: what has a default may be left out. */
export type CommandOut = v.InferInput<typeof Command>

/** Every kind of command, for whoever must not miss one. */
export const commandTypes: readonly Command['type'][] = all.map(
  ({ entries }) => entries.type.literal,
)

/** Answered `pong` by the runtime itself, without waking the room. [SOK] */
export const PING = 'ping'
export const PONG = 'pong'
