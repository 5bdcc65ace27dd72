// One conversation. Decides, writes, tells: in that order, and never out of it.

import type { History, HistoryQuery } from '../protocol/api/messages.ts'
import type { Member, RoomPatch } from '../protocol/api/rooms.ts'
import type { Person } from '../protocol/changes.ts'
import type { Send } from '../protocol/commands.ts'
import { type Refusal, refusal } from '../protocol/failures.ts'
import { firstSeq, type UserId } from '../protocol/ids.ts'
import { floodPauseMs } from '../protocol/limits.ts'
import { type Action, may, type Role } from '../protocol/permissions.ts'
import type { Budgets } from './budgets.ts'
import type { Change, Ledger } from './ledger.ts'
import type { Reader } from './reader.ts'
import type { Answer, Receipt, RoomView } from './room-calls.ts'

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
}

/**
 * Synchronous on purpose: an await between the write and the telling would let a second command
 * take the next rev and be seen first. [ORD1, ORD5]
 */
export class Room {
  readonly #ledger: Ledger
  readonly #reader: Reader
  readonly #announce: (change: Change) => void
  readonly #budgets: Budgets
  readonly #clock: Clock

  constructor(parts: {
    ledger: Ledger
    reader: Reader
    /** Told of every change, after it was written. */
    tell: (change: Change) => void
    budgets: Budgets
    clock: Clock
  }) {
    this.#ledger = parts.ledger
    this.#reader = parts.reader
    this.#announce = parts.tell
    this.#budgets = parts.budgets
    this.#clock = parts.clock
  }

  /** The one way a message comes to be, by socket or by HTTP. [SND1–SND4] */
  send(author: UserId, message: Pick<Send, 'id' | 'body'>): Answer<Receipt> {
    const refused = this.#forbids(author, 'send') ?? this.spend(author)
    if (refused) return no(refused)

    const sent = this.#ledger.send(author, message, this.#clock.now())
    switch (sent.outcome) {
      case 'written': {
        this.#announce(sent.change)
        return yes({ seq: sent.seq, rev: sent.change.rev, at: sent.at, isNew: true })
      }
      case 'repeated': // A resend after a lost reply tells nobody. [SND2]
        return yes({ seq: sent.seq, rev: sent.rev, at: sent.at, isNew: false })
      case 'conflict':
        return no(refusal('idConflict'))
      default:
        return sent satisfies never
    }
  }

  /** Takes one command from a member's budget: null, or why they have to wait. [LIM2] */
  spend(userId: UserId): Refusal | null {
    const spent = this.#budgets.take(userId, this.#clock.now())
    switch (spent.verdict) {
      case 'granted':
        return null
      case 'wait':
        return refusal('rateLimited', undefined, spent.retryAfterMs)
      case 'flood':
        return refusal('tooMany', undefined, floodPauseMs)
      default:
        return spent satisfies never
    }
  }

  view(caller: UserId | null): Answer<RoomView> {
    const role = this.#ledger.roleOf(caller)
    const { room } = this.#ledger
    // Whoever may not know that a room exists is told what a stranger to any room is told.
    if (!role && room.visibility === 'private') return no(refusal('notFound'))
    return yes({ room, role })
  }

  join(person: Person): Answer<RoomView> {
    const seen = this.view(person.id)
    if (seen.ok && !seen.value.role) this.#tell(this.#ledger.join(person, 'member'))
    return seen.ok ? this.view(person.id) : seen
  }

  leave(userId: UserId): Answer<null> {
    if (this.#ledger.roleOf(userId) === 'owner') return no(refusal('ownerLeaves'))
    this.#tell(this.#ledger.leave(userId))
    return yes(null)
  }

  renamePerson(person: Person): Answer<null> {
    this.#tell(this.#ledger.renamePerson(person))
    return yes(null)
  }

  change(caller: UserId, patch: RoomPatch): Answer<RoomView> {
    const refused = this.#forbids(caller, 'changeRoom')
    if (refused) return no(refused)
    this.#tell(this.#ledger.changeRoom(patch))
    return this.view(caller)
  }

  members(
    caller: UserId | null,
    page: { after: { role: Role; name: string; id: UserId } | null; limit: number },
  ): Answer<readonly Member[]> {
    const refused = this.#forbids(caller, 'listMembers')
    return refused ? no(refused) : yes(this.#reader.members(page.after, page.limit))
  }

  history(caller: UserId | null, query: HistoryQuery): Answer<History> {
    const refused = this.#forbids(caller, 'read')
    if (refused) return no(refused)
    const messages = [...this.#reader.history(query)]
    const { epoch, rev, seq } = this.#ledger
    const people = [...this.#reader.authorsOf(messages)]
    return yes({ messages, people, epoch, rev, first: seq === 0 ? seq : firstSeq, last: seq })
  }

  #tell(change: Change | null): void {
    if (change) this.#announce(change)
  }

  /** A stranger to a private room learns nothing, not even that it exists. */
  #forbids(caller: UserId | null, action: Action): Refusal | null {
    const role = this.#ledger.roleOf(caller)
    if (may(role, action)) return null
    return refusal(!role && this.#ledger.room.visibility === 'private' ? 'notFound' : 'forbidden')
  }
}

const yes = <T>(value: T): Answer<T> => ({ ok: true, value })
const no = (refused: Refusal): Answer<never> => ({ ok: false, refusal: refused })
