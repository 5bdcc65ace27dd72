// The last messages of a room and the cursor that belongs to exactly them: a quick start, never a truth.

import * as v from 'valibot'
import { MemberRow, MessageRow, Person, RoomRow } from '../../protocol/changes.ts'
import { Epoch, Rev, type RoomId, UserId } from '../../protocol/ids.ts'
import { Role } from '../../protocol/permissions.ts'
import { presentOf } from './apply-people.ts'
import type { Held } from './room-model.ts'
import type { Shelf } from './shelf.ts'

const keptMessages = 200

const Copy = v.object({
  epoch: Epoch,
  rev: Rev,
  room: RoomRow,
  you: v.object({
    ...{ userId: UserId, name: v.string(), role: Role },
    mutedUntil: v.nullable(v.number()),
  }),
  messages: v.array(MessageRow),
  people: v.array(Person),
  roster: v.array(MemberRow),
  wasCrowd: v.boolean(),
})
type Copy = v.InferOutput<typeof Copy>

export class RoomCache {
  readonly #shelf: Shelf
  readonly #key: string

  constructor({ shelf, userId, roomId }: { shelf: Shelf; userId: UserId; roomId: RoomId }) {
    this.#shelf = shelf
    this.#key = `room/${userId}/${roomId}`
  }

  /** Null when there is none that this version understands. */
  async load(): Promise<Held | null> {
    const parsed = v.safeParse(Copy, await this.#shelf.get(this.#key))
    return parsed.success ? heldOf(parsed.output) : null
  }

  /** Only where the rows and the cursor belong together: not in the middle of a catch-up. */
  async save(held: Held): Promise<void> {
    if (held.asked === null && held.ahead.size === 0) await this.#shelf.set(this.#key, copyOf(held))
  }

  forget(): Promise<void> {
    return this.#shelf.remove(this.#key)
  }
}

function copyOf({ epoch, rev, room, you, wasCrowd, ...held }: Held): Copy {
  const lists = { people: [...held.people.values()], roster: [...held.roster.values()] }
  return { epoch, rev, room, you, wasCrowd, messages: held.messages.slice(-keptMessages), ...lists }
}

function heldOf({ people, roster, ...copy }: Copy): Held {
  const rows = new Map(roster.map((row) => [row.userId, row]))
  const start = { ahead: new Map(), aside: null, asked: null, resyncs: 0 }
  return {
    ...copy,
    ...start,
    people: new Map(people.map((person) => [person.id, person])),
    roster: rows,
    members: presentOf(rows),
  }
}
