// A room in memory that keeps the contract: what the client's tests talk to instead of workerd.

import * as v from 'valibot'
import type { History } from '../../protocol/api/messages.ts'
import {
  defaultSettings,
  type MemberRow,
  MessageChange,
  type MessageRow,
  messageDefaults,
  type Notice,
  type RoomRow,
} from '../../protocol/changes.ts'
import { ChangesFrame, type ChangesOut, type Welcome } from '../../protocol/frames.ts'
import { type Epoch, type MessageId, Rev, Seq, type UserId } from '../../protocol/ids.ts'
import { newEpoch, newMessageId, newRoomId } from './ids.ts'

/** What a message says, its id aside. */
export interface Saying {
  readonly replyTo?: Seq | null
  readonly mentions?: UserId[]
}

export interface Receipt {
  readonly seq: Seq
  readonly rev: Rev
  readonly isNew: boolean
}

/** The row as it now is, or why not. */
export type Answer = Pick<MessageRow, 'seq' | 'rev'> | 'notFound' | 'messageGone'

export class FakeRoom {
  epoch = newEpoch()
  rev = v.parse(Rev, 0)
  readonly messages: MessageRow[] = []
  readonly members = new Map<UserId, MemberRow>()
  readonly reads = new Map<UserId, Seq>()
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

  /** What each message said when it was sent, in order. */
  get firstSaid(): string[] {
    return this.messages.map(({ id }) => this.#firstBodies.get(id) ?? '')
  }

  get seq(): Seq {
    return v.parse(Seq, this.messages.length)
  }

  join(userId: UserId, state: MemberRow['state'] = 'joined', name = 'Ana'): void {
    const rest = { avatar: null, role: 'member', state, mutedUntil: null } as const
    const row = { userId, rev: this.#nextRev(), name, ...rest }
    this.members.set(userId, row)
    const present = [...this.members.values()].filter((member) => member.state === 'joined')
    this.room = { ...this.room, memberCount: present.length, rev: row.rev }
  }

  mute(userId: UserId, mutedUntil: number | null): void {
    const row = this.members.get(userId)
    if (row) this.members.set(userId, { ...row, mutedUntil, rev: this.#nextRev() })
  }

  slowDown(slowModeSeconds: number): void {
    const settings = { ...this.room.settings, slowModeSeconds }
    this.room = { ...this.room, settings, rev: this.#nextRev() }
  }

  /** Where the mark stands after it. [SND8] */
  markRead(userId: UserId, seq: Seq): Seq {
    const moved = v.parse(Seq, Math.max(this.reads.get(userId) ?? 0, Math.min(seq, this.seq)))
    this.reads.set(userId, moved)
    return moved
  }

  rename(name: string): void {
    this.room = { ...this.room, name, rev: this.#nextRev() }
  }

  send(
    authorId: UserId,
    id: MessageId,
    body: string,
    { replyTo = null, mentions = [] }: Saying = {},
  ): Receipt | 'idConflict' {
    const known = this.messages.find((row) => row.id === id && row.authorId === authorId)
    const first = this.#firstBodies.get(id)
    if (known) return first === body ? { ...known, isNew: false } : 'idConflict'
    this.#firstBodies.set(id, body)
    const rev = this.#nextRev()
    const seq = v.parse(Seq, this.messages.length + 1)
    const dates = { createdAt: 1_000 + rev, editedAt: null, deletedAt: null }
    const extras = { replyTo, mentions, reactions: {}, notice: null }
    this.messages.push({ seq, rev, id, authorId, kind: 'message', body, ...extras, ...dates })
    return { seq, rev, isNew: true }
  }

  note(authorId: UserId, notice: Notice): void {
    const receipt = this.send(authorId, newMessageId(), '')
    if (receipt === 'idConflict') return
    const row = this.messages[receipt.seq - 1]!
    this.messages[receipt.seq - 1] = { ...row, kind: 'notice', notice }
  }

  edit(seq: number, body: string, mentions?: UserId[]): Answer {
    const row = this.messages[seq - 1]
    if (row?.deletedAt !== null) return row ? 'messageGone' : 'notFound'
    if (row.body === body && !mentions) return row
    return this.#alter(row, {
      body,
      mentions: mentions ?? row.mentions,
      editedAt: 2_000 + this.rev,
    })
  }

  remove(seq: number): Answer {
    const row = this.messages[seq - 1]
    if (row?.deletedAt !== null) return row ?? 'notFound'
    const nothing = { body: '', replyTo: null, mentions: [], reactions: {} }
    return this.#alter(row, { ...nothing, deletedAt: 3_000 + this.rev })
  }

  react(userId: UserId, seq: number, emoji: string, on: boolean): Answer {
    const row = this.messages[seq - 1]
    if (row?.deletedAt !== null) return row ? 'messageGone' : 'notFound'
    const { [emoji]: before = [], ...others } = row.reactions
    if (before.includes(userId) === on) return row
    const after = on ? [...before, userId] : before.filter((one) => one !== userId)
    return this.#alter(row, {
      reactions: after.length > 0 ? { ...others, [emoji]: after } : others,
    })
  }

  welcome(userId: UserId, after: Rev | null, epoch: Epoch = this.epoch): Welcome {
    const { rev, seq, room } = this
    return {
      ...{ type: 'welcome', protocol: 1, epoch: this.epoch, rev, seq, room, now: 0 },
      you: {
        userId,
        name: 'Ana',
        role: 'member',
        readSeq: this.reads.get(userId) ?? v.parse(Seq, 0),
      },
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

  /** Whole rows in rev order, as many as a page holds; never part of a rev. [SOK2] */
  changesSince(after: Rev, rowsMax = this.pageRows): ChangesFrame {
    const rows = [
      ...this.messages.map((row) => ({ rev: row.rev, messages: [row] })),
      ...[...this.members.values()].map((row) => ({ rev: row.rev, members: [row] })),
      { rev: this.room.rev, room: this.room },
    ]
    const due = rows.filter(({ rev }) => rev > after).sort((one, other) => one.rev - other.rev)
    const last = due[Math.min(rowsMax, due.length) - 1]?.rev ?? after
    const page = due.filter(({ rev }) => rev <= last)
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
  /** A repeat is known by what was first sent, whatever it says now. [SND2] */
  readonly #firstBodies = new Map<MessageId, string>()

  #slim(row: MessageChange, told: Rev): MessageChange {
    const { id, authorId, kind, notice, createdAt, ...altered } = row
    const isBirth = (this.#births.get(row.seq) ?? row.rev) > told
    if (!isBirth) return altered
    const isDefault = (key: string, value: unknown) =>
      JSON.stringify(value) === JSON.stringify(Object(messageDefaults)[key])
    const said = Object.entries(row).filter(([key, value]) => !isDefault(key, value))
    return v.parse(MessageChange, Object.fromEntries(said))
  }

  #alter(row: MessageRow, change: Partial<MessageRow>): MessageRow {
    if (!this.#births.has(row.seq)) this.#births.set(row.seq, row.rev)
    const altered = { ...row, ...change, rev: this.#nextRev() }
    this.messages[row.seq - 1] = altered
    return altered
  }

  #nextRev(): Rev {
    this.rev = v.parse(Rev, this.rev + 1)
    return this.rev
  }
}

const frame = (out: Omit<ChangesOut, 'type'>) => v.parse(ChangesFrame, { type: 'changes', ...out })
