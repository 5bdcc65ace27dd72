// Somebody whose account was deleted, forgotten by the room: at once who they were, then by slices what
// they said. A row each, so that a kill anywhere only delays it. [S29]

import type { UserId } from '../protocol/ids.ts'
import { forgetScanRows } from '../protocol/limits.ts'
import type { Agenda } from './agenda.ts'
import type { Change, Ledger } from './ledger.ts'
import type { Members } from './members.ts'
import type { Messages } from './messages.ts'
import type { Clock } from './room.ts'
import type { Forgotten } from './room-calls.ts'
import type { Sql } from './sql.ts'

export interface ForgettingParts {
  readonly sql: Sql
  readonly ledger: Ledger
  readonly members: Members
  readonly messages: Messages
  readonly agenda: Agenda
  /** Told of every change, after it was written. */
  readonly tell: (change: Change) => void
  readonly clock: Clock
}

/** `next`: the first message that was not looked at; null when all were. */
type Noted = { user: UserId; next: number | null; erased: number; handed: number }

export class Forgetting {
  readonly #parts: ForgettingParts

  constructor(parts: ForgettingParts) {
    this.#parts = parts
  }

  /** Idempotent. Whoever is still named here is a former member after it; false where that was so before. */
  begin(userId: UserId, erases: boolean): boolean {
    const { members, tell, agenda, clock } = this.#parts
    const known = members.find(userId)
    const isNamed = known !== null && (known.name !== '' || known.state === 'joined')
    if (!isNamed && this.#noted(userId)) return false
    const heir = known?.role === 'owner' ? members.heir() : null
    const note = () => this.#note(userId, erases, heir !== null)
    if (isNamed) tell(members.forget(known, heir, clock.now(), note))
    else note()
    if (erases) agenda.arm('forgetting', clock.now())
    return true
  }

  /** One step more, of one rev at most: the beginning, or a slice. How far it is by now. [ORD2] */
  advance(userId: UserId, erases: boolean): Forgotten {
    const hasBegun = this.begin(userId, erases)
    const before = hasBegun ? null : this.#noted(userId)
    if (before) this.#slice(before)
    const after = this.#noted(userId)
    return {
      isDone: after?.next === null,
      erased: after?.erased ?? 0,
      isHandedOver: after?.handed === 1,
      isDeserted: this.#parts.ledger.isDeserted,
    }
  }

  /** One slice of whoever is not forgotten yet; false when nobody is left. */
  goOn(): boolean {
    const [next] = this.#parts.sql.run<Noted>(
      'SELECT * FROM forgotten WHERE next IS NOT NULL LIMIT 1',
    )
    if (next) this.#slice(next)
    return next !== undefined
  }

  /** In one rev, however many messages it changes; in none where there is nothing to change. */
  #slice({ user, next }: Noted): void {
    if (next === null) return
    const { sql, ledger, messages, tell, clock } = this.#parts
    const { rows, isWhole } = messages.tracesOf(user, next, next + forgetScanRows)
    const to = isWhole ? next + forgetScanRows : (rows.at(-1)?.seq ?? next) + 1
    const erased = rows.filter(({ authorId }) => authorId === user).length
    const note = () => {
      sql.run(
        'UPDATE forgotten SET next = ?, erased = erased + ? WHERE user = ?',
        ...[to > ledger.seq ? null : to, erased, user],
      )
    }
    const at = ledger.timeOfNext(clock.now())
    if (rows.length > 0) tell(messages.forget(rows, user, at, note))
    else note()
  }

  #noted(userId: UserId): Noted | null {
    const [row] = this.#parts.sql.run<Noted>('SELECT * FROM forgotten WHERE user = ?', userId)
    return row ?? null
  }

  #note(userId: UserId, erases: boolean, isHanded: boolean): void {
    this.#parts.sql.run(
      `INSERT INTO forgotten (user, next, erased, handed) VALUES (?, ?, 0, ?)
       ON CONFLICT (user) DO UPDATE SET next = excluded.next, handed = max(handed, excluded.handed)`,
      ...[userId, erases ? 1 : null, isHanded ? 1 : 0],
    )
  }
}
