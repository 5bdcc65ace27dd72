// What a faithful client makes of the frames it is sent, as plainly as it can be said: the reference
// that "old state + changes = fresh snapshot" is measured with. [SOK5]

import {
  type MemberChange,
  type MemberRow,
  type MessageChange,
  type MessageRow,
  messageDefaults,
  type Person,
  type RoomRow,
} from '../../protocol/changes.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Epoch, Rev } from '../../protocol/ids.ts'

export class RoomReplica {
  readonly messages = new Map<number, MessageRow>()
  readonly members = new Map<string, MemberRow>()
  readonly people = new Map<string, Person>()
  room: RoomRow | null = null
  rev: Rev | null = null
  epoch: Epoch | null = null
  /** The frame that did not continue the one before. [SOK4] */
  readonly gaps: string[] = []

  hear(frame: ServerFrame): void {
    if (frame.type === 'welcome') {
      this.epoch = frame.epoch
      if (!frame.resumed) this.#forget()
    }
    if (frame.type !== 'changes') return
    if (frame.snapshot) this.#forget()
    else if (frame.from !== this.rev) this.gaps.push(`${frame.from} after ${this.rev}`)
    for (const row of frame.messages) this.#message(row)
    for (const row of frame.members) this.#member(row)
    for (const person of frame.people) this.people.set(person.id, person)
    if (frame.room) this.room = frame.room
    this.rev = frame.to
  }

  #forget(): void {
    for (const rows of [this.messages, this.members, this.people]) rows.clear()
    this.room = null
  }

  #message(row: MessageChange): void {
    const known = this.messages.get(row.seq)
    if (!known && !row.id) return // A change of one that this client does not show.
    this.messages.set(row.seq, { ...messageDefaults, ...known, ...row } as MessageRow)
  }

  #member(row: MemberChange): void {
    const known = this.members.get(row.userId)
    if (!known && !row.state) return
    const { userId: id, name, avatar } = { ...known, ...row } as MemberRow
    this.members.set(id, { ...known, ...row } as MemberRow)
    this.people.set(id, { id, name, avatar })
  }
}
