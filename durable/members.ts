// The members' rows: who is in, and as what.

import type { MemberRow, Notice, Person, RoomRow } from '../protocol/changes.ts'
import { next, type Rev, type UserId } from '../protocol/ids.ts'
import { quietMembersMax } from '../protocol/limits.ts'
import type { Action, Role } from '../protocol/permissions.ts'
import { type Change, type Ledger, written } from './ledger.ts'
import type { Messages } from './messages.ts'
import type { PersonAsOf } from './room-calls.ts'
import { columns, memberOf, rankSql, type StoredMember } from './rows.ts'
import type { Sql, SqlValue } from './sql.ts'

/** Somebody who is in, as each of their commands is judged. */
export interface Standing {
  readonly role: Role
  readonly mutedUntil: number | null
  /** Their last message in slow mode. */
  readonly sentAt: number | null
  /** What a bot was made for; null for people, who may all that their role may. */
  readonly rights: readonly Action[] | null
}

export class Members {
  readonly #sql: Sql
  readonly #ledger: Ledger
  readonly #messages: Messages

  constructor(parts: { sql: Sql; ledger: Ledger; messages: Messages }) {
    this.#sql = parts.sql
    this.#ledger = parts.ledger
    this.#messages = parts.messages
  }

  /** The row of anyone who ever was in the room, with the state they are in now. */
  find(userId: UserId): MemberRow | null {
    const [row] = this.#sql.run<StoredMember>(
      `SELECT ${columns.member} FROM members WHERE user = ?`,
      userId,
    )
    return row ? memberOf(row) : null
  }

  /** Null for whoever is not in. */
  standing(userId: UserId): Standing | null {
    const [row] = this.#sql.run<StoredStanding>(
      `SELECT role, muted_until AS mutedUntil, sent_at AS sentAt, rights FROM members
       WHERE user = ? AND state = 'joined'`,
      userId,
    )
    return row ? { ...row, rights: row.rights === null ? null : JSON.parse(row.rights) } : null
  }

  roleOf(userId: UserId | null): Role | null {
    return userId === null ? null : (this.standing(userId)?.role ?? null)
  }

  person(userId: UserId): Person | null {
    const row = this.find(userId)
    return row && { id: userId, name: row.name, avatar: row.avatar, ...flagOf(row) }
  }

  ownerId(): UserId {
    const [owner] = this.#sql.run<{ user: UserId }>("SELECT user FROM members WHERE role = 'owner'")
    if (!owner) throw new Error('A room always has its owner.')
    return owner.user
  }

  /**
   * Puts somebody in, or back in, with all before them read; null when they are in already. A bot comes
   * with its `rights`, and every crowd is told of it.
   */
  join(
    person: PersonAsOf,
    role: Role,
    now: number,
    rights: readonly Action[] | null = null,
  ): Change | null {
    const known = this.find(person.id)
    if (known?.state === 'joined') return null
    const isNews = person.asOf > this.#namedAt(person.id)
    const { name, avatar } = known && !isNews ? known : person
    const memberCount = this.#ledger.room.memberCount + 1
    const isBot = rights !== null
    const isQuiet = memberCount > quietMembersMax && !isBot && !this.#isNotable(person.id)
    const { seq } = this.#ledger
    const readSeq = isQuiet ? seq : next(seq) // With the line that tells of it.
    return this.#ledger.write((rev) => {
      this.#sql.run(
        `INSERT INTO members
           (user, rev, joined_rev, name, avatar, role, state, named_at, read_seq, marked, rights,
            notable)
         VALUES (?, ?, ?, ?, ?, ?, 'joined', ?, ?, 1, ?, ?) ON CONFLICT (user) DO UPDATE
         SET rev = excluded.rev, joined_rev = excluded.joined_rev, name = excluded.name,
             avatar = excluded.avatar, role = excluded.role, state = excluded.state,
             read_seq = excluded.read_seq, marked = 1,
             named_at = max(named_at, excluded.named_at), rights = excluded.rights,
             notable = max(notable, excluded.notable)`,
        ...[person.id, rev, rev, name, avatar, role, person.asOf, readSeq],
        ...[rights && JSON.stringify(rights), isBot ? 1 : 0],
      )
      const room = this.#ledger.rewriteRoom(rev, { memberCount })
      if (isQuiet) return written({ rev, room })
      const mutedUntil = known?.mutedUntil ?? null
      const state = 'joined' as const
      const flag = isBot ? { isBot } : {}
      const row = { userId: person.id, rev, name, avatar, role, state, mutedUntil, ...flag }
      const notice = { event: 'joined', userId: person.id } as const
      return written({ rev, members: [row], room, ...this.#note(rev, person.id, notice, now) })
    })
  }

  /** Null when they are not in. */
  leave(userId: UserId, now: number): Change | null {
    const known = this.find(userId)
    if (known?.state !== 'joined') return null
    return this.#ledger.write((rev) => {
      const isQuiet = this.#ledger.isCrowd && !this.#isNotable(userId)
      const row = this.#rewrite({ ...known, rev, state: 'left' })
      const room = this.#countOut(rev)
      if (isQuiet) return written({ rev, room, gone: userId })
      const notice = { event: 'left', userId } as const
      return written({
        rev,
        members: [row],
        room,
        gone: userId,
        ...this.#note(rev, userId, notice, now),
      })
    })
  }

  /** Out, and free to come back; null when they are not in. */
  remove(by: UserId, userId: UserId, now: number): Change | null {
    const known = this.find(userId)
    if (known?.state !== 'joined') return null
    return this.#expel(by, { ...known, state: 'removed' }, now)
  }

  /** Out for good; null when they are banned already. Whoever was never in gets a row that says so. */
  ban(by: UserId, person: PersonAsOf, now: number): Change | null {
    const known = this.find(person.id)
    if (known?.state === 'banned') return null
    if (known?.state === 'joined') return this.#expel(by, { ...known, state: 'banned' }, now)
    return this.#ledger.write((rev) => {
      const { id: userId, name, avatar } = known ? { ...person, ...known } : person
      this.#sql.run(
        `INSERT INTO members (user, rev, name, avatar, role, state, named_at, notable)
         VALUES (?, ?, ?, ?, 'member', 'banned', ?, 1) ON CONFLICT (user) DO UPDATE
         SET rev = excluded.rev, state = excluded.state, notable = 1`,
        ...[userId, rev, name, avatar, person.asOf],
      )
      const row = this.find(userId)
      return written({ rev, members: row ? [row] : [] })
    })
  }

  /** From banned to gone; null when there is no ban. */
  unban(userId: UserId): Change | null {
    const known = this.find(userId)
    return known?.state === 'banned' ? this.#alter({ ...known, state: 'removed' }) : null
  }

  mute(known: MemberRow, mutedUntil: number | null): Change | null {
    return mutedUntil === known.mutedUntil ? null : this.#alter({ ...known, mutedUntil })
  }

  changeRole(by: UserId, known: MemberRow, role: Role, now: number): Change | null {
    if (role === known.role) return null
    return this.#ledger.write((rev) => {
      const row = this.#rewrite({ ...known, rev, role })
      const notice = { event: 'roleChanged', userId: known.userId, role } as const
      return written({ rev, members: [row], ...this.#note(rev, by, notice, now) })
    })
  }

  /** There is one owner, whom nobody silences: who was it stays as a moderator. */
  handOver(from: MemberRow, to: MemberRow, now: number): Change {
    return this.#ledger.write((rev) => {
      const before = this.#rewrite({ ...from, rev, role: 'moderator' })
      const after = this.#rewrite({ ...to, rev, role: 'owner', mutedUntil: null })
      const notice = { event: 'roleChanged', userId: to.userId, role: 'owner' } as const
      const note = this.#note(rev, from.userId, notice, now)
      return written({ rev, members: [before, after], ...note })
    })
  }

  /**
   * Null when it is no news: an older name, the same one, or of nobody here. The row is told whole,
   * and also to a crowd: some hold it from quieter days, and its owner always does. [SOK5, SOK15]
   */
  rename({ id, name, avatar, asOf }: PersonAsOf): Change | null {
    const known = this.find(id)
    if (!known || asOf <= this.#namedAt(id)) return null
    return this.#ledger.write((rev) => {
      this.#sql.run('UPDATE members SET named_at = ? WHERE user = ?', asOf, id)
      if (known.name === name && known.avatar === avatar) return { result: null }
      const values = [rev, name, avatar, id]
      this.#sql.run('UPDATE members SET rev = ?, name = ?, avatar = ? WHERE user = ?', ...values)
      return written({ rev, members: [{ ...known, rev, name, avatar }] })
    })
  }

  /** Who takes over from an owner: of the highest rank who came first, and no bot. Null where nobody else is in. */
  heir(): MemberRow | null {
    const [row] = this.#sql.run<StoredMember>(
      `SELECT ${columns.member} FROM members
       WHERE state = 'joined' AND role IN ('moderator', 'member') AND rights IS NULL
       ORDER BY ${rankSql}, joined_rev, user LIMIT 1`,
    )
    return row ? memberOf(row) : null
  }

  /**
   * Nothing stays but the id, and a ban of it: no name of any later moment is news any more. Told whole,
   * also to a crowd. Without an `heir` a deserted room keeps its owner. `note` is part of the `write`. [S29]
   */
  forget(known: MemberRow, heir: MemberRow | null, now: number, note: () => void): Change {
    const { userId } = known
    return this.#ledger.write((rev) => {
      note()
      const isQuiet = !heir && this.#ledger.isCrowd && !this.#isNotable(userId)
      const former = this.#rewrite(formerOf({ ...known, rev }, heir !== null))
      this.#sql.run(
        `UPDATE members SET name = '', avatar = NULL, named_at = ?, read_seq = 0, marked = NULL,
           sent_at = NULL, notable = 1 WHERE user = ?`,
        ...[Number.MAX_SAFE_INTEGER, userId],
      )
      if (known.state !== 'joined') return written({ rev, members: [former] })
      const owner = heir && this.#rewrite({ ...heir, rev, role: 'owner', mutedUntil: null })
      const members = owner ? [former, owner] : [former]
      const room = this.#countOut(rev)
      if (isQuiet) return written({ rev, members, room, gone: userId })
      const notice: Notice = heir
        ? { event: 'roleChanged', userId: heir.userId, role: 'owner' }
        : { event: 'left', userId }
      const line = this.#note(rev, userId, notice, now)
      return written({ rev, members, room, gone: userId, ...line })
    })
  }

  #expel(by: UserId, expelled: MemberRow & { state: 'removed' | 'banned' }, now: number): Change {
    const { userId, state: event } = expelled
    return this.#ledger.write((rev) => {
      const row = this.#rewrite({ ...expelled, rev, role: 'member' })
      const room = this.#countOut(rev)
      const note = this.#note(rev, by, { event, userId }, now)
      return written({ rev, members: [row], room, gone: userId, ...note })
    })
  }

  #alter(row: MemberRow): Change {
    return this.#ledger.write((rev) => written({ rev, members: [this.#rewrite({ ...row, rev })] }))
  }

  /** Part of a `write`. What is done to somebody is told even to a crowd, and so is all that follows. */
  #rewrite(row: MemberRow): MemberRow {
    this.#sql.run(
      `UPDATE members SET rev = ?, role = ?, state = ?, muted_until = ?,
         notable = CASE WHEN ? = 'left' THEN notable ELSE 1 END WHERE user = ?`,
      ...[row.rev, row.role, row.state, row.mutedUntil, row.state, row.userId],
    )
    return row
  }

  #countOut(rev: Rev): RoomRow {
    return this.#ledger.rewriteRoom(rev, { memberCount: this.#ledger.room.memberCount - 1 })
  }

  #note(rev: Rev, by: UserId, notice: Notice, now: number) {
    return this.#messages.note(rev, by, notice, now)
  }

  #isNotable(userId: UserId): boolean {
    return this.#sql.run('SELECT 1 FROM members WHERE user = ? AND notable = 1', userId).length > 0
  }

  #namedAt(userId: UserId): number {
    const [row] = this.#sql.run<{ at: number }>(
      'SELECT named_at AS at FROM members WHERE user = ?',
      userId,
    )
    return row?.at ?? Number.NEGATIVE_INFINITY
  }
}

/** As it lies: a bot's rights as JSON. */
type StoredStanding = Omit<Standing, 'rights'> & { readonly rights: string | null } & Record<
    string,
    SqlValue
  >

const flagOf = ({ isBot }: MemberRow) => (isBot ? { isBot } : {})

function formerOf(known: MemberRow, isHandedOver: boolean): MemberRow {
  const role = known.role === 'owner' && !isHandedOver ? 'owner' : 'member'
  const state = known.state === 'banned' ? 'banned' : 'left'
  return { ...known, name: '', avatar: null, role, state, mutedUntil: null }
}
