// One step of the mirror: the rows Postgres has not seen, and what becomes of those it refuses.

import * as v from 'valibot'
import type { Batch, Gone, Mirrored } from '../database/archive.ts'
import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import { type Epoch, type Rev, type RoomId, Seq, UserId } from '../protocol/ids.ts'
import { archiveRowsMax, pageBytesMax, parkedAfterTries } from '../protocol/limits.ts'
import type { Ledger } from './ledger.ts'
import type { Members } from './members.ts'
import type { Messages } from './messages.ts'
import { Parked, type RowRef, refOf } from './parked.ts'
import type { ReadMarks } from './read-marks.ts'
import type { Reader } from './reader.ts'
import type { Clock } from './room.ts'
import type { Sql } from './sql.ts'

/** Postgres, as far as a room writes to it. Every call has a deadline, and throws when it is away. */
export interface Mirror {
  /** Brings back what the directory says of the room, and whom to forget; null when it says nothing. */
  write(batch: Batch): Promise<Mirrored | null>
  /** Removes some rows of the room's earlier lives; true when none is left. */
  forgetEarlier(roomId: RoomId, epoch: Epoch): Promise<boolean>
  /** The rows themselves are at fault: not the connection, not the load, not our statement. */
  refusesRows(error: unknown): boolean
  /** Puts on record that a row was given up. */
  reportParked(roomId: RoomId, row: RowRef): Promise<void>
}

export interface MirroringParts {
  readonly sql: Sql
  readonly ledger: Ledger
  readonly reader: Reader
  readonly messages: Messages
  readonly members: Members
  readonly marks: ReadMarks
  readonly mirror: Mirror
  readonly clock: Clock
}

/** What a step came to. */
export interface Stepped {
  readonly to: Rev
  readonly entry: Mirrored | null
}

export class Mirroring {
  readonly #parts: MirroringParts
  readonly #parked: Parked
  #isStopped = false

  constructor(parts: MirroringParts) {
    this.#parts = parts
    this.#parked = new Parked(parts.sql)
  }

  /** The room is being erased: what is under way touches its rows no more. */
  stop(): void {
    this.#isStopped = true
  }

  get parked(): number {
    return this.#parked.count
  }

  /** When a refused row is to be tried again, or null. */
  get retryDue(): number | null {
    return this.#parked.nextDue
  }

  hasMore(archived: Rev): boolean {
    return archived < this.#parts.ledger.rev || this.#parts.marks.flagged(1).length > 0
  }

  /** What was read before an await is stale after it, so the cursor moves to the batch's own end. */
  async step(archived: Rev): Promise<Stepped> {
    const { ledger, reader, marks, mirror } = this.#parts
    const isNewLife = archived === 0
    const { epoch } = ledger
    const { id } = ledger.room
    while (isNewLife && !this.#isStopped && !(await mirror.forgetEarlier(id, epoch)));
    const { seq, room } = ledger
    if (this.#isStopped) return { to: archived, entry: null }
    const limits = { rows: archiveRowsMax, bytes: pageBytesMax }
    const { to, rows } = reader.changesSince(archived, 'archive', limits)
    const flagged = marks.flagged(archiveRowsMax, to)
    const { memberCount } = room
    const { messages, members } = rows
    const newestAt = newestOf(messages)
    const heads = { roomId: room.id, epoch, to, seq, memberCount, newestAt }
    const entry = await this.#write({ ...heads, messages, members, marks: flagged }, archived)
    if (!this.#isStopped) marks.settle(flagged)
    return { to, entry }
  }

  /** Rows that were refused before and may not be now: one bad row keeps no other waiting. */
  async retry(archived: Rev): Promise<void> {
    const { ledger, clock } = this.#parts
    for (const ref of this.#parked.due(clock.now())) {
      if (this.#isStopped) return
      const { epoch, seq, room } = ledger
      const { id: roomId, memberCount } = room
      const heads = { roomId, epoch, to: archived, seq, memberCount, newestAt: 0 } // They came.
      const row = this.#rowOf(ref)
      const isOther = row === null || row.rev !== ref.rev // It comes, or came, as what it is now.
      if (isOther) this.#parked.forget([ref])
      else await this.#write({ ...heads, ...byKind([row]), marks: [] }, archived)
    }
  }

  /** Rows at fault are found by halving: a dozen round trips, and all others are in. */
  async #write(batch: Batch, archived: Rev): Promise<Mirrored | null> {
    const { mirror } = this.#parts
    const rows = [...batch.members, ...batch.messages]
    try {
      const entry = await mirror.write(batch)
      if (!this.#isStopped) this.#parked.forget(rows.map(refOf))
      return entry
    } catch (error) {
      if (this.#isStopped || !mirror.refusesRows(error) || rows.length === 0) throw error
      const half = Math.ceil(rows.length / 2)
      const gone: Gone[] = []
      if (half === rows.length) await this.#refused(rows.map(refOf), batch.roomId)
      else {
        for (const part of [rows.slice(0, half), rows.slice(half)]) {
          const written = await this.#write({ ...batch, to: archived, ...byKind(part) }, archived)
          gone.push(...(written?.gone ?? []))
        }
      }
      // The heads, once the rows are settled.
      const entry = await this.#write({ ...batch, ...byKind([]) }, archived)
      return entry && { ...entry, gone }
    }
  }

  /** On record before it is given up: a crash between the two tells it twice, never not at all. */
  async #refused(refs: readonly RowRef[], roomId: RoomId): Promise<void> {
    for (const ref of refs) {
      const tries = Math.min(this.#parked.triesOf(ref) + 1, parkedAfterTries)
      if (tries === parkedAfterTries) await this.#parts.mirror.reportParked(roomId, ref)
      if (this.#isStopped) return
      this.#parked.note(ref, tries, this.#parts.clock.now())
    }
  }

  #rowOf({ kind, key }: RowRef) {
    const { messages, members } = this.#parts
    if (kind === 'member') return members.find(v.parse(UserId, key))
    return messages.find(v.parse(Seq, Number(key)))
  }
}

function byKind(rows: readonly (MemberRow | MessageRow)[]) {
  return {
    members: rows.flatMap((row) => ('userId' in row ? [row] : [])),
    messages: rows.flatMap((row) => ('seq' in row ? [row] : [])),
  }
}

const newestOf = (messages: readonly MessageRow[]) =>
  messages.reduce((time, { createdAt }) => Math.max(time, createdAt), 0)
