// A room in memory that keeps the contract: what the client's tests talk to instead of workerd.

import * as v from 'valibot'
import type { History } from '../../protocol/api/messages.ts'
import {
  defaultSettings,
  type MemberRow,
  type MessageChange,
  type MessageRow,
  type RoomRow,
} from '../../protocol/changes.ts'
import { ChangesFrame, type ChangesOut, type Welcome } from '../../protocol/frames.ts'
import { type Epoch, type MessageId, Rev, Seq, type UserId } from '../../protocol/ids.ts'
import { newEpoch, newRoomId } from './ids.ts'

export interface Receipt {
  readonly seq: Seq
  readonly rev: Rev
  readonly isNew: boolean
}

export class FakeRoom {
  epoch = newEpoch()
  rev = v.parse(Rev, 0)
  readonly messages: MessageRow[] = []
  readonly members = new Map<UserId, MemberRow>()
  readonly pageRows: number
  readonly snapshotRows: number
  room: RoomRow

  constructor({ pageRows = 1_000, snapshotRows = 50 } = {}) {
    this.pageRows = pageRows
    this.snapshotRows = snapshotRows
    this.room = {
      ...{ id: newRoomId(), rev: this.rev, name: 'Tea', topic: '' },
      ...{ visibility: 'public', memberCount: 0, settings: defaultSettings },
    }
  }

  get seq(): Seq {
    return v.parse(Seq, this.messages.length)
  }

  join(userId: UserId, state: MemberRow['state'] = 'joined', name = 'Ana'): void {
    const rest = { avatar: null, role: 'member', state, mutedUntil: null } as const
    const row = { userId, rev: this.#nextRev(), name, ...rest }
    this.members.set(userId, row)
  }

  rename(name: string): void {
    this.room = { ...this.room, name, rev: this.#nextRev() }
  }

  send(authorId: UserId, id: MessageId, body: string): Receipt | 'idConflict' {
    const known = this.messages.find((row) => row.id === id && row.authorId === authorId)
    if (known) return known.body === body ? { ...known, isNew: false } : 'idConflict'
    const rev = this.#nextRev()
    const seq = v.parse(Seq, this.messages.length + 1)
    const dates = { createdAt: 1_000 + rev, editedAt: null, deletedAt: null }
    const extras = { replyTo: null, mentions: [], reactions: {}, notice: null }
    this.messages.push({ seq, rev, id, authorId, kind: 'message', body, ...extras, ...dates })
    return { seq, rev, isNew: true }
  }

  edit(seq: number, body: string): void {
    this.#alter(seq, { body, editedAt: 2_000 + this.rev })
  }

  remove(seq: number): void {
    this.#alter(seq, { body: '', deletedAt: 3_000 + this.rev })
  }

  welcome(userId: UserId, after: Rev | null, epoch: Epoch = this.epoch): Welcome {
    const { rev, seq, room } = this
    return {
      ...{ type: 'welcome', protocol: 1, epoch: this.epoch, rev, seq, room, now: 0 },
      you: { userId, name: 'Ana', role: 'member', readSeq: v.parse(Seq, 0) },
      ...{ online: [userId], onlineCount: 1 },
      resumed: after !== null && after <= rev && epoch === this.epoch,
      limits: { bodyCharactersMax: 4_000, bodyBytesMax: 16_384, frameBytesMax: 65_536 },
    }
  }

  snapshot(): ChangesFrame {
    const messages = this.messages.slice(-this.snapshotRows)
    const members = [...this.members.values()]
    return frame({ from: null, to: this.rev, messages, members, room: this.room, snapshot: true })
  }

  /** Whole rows in rev order, as many as a page holds. [SOK2] */
  changesSince(after: Rev, rowsMax = this.pageRows): ChangesFrame {
    const rows = [
      ...this.messages.map((row) => ({ rev: row.rev, messages: [row] })),
      ...[...this.members.values()].map((row) => ({ rev: row.rev, members: [row] })),
      { rev: this.room.rev, room: this.room },
    ]
    const due = rows.filter(({ rev }) => rev > after).sort((one, other) => one.rev - other.rev)
    const page = due.slice(0, rowsMax)
    const more = due.length > page.length
    return frame({
      ...{ from: after, to: more ? page.at(-1)!.rev : this.rev, more },
      messages: page.flatMap((row) => ('messages' in row ? row.messages : [])),
      members: page.flatMap((row) => ('members' in row ? row.members : [])),
      room: page.flatMap((row) => ('room' in row ? row.room : []))[0] ?? null,
    })
  }

  /** The same rows as one live flush: births without their defaults, the rest only what changed. */
  flushSince(told: Rev): ChangesFrame {
    const all = this.changesSince(told, Number.MAX_SAFE_INTEGER)
    return { ...all, messages: all.messages.map((row) => this.#slim(row, told)) }
  }

  history(before: Seq, limit: number): History {
    const { epoch, rev, seq: last } = this
    const messages = this.messages.slice(Math.max(0, before - 1 - limit), before - 1)
    return { messages, people: [], epoch, rev, first: v.parse(Seq, Math.min(1, last)), last }
  }

  readonly #births = new Map<number, Rev>()

  #slim(row: MessageChange, told: Rev): MessageChange {
    const { seq, rev, id, authorId, body, createdAt, editedAt, deletedAt } = row
    const isBirth = (this.#births.get(seq) ?? rev) > told
    if (!isBirth) return { seq, rev, body, editedAt, deletedAt }
    const altered = { ...(editedAt && { editedAt }), ...(deletedAt && { deletedAt }) }
    return { seq, rev, id, authorId, body, createdAt, ...altered }
  }

  #alter(seq: number, change: Partial<MessageRow>): void {
    const row = this.messages[seq - 1]
    if (!row) return
    if (!this.#births.has(seq)) this.#births.set(seq, row.rev)
    this.messages[seq - 1] = { ...row, ...change, rev: this.#nextRev() }
  }

  #nextRev(): Rev {
    this.rev = v.parse(Rev, this.rev + 1)
    return this.rev
  }
}

const frame = (out: Omit<ChangesOut, 'type'>) => v.parse(ChangesFrame, { type: 'changes', ...out })
