// The room's rows and its two counters. Every write that is accepted takes exactly one rev. [ORD2]

import type { MemberChange, MemberRow, MessageChange, RoomRow } from '../protocol/changes.ts'
import type { Epoch, MessageId, Rev, Seq, UserId } from '../protocol/ids.ts'
import { next } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'
import type { DirectoryEntry, PersonAsOf, RoomSeed } from './room-calls.ts'
import { columns } from './schema.ts'
import type { Sql } from './sql.ts'

/** What one accepted command changed; what everyone is told. */
export interface Change {
  readonly rev: Rev
  readonly messages?: readonly MessageChange[]
  readonly members?: readonly MemberChange[]
  readonly room?: RoomRow
}

/** A message as the ledger has it, whether it came just now or long ago. */
export type Sent =
  | { readonly outcome: 'written'; readonly seq: Seq; readonly at: number; readonly change: Change }
  | { readonly outcome: 'repeated'; readonly seq: Seq; readonly rev: Rev; readonly at: number }
  | { readonly outcome: 'conflict' }

interface Heads {
  readonly rev: Rev
  readonly seq: Seq
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
    const [room] = sql.run<RoomRow>(`SELECT ${columns.room} FROM room`)
    if (!stored || !room) throw new Error('A ledger needs an opened room.')
    this.epoch = stored.epoch
    this.#heads = { ...readHeads(sql), room }
  }

  /** The first rev of a new room: the room itself and its owner. */
  static open(sql: Sql, seed: RoomSeed, epoch: Epoch): Ledger {
    sql.atomically(() => {
      sql.run(
        'INSERT INTO room VALUES (1, ?, ?, 1, ?, ?, ?, 1)',
        ...[seed.id, epoch, seed.name, seed.topic, seed.visibility],
      )
      const { id, name, avatar, asOf } = seed.owner
      sql.run(
        "INSERT INTO members VALUES (?, 1, ?, ?, 'owner', 'joined', ?)",
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

  /** The row of anyone who ever was in the room, with the state they are in now. */
  member(userId: UserId): MemberRow | null {
    const [row] = this.#sql.run<MemberRow>(
      `SELECT ${columns.member} FROM members WHERE user = ?`,
      userId,
    )
    return row ?? null
  }

  /** The role of somebody who is in the room, null for everybody else. */
  roleOf(userId: UserId | null): Role | null {
    const member = userId && this.member(userId)
    return member && member.state === 'joined' ? member.role : null
  }

  /** One author's id is unique for ever: a repeat finds the first and writes nothing. [SND2] */
  send(author: UserId, message: { id: MessageId; body: string }, at: number): Sent {
    return this.#write((rev) => {
      const seq = next(this.seq)
      const written = this.#sql.run(
        `INSERT INTO messages (seq, rev, id, author, kind, body, created_at)
         VALUES (?, ?, ?, ?, 'message', ?, ?) ON CONFLICT (author, id) DO NOTHING RETURNING seq`,
        ...[seq, rev, message.id, author, message.body, at],
      )
      if (written.length === 0) return { result: this.#repeat(author, message) }

      const row = { seq, rev, id: message.id, authorId: author, body: message.body, createdAt: at }
      const change = { rev, messages: [row] }
      return { change, seq, result: { outcome: 'written', seq, at, change } }
    })
  }

  /** Puts somebody in, or back in; null when they are in already. */
  join(person: PersonAsOf, role: Role): Change | null {
    const known = this.member(person.id)
    if (known?.state === 'joined') return null
    const isNews = person.asOf > this.#namedAt(person.id)
    const { name, avatar } = known && !isNews ? known : person
    return this.#write((rev) => {
      this.#sql.run(
        `INSERT INTO members VALUES (?, ?, ?, ?, ?, 'joined', ?) ON CONFLICT (user) DO UPDATE
         SET rev = excluded.rev, name = excluded.name, avatar = excluded.avatar,
             role = excluded.role, state = excluded.state,
             named_at = max(named_at, excluded.named_at)`,
        ...[person.id, rev, name, avatar, role, person.asOf],
      )
      const row = { userId: person.id, rev, name, avatar, role, state: 'joined' as const }
      const room = this.#rewriteRoom(rev, { memberCount: this.room.memberCount + 1 })
      return written({ rev, members: [row], room })
    })
  }

  /** Null when they are not in. */
  leave(userId: UserId): Change | null {
    if (!this.roleOf(userId)) return null
    return this.#write((rev) => {
      this.#sql.run("UPDATE members SET rev = ?, state = 'left' WHERE user = ?", rev, userId)
      const room = this.#rewriteRoom(rev, { memberCount: this.room.memberCount - 1 })
      return written({ rev, members: [{ userId, rev, state: 'left' }], room })
    })
  }

  /** Null when it is no news: an older name, the same one, or of nobody here. */
  renamePerson({ id, name, avatar, asOf }: PersonAsOf): Change | null {
    const member = this.member(id)
    if (!member || asOf <= this.#namedAt(id)) return null
    return this.#write((rev) => {
      this.#sql.run('UPDATE members SET named_at = ? WHERE user = ?', asOf, id)
      if (member.name === name && member.avatar === avatar) return { result: null }
      const values = [rev, name, avatar, id]
      this.#sql.run('UPDATE members SET rev = ?, name = ?, avatar = ? WHERE user = ?', ...values)
      return written({ rev, members: [{ userId: id, rev, name, avatar }] })
    })
  }

  /** Takes the directory's word for name, topic and visibility; null when it is no news. */
  adopt({ name, topic, visibility, version }: DirectoryEntry): Change | null {
    if (version <= this.#heads.directoryVersion) return null
    return this.#write((rev) => {
      this.#sql.run('UPDATE mirror SET directory_version = ?', version)
      const now = this.room
      if (name === now.name && topic === now.topic && visibility === now.visibility) {
        return { result: null, directoryVersion: version }
      }
      const room = this.#rewriteRoom(rev, { name, topic, visibility })
      return { ...written({ rev, room }), directoryVersion: version }
    })
  }

  #repeat(author: UserId, message: { id: MessageId; body: string }): Sent {
    const [first] = this.#sql.run<{ seq: Seq; rev: Rev; body: string; created_at: number }>(
      'SELECT seq, rev, body, created_at FROM messages WHERE author = ? AND id = ?',
      ...[author, message.id],
    )
    if (first?.body !== message.body) return { outcome: 'conflict' }
    return { outcome: 'repeated', seq: first.seq, rev: first.rev, at: first.created_at }
  }

  #namedAt(userId: UserId): number {
    const [row] = this.#sql.run<{ at: number }>(
      'SELECT named_at AS at FROM members WHERE user = ?',
      userId,
    )
    return row?.at ?? Number.NEGATIVE_INFINITY
  }

  #rewriteRoom(rev: Rev, patch: Partial<RoomRow>): RoomRow {
    const room = { ...this.room, ...patch, rev }
    this.#sql.run(
      'UPDATE room SET rev = ?, name = ?, topic = ?, visibility = ?, member_count = ?',
      ...[rev, room.name, room.topic, room.visibility, room.memberCount],
    )
    return room
  }

  /** One command, one transaction, one rev, which is taken only if something was written. */
  #write<T>(work: (rev: Rev) => Work<T>): T {
    const done = this.#sql.atomically(() => work(next(this.rev)))
    const { change, seq, directoryVersion } = done
    this.#heads = {
      rev: change?.rev ?? this.rev,
      seq: seq ?? this.seq,
      room: change?.room ?? this.room,
      directoryVersion: directoryVersion ?? this.#heads.directoryVersion,
    }
    return done.result
  }
}

/** What a transaction did: without a change, what it wrote is nobody's news. */
interface Work<T> {
  readonly result: T
  readonly change?: Change
  readonly seq?: Seq
  readonly directoryVersion?: number
}

function written(change: Change): Work<Change> {
  return { change, result: change }
}

function readHeads(sql: Sql): { rev: Rev; seq: Seq; directoryVersion: number } {
  const [heads] = sql.run<{ rev: Rev; seq: Seq; directoryVersion: number }>(
    `SELECT max(
       (SELECT rev FROM room),
       coalesce((SELECT rev FROM messages ORDER BY seq DESC LIMIT 1), 0),
       coalesce((SELECT max(altered) FROM messages WHERE altered IS NOT NULL), 0),
       coalesce((SELECT max(rev) FROM members), 0)
     ) AS rev,
     coalesce((SELECT max(seq) FROM messages), 0) AS seq,
     (SELECT directory_version FROM mirror) AS directoryVersion`,
  )
  if (!heads) throw new Error('An aggregate always has a row.')
  return heads
}
