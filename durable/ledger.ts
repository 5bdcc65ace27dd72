// The room's two counters and the one way to write: every accepted command takes exactly one rev. [ORD2]

import type {
  MemberChange,
  MessageChange,
  Person,
  RoomRow,
  RoomSettings,
} from '../protocol/changes.ts'
import type { Epoch, Rev, Seq, UserId } from '../protocol/ids.ts'
import { next } from '../protocol/ids.ts'
import { quietMembersMax } from '../protocol/limits.ts'
import type { DirectoryEntry, RoomSeed } from './room-calls.ts'
import { columns, roomOf, type StoredRoom } from './rows.ts'
import type { Sql } from './sql.ts'

/** What one accepted command changed; what everyone is told. */
export interface Change {
  readonly rev: Rev
  readonly messages?: readonly MessageChange[]
  readonly members?: readonly MemberChange[]
  readonly room?: RoomRow
  /** Whom a crowd may not know yet. [SOK15] */
  readonly people?: readonly Person[]
  /** Who is no longer in: told nothing of it, for their sockets end first. [SOK13] */
  readonly gone?: UserId
}

/** What a transaction did: without a change, what it wrote is nobody's news. */
export interface Work<T> {
  readonly result: T
  readonly change?: Change
  readonly directoryVersion?: number
}

interface Heads {
  readonly rev: Rev
  readonly seq: Seq
  /** When the newest message was written. */
  readonly at: number
  readonly room: RoomRow
  readonly directoryVersion: number
}

export class Ledger {
  readonly #sql: Sql
  readonly epoch: Epoch
  /** Mirrors the rows, and moves only after their transaction returned. */
  #heads: Heads

  /** Over a database that `open` has filled. Reads one row of each table, whatever their size. */
  constructor(sql: Sql) {
    this.#sql = sql
    const [stored] = sql.run<{ epoch: Epoch }>('SELECT epoch FROM room')
    const [room] = sql.run<StoredRoom>(`SELECT ${columns.room} FROM room`)
    if (!stored || !room) throw new Error('A ledger needs an opened room.')
    this.epoch = stored.epoch
    this.#heads = { ...readHeads(sql), room: roomOf(room) }
  }

  /** The first rev of a new room: the room itself and its owner. */
  static open(sql: Sql, seed: RoomSeed, epoch: Epoch): Ledger {
    sql.atomically(() => {
      sql.run(
        `INSERT INTO room (only_row, id, epoch, rev, name, topic, visibility, member_count)
         VALUES (1, ?, ?, 1, ?, ?, ?, 1)`,
        ...[seed.id, epoch, seed.name, seed.topic, seed.visibility],
      )
      const { id, name, avatar, asOf } = seed.owner
      sql.run(
        `INSERT INTO members (user, rev, name, avatar, role, state, named_at, notable)
         VALUES (?, 1, ?, ?, 'owner', 'joined', ?, 1)`,
        ...[id, name, avatar, asOf],
      )
      sql.run('UPDATE mirror SET directory_version = ?', seed.version)
    })
    return new Ledger(sql)
  }

  get rev(): Rev {
    return this.#heads.rev
  }

  get seq(): Seq {
    return this.#heads.seq
  }

  get room(): RoomRow {
    return this.#heads.room
  }

  /** Too many to be told of everybody's coming and going. [SOK15] */
  get isCrowd(): boolean {
    return this.room.memberCount > quietMembersMax
  }

  /** Whoever owned it has gone, and nobody else was in: it is on its way out. [S29] */
  get isDeserted(): boolean {
    return this.room.memberCount === 0
  }

  /** The time of a message written now: never before the one above it, so that time orders as seq does. */
  timeOfNext(now: number): number {
    return Math.max(now, this.#heads.at)
  }

  /** Takes the directory's word for name, topic and visibility; null when it is no news. */
  adopt({ name, topic, visibility, version }: DirectoryEntry, notice: NoticeWriter): Change | null {
    if (version <= this.#heads.directoryVersion) return null
    return this.write((rev) => {
      this.#sql.run('UPDATE mirror SET directory_version = ?', version)
      const now = this.room
      if (name === now.name && topic === now.topic && visibility === now.visibility) {
        return { result: null, directoryVersion: version }
      }
      const room = this.rewriteRoom(rev, { name, topic, visibility })
      const told = name === now.name ? {} : notice(rev)
      return { ...written({ rev, room, ...told }), directoryVersion: version }
    })
  }

  /** Null when everything is so already. */
  configure(settings: RoomSettings): Change | null {
    const now = this.room.settings
    const isSame =
      settings.slowModeSeconds === now.slowModeSeconds &&
      settings.editWindowSeconds === now.editWindowSeconds &&
      settings.invitesBy === now.invitesBy
    if (isSame) return null
    return this.write((rev) => written({ rev, room: this.rewriteRoom(rev, { settings }) }))
  }

  /** Part of a `write`: the room's row with what changed, stamped. */
  rewriteRoom(rev: Rev, patch: Partial<RoomRow>): RoomRow {
    const room = { ...this.room, ...patch, rev }
    const { slowModeSeconds, editWindowSeconds, invitesBy } = room.settings
    this.#sql.run(
      `UPDATE room SET rev = ?, name = ?, topic = ?, visibility = ?, member_count = ?,
         slow_mode_seconds = ?, edit_window_seconds = ?, invites_by = ?`,
      ...[rev, room.name, room.topic, room.visibility, room.memberCount],
      ...[slowModeSeconds, editWindowSeconds, invitesBy],
    )
    return room
  }

  /** One command, one transaction, one rev, which is taken only if something was written. [ORD6] */
  write<T>(work: (rev: Rev) => Work<T>): T {
    return this.#settle(this.#sql.atomically(() => work(next(this.rev))))
  }

  /** As `write`, for work of one statement: a transaction around it would cost as much again. */
  writeOnce<T>(work: (rev: Rev) => Work<T>): T {
    return this.#settle(work(next(this.rev)))
  }

  #settle<T>({ result, change, directoryVersion }: Work<T>): T {
    const newest = change?.messages?.find(({ seq }) => seq > this.seq)
    this.#heads = {
      rev: change?.rev ?? this.rev,
      seq: newest?.seq ?? this.seq,
      at: newest?.createdAt ?? this.#heads.at,
      room: change?.room ?? this.room,
      directoryVersion: directoryVersion ?? this.#heads.directoryVersion,
    }
    return result
  }
}

/** Writes a line of the room's own within a `write`, for the change to tell. */
export type NoticeWriter = (rev: Rev) => Pick<Change, 'messages'>

export function written(change: Change): Work<Change> {
  return { change, result: change }
}

function readHeads(sql: Sql): Omit<Heads, 'room'> {
  const [heads] = sql.run<{ rev: Rev; seq: Seq; at: number; directoryVersion: number }>(
    `SELECT max(
       (SELECT rev FROM room),
       coalesce((SELECT rev FROM messages ORDER BY seq DESC LIMIT 1), 0),
       coalesce((SELECT max(altered) FROM messages WHERE altered IS NOT NULL), 0),
       coalesce((SELECT max(rev) FROM members), 0)
     ) AS rev,
     coalesce((SELECT max(seq) FROM messages), 0) AS seq,
     coalesce((SELECT created_at FROM messages ORDER BY seq DESC LIMIT 1), 0) AS at,
     (SELECT directory_version FROM mirror) AS directoryVersion`,
  )
  if (!heads) throw new Error('An aggregate always has a row.')
  return heads
}
