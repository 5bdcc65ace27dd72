// One conversation. Decides, writes, tells: in that order, and never out of it.

import type { History, HistoryQuery } from '../protocol/api/messages.ts'
import type { Member } from '../protocol/api/rooms.ts'
import type { Send } from '../protocol/commands.ts'
import { type Refusal, refusal } from '../protocol/failures.ts'
import { firstSeq, type MessageId, type UserId } from '../protocol/ids.ts'
import { floodPauseMs } from '../protocol/limits.ts'
import { type Action, may } from '../protocol/permissions.ts'
import type { Budgets } from './budgets.ts'
import type { EndedSignIns } from './ended-sign-ins.ts'
import type { Change, Ledger } from './ledger.ts'
import type { Reader } from './reader.ts'
import type {
  Answer,
  Asker,
  DirectoryEntry,
  MemberPlace,
  PersonAsOf,
  Receipt,
  RoomView,
} from './room-calls.ts'

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
  readonly #ended: EndedSignIns
  readonly #clock: Clock

  constructor(parts: {
    ledger: Ledger
    reader: Reader
    /** Told of every change, after it was written. */
    tell: (change: Change) => void
    budgets: Budgets
    ended: EndedSignIns
    clock: Clock
  }) {
    this.#ledger = parts.ledger
    this.#reader = parts.reader
    this.#announce = parts.tell
    this.#budgets = parts.budgets
    this.#ended = parts.ended
    this.#clock = parts.clock
  }

  /** The one way a message comes to be, by socket or by HTTP. [SND1–SND4] */
  send(author: Asker, message: Pick<Send, 'id' | 'body'>): Answer<Receipt> {
    const refused = this.#forbids(author, 'send') ?? this.spend(author.userId, message.id)
    if (refused) return no(refused)

    const sent = this.#ledger.send(author.userId, message, this.#clock.now())
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
  spend(userId: UserId, message: MessageId | null = null): Refusal | null {
    const spent = this.#budgets.take(userId, this.#clock.now(), message)
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

  view(caller: Asker | null): Answer<RoomView> {
    if (this.#hasEnded(caller)) return no(refusal('unauthenticated'))
    const role = this.#ledger.roleOf(caller?.userId ?? null)
    const { room } = this.#ledger
    // Whoever may not know that a room exists is told what a stranger to any room is told.
    if (!role && room.visibility === 'private') return no(refusal('notFound'))
    return yes({ room, role })
  }

  join(caller: Asker, person: PersonAsOf): Answer<RoomView> {
    const seen = this.view(caller)
    if (seen.ok && !seen.value.role) this.#tell(this.#ledger.join(person, 'member'))
    return seen.ok ? this.view(caller) : seen
  }

  leave(caller: Asker): Answer<null> {
    if (this.#hasEnded(caller)) return no(refusal('unauthenticated'))
    if (this.#ledger.roleOf(caller.userId) === 'owner') return no(refusal('ownerLeaves'))
    this.#tell(this.#ledger.leave(caller.userId))
    return yes(null)
  }

  renamePerson(person: PersonAsOf): Answer<null> {
    this.#tell(this.#ledger.renamePerson(person))
    return yes(null)
  }

  /** The directory's word, of its own accord or because somebody changed it there. */
  adopt(entry: DirectoryEntry): void {
    this.#tell(this.#ledger.adopt(entry))
  }

  change(caller: Asker, entry: DirectoryEntry): Answer<RoomView> {
    const refused = this.#forbids(caller, 'changeRoom')
    if (refused) return no(refused)
    this.adopt(entry)
    return this.view(caller)
  }

  members(
    caller: Asker | null,
    page: { after: MemberPlace | null; limit: number },
  ): Answer<readonly Member[]> {
    const refused = this.#forbids(caller, 'listMembers')
    return refused ? no(refused) : yes(this.#reader.members(page.after, page.limit))
  }

  history(caller: Asker | null, query: HistoryQuery): Answer<History> {
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

  #hasEnded(caller: Asker | null): boolean {
    return caller !== null && this.#ended.has(caller.sessionId)
  }

  /** A stranger to a private room learns nothing, not even that it exists. */
  #forbids(caller: Asker | null, action: Action): Refusal | null {
    if (this.#hasEnded(caller)) return refusal('unauthenticated')
    const role = this.#ledger.roleOf(caller?.userId ?? null)
    if (may(role, action)) return null
    return refusal(!role && this.#ledger.room.visibility === 'private' ? 'notFound' : 'forbidden')
  }
}

const yes = <T>(value: T): Answer<T> => ({ ok: true, value })
const no = (refused: Refusal): Answer<never> => ({ ok: false, refusal: refused })
