// What a frame makes of the room this client holds: state + frame → state, and what to ask next. Pure.

import type { RoomRow } from '../../protocol/changes.ts'
import type { ChangesFrame, Welcome } from '../../protocol/frames.ts'
import type { Rev } from '../../protocol/ids.ts'
import { applyMessages, born } from './apply-messages.ts'
import { applyPeople } from './apply-people.ts'
import { type Held, isCrowd } from './room-model.ts'

/** A room of which nothing is held yet: a snapshot was promised, and makes everything anew. */
export type Promised = Pick<Held, 'epoch' | 'room' | 'you' | 'resyncs'>

/** The state, and the rev to `sync` after, if one must be asked for. */
export type Applied = readonly [held: Held | null, syncAfter: Rev | null]

/** A welcome that resumes continues what is held; any other promises a snapshot. [SOK1, SOK3] */
export function welcomed(held: Held | null, welcome: Welcome): Held | Promised {
  const { epoch, room, rev } = welcome
  const { userId, name, role } = welcome.you
  const you = { userId, name, role, mutedUntil: held?.you.mutedUntil ?? null }
  if (!held || !welcome.resumed) return { epoch, room, you, resyncs: held?.resyncs ?? 0 }
  const asked = rev > held.rev ? held.rev : null // The rest comes without asking.
  return { ...withRoom(held, room), you, asked }
}

/**
 * Applied where it continues what is held. A frame that does not means that one was lost: the rest
 * is asked for again, and counted; while an answer is awaited it is in that answer too. [SOK4]
 */
export function apply(now: Held | Promised, frame: ChangesFrame): Applied {
  if (frame.snapshot) return turned(afresh(now, frame), frame)
  if (!isHeld(now)) return [null, null] // Of the life before; the snapshot is on its way.
  if (frame.from === now.rev) return turned(applyMessages(now, frame.messages), frame)
  if (now.asked !== null || frame.to <= now.rev) return [now, null]
  return [{ ...now, asked: now.rev, resyncs: now.resyncs + 1 }, now.rev]
}

export function isHeld(now: Held | Promised): now is Held {
  return 'messages' in now
}

/** The window begins with the snapshot's first message, wherever that is. */
function afresh({ epoch, room, you, resyncs }: Promised, frame: ChangesFrame): Held {
  const messages = frame.messages.flatMap(born).sort((one, other) => one.seq - other.seq)
  const window = { messages, ahead: new Map(), aside: null }
  const nobody = {
    people: new Map(),
    roster: new Map(),
    members: new Map(),
    wasCrowd: isCrowd(room),
  }
  return { epoch, room, you, resyncs, rev: frame.to, asked: null, ...window, ...nobody }
}

/** The rest of a page: people, the room, and where to go on. */
function turned(before: Held, { people, members, room, to, more }: ChangesFrame): Applied {
  const held: Held = {
    ...withRoom(applyPeople(before, people, members), room),
    rev: to,
    asked: more ? to : null,
  }
  return [held, held.asked]
}

function withRoom(held: Held, room: RoomRow | null): Held {
  if (!room || room.rev <= held.room.rev) return held
  return { ...held, room, wasCrowd: held.wasCrowd || isCrowd(room) }
}
