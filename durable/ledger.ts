// The room's rows and its two counters. Every write that is accepted takes exactly one rev. [ORD2]

import type { RoomPatch } from '../protocol/api/rooms.ts'
import type {
  MemberChange,
  MemberRow,
  MessageChange,
  Person,
  RoomRow,
} from '../protocol/changes.ts'
import type { Epoch, MessageId, Rev, Seq, UserId } from '../protocol/ids.ts'
import { next } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'
import type { RoomSeed } from './room-calls.ts'
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
  rev: Rev
  seq: Seq
  room: RoomRow
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
      const { id, name, avatar } = seed.owner
      sql.run("INSERT INTO members VALUES (?, 1, ?, ?, 'owner', 'joined')", id, name, avatar)
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
  join(person: Person, role: Role): Change | null {
    if (this.roleOf(person.id)) return null
    return this.#write((rev) => {
      this.#sql.run(
        `INSERT INTO members VALUES (?, ?, ?, ?, ?, 'joined') ON CONFLICT (user) DO UPDATE
         SET rev = excluded.rev, name = excluded.name, avatar = excluded.avatar,
             role = excluded.role, state = excluded.state`,
        ...[person.id, rev, person.name, person.avatar, role],
      )
      const row = { userId: person.id, rev, name: person.name, avatar: person.avatar, role }
      const room = this.#rewriteRoom(rev, { memberCount: this.room.memberCount + 1 })
      return written({ rev, members: [{ ...row, state: 'joined' }], room })
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

  /** Null when the member is called so already, or is none. */
  renamePerson({ id, name, avatar }: Person): Change | null {
    const member = this.member(id)
    if (!member || (member.name === name && member.avatar === avatar)) return null
    return this.#write((rev) => {
      const values = [rev, name, avatar, id]
      this.#sql.run('UPDATE members SET rev = ?, name = ?, avatar = ? WHERE user = ?', ...values)
      return written({ rev, members: [{ userId: id, rev, name, avatar }] })
    })
  }

  /** Null when the patch says what is so already. */
  changeRoom(patch: RoomPatch): Change | null {
    const now = this.room
    const { name = now.name, topic = now.topic, visibility = now.visibility } = patch
    if (name === now.name && topic === now.topic && visibility === now.visibility) return null
    return this.#write((rev) => {
      return written({ rev, room: this.#rewriteRoom(rev, { name, topic, visibility }) })
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
    if ('change' in done) {
      const { rev, room } = done.change
      this.#heads = { rev, seq: done.seq ?? this.seq, room: room ?? this.room }
    }
    return done.result
  }
}

type Work<T> = { change: Change; seq?: Seq; result: T } | { result: T }

function written(change: Change): Work<Change> {
  return { change, result: change }
}

function readHeads(sql: Sql): { rev: Rev; seq: Seq } {
  const [heads] = sql.run<{ rev: Rev; seq: Seq }>(
    `SELECT max(
       (SELECT rev FROM room),
       coalesce((SELECT rev FROM messages ORDER BY seq DESC LIMIT 1), 0),
       coalesce((SELECT max(altered) FROM messages WHERE altered IS NOT NULL), 0),
       coalesce((SELECT max(rev) FROM members), 0)
     ) AS rev, coalesce((SELECT max(seq) FROM messages), 0) AS seq`,
  )
  if (!heads) throw new Error('An aggregate always has a row.')
  return heads
}
