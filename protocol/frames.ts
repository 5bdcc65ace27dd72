// What crosses the socket, both ways. One text message is one frame.

import * as v from 'valibot'
import { MemberChange, MessageChange, Person, RoomRow } from './changes.ts'
import { Command, Ref } from './commands.ts'
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
  you: v.object({ userId: UserId, name: v.string(), role: Role }),
  /** true: the changes that follow continue your cursor. false: drop your state, a snapshot follows. */
  resumed: v.boolean(),
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

export const Ok = v.object({
  type: v.literal('ok'),
  ref: Ref,
  seq: Seq,
  rev: Rev,
  at: Milliseconds,
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

/** The last frame before a close of our own. */
export const Closing = v.object({
  type: v.literal('closing'),
  code: FailureCode,
  detail: v.string(),
  retryAfterMs: v.optional(Milliseconds),
})
export type Closing = v.InferOutput<typeof Closing>

export const ServerFrame = v.variant('type', [Welcome, ChangesFrame, Ok, Refused, Closing])
export type ServerFrame = v.InferOutput<typeof ServerFrame>

/** A `changes` frame as it is written: lists that would be empty are left out. */
export type ChangesOut = v.InferInput<typeof ChangesFrame>

export function encode(frame: Exclude<ServerFrame, ChangesFrame> | ChangesOut | Command): string {
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
