// What crosses the socket, both ways. One text message is one frame.

import * as v from 'valibot'
import { MemberChange, MessageChange, Person, RoomRow } from './changes.ts'
import { Command, type CommandOut, Ref } from './commands.ts'
import { FailureCode } from './failures.ts'
import { Epoch, Rev, Seq, UserId } from './ids.ts'
import { Role } from './permissions.ts'

const Milliseconds = v.pipe(v.number(), v.safeInteger())

/** The first frame of every socket. `rev` and `seq` are the room's heads. [SOK1] */
export const Welcome = v.object({
  type: v.literal('welcome'),
  protocol: v.number(),
  epoch: Epoch,
  rev: Rev,
  seq: Seq,
  room: RoomRow,
  you: v.object({ userId: UserId, name: v.string(), role: Role, readSeq: Seq }),
  /** true: the changes that follow continue your cursor. false: drop your state, a snapshot follows. */
  resumed: v.boolean(),
  /** Who is here, up to as many as presence names; `onlineCount` counts everybody. [SOK9] */
  online: v.array(UserId),
  onlineCount: v.number(),
  limits: v.object({
    bodyCharactersMax: v.number(),
    bodyBytesMax: v.number(),
    frameBytesMax: v.number(),
  }),
  now: Milliseconds,
})
export type Welcome = v.InferOutput<typeof Welcome>

/** `from` is null on a snapshot; else it is the `to` of the frame before. [SOK4] */
export const ChangesFrame = v.object({
  type: v.literal('changes'),
  from: v.nullable(Rev),
  to: Rev,
  messages: v.optional(v.array(MessageChange), []),
  members: v.optional(v.array(MemberChange), []),
  room: v.optional(v.nullable(RoomRow), null),
  people: v.optional(v.array(Person), []),
  more: v.optional(v.boolean(), false),
  snapshot: v.optional(v.boolean(), false),
})
export type ChangesFrame = v.InferOutput<typeof ChangesFrame>

/** What the command made: the message, the change, the time. A new token makes none of them. */
export const Ok = v.object({
  type: v.literal('ok'),
  ref: Ref,
  seq: v.optional(Seq),
  rev: v.optional(Rev),
  at: v.optional(Milliseconds),
})
export type Ok = v.InferOutput<typeof Ok>

/** `ref` is null where the frame could not be read far enough to find one. */
export const Refused = v.object({
  type: v.literal('refused'),
  ref: v.nullable(Ref),
  code: FailureCode,
  detail: v.string(),
  retryAfterMs: v.optional(Milliseconds),
})
export type Refused = v.InferOutput<typeof Refused>

/** Who came and who is gone, and how many are here; only the number where they are many. [SOK9] */
export const Presence = v.object({
  type: v.literal('presence'),
  joined: v.optional(v.array(Person), []),
  left: v.optional(v.array(UserId), []),
  onlineCount: v.number(),
})
export type Presence = v.InferOutput<typeof Presence>

/** Never stored or replayed; without news it ends by itself. [SOK10] */
export const TypingFrame = v.object({
  type: v.literal('typing'),
  userId: UserId,
  on: v.boolean(),
})
export type TypingFrame = v.InferOutput<typeof TypingFrame>

/** Where these members' marks stand now. [SND8] */
export const Reads = v.object({
  type: v.literal('reads'),
  reads: v.array(v.object({ userId: UserId, seq: Seq })),
})
export type Reads = v.InferOutput<typeof Reads>

/** The token ends at `at`, in milliseconds: time for `auth`. [SOK12] */
export const Expiring = v.object({ type: v.literal('expiring'), at: Milliseconds })
export type Expiring = v.InferOutput<typeof Expiring>

/** The last frame before a close of our own. */
export const Closing = v.object({
  type: v.literal('closing'),
  code: FailureCode,
  detail: v.string(),
  retryAfterMs: v.optional(Milliseconds),
})
export type Closing = v.InferOutput<typeof Closing>

export const ServerFrame = v.variant('type', [
  Welcome,
  ChangesFrame,
  Ok,
  Refused,
  Presence,
  TypingFrame,
  Reads,
  Expiring,
  Closing,
])
export type ServerFrame = v.InferOutput<typeof ServerFrame>

/** A server's frame as it is written: lists that would be empty are left out. */
export type ServerFrameOut = v.InferInput<typeof ServerFrame>
export type ChangesOut = v.InferInput<typeof ChangesFrame>

export function encode(frame: ServerFrameOut | CommandOut): string {
  return JSON.stringify(frame)
}

/** A client's frame, or null for anything that is not exactly one. Never throws. [SOK7] */
export function decodeCommand(text: string): Command | null {
  const parsed = v.safeParse(Command, fromJson(text))
  return parsed.success ? parsed.output : null
}

/** A server's frame, or null for a type this client does not know yet. Unknown fields are dropped. */
export function decodeServerFrame(text: string): ServerFrame | null {
  const parsed = v.safeParse(ServerFrame, fromJson(text))
  return parsed.success ? parsed.output : null
}

/** The `ref` of a frame that failed its schema, so that its sender can tell which one it was. */
export function refOf(text: string): number | null {
  const parsed = v.safeParse(v.object({ ref: Ref }), fromJson(text))
  return parsed.success ? parsed.output.ref : null
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
