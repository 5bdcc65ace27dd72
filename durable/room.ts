// One conversation. Decides, writes, tells: in that order, and never out of it.

import type { History, HistoryQuery } from '../protocol/api/messages.ts'
import type { MessageChange, MessageRow } from '../protocol/changes.ts'
import { type Refusal, refusal } from '../protocol/failures.ts'
import { firstSeq, type Seq, type UserId } from '../protocol/ids.ts'
import { storageBytesMax } from '../protocol/limits.ts'
import { no, noBecause, yes } from './answers.ts'
import type { Budgets } from './budgets.ts'
import type { Change, Ledger } from './ledger.ts'
import type { Members, Standing } from './members.ts'
import type { Known, Messages } from './messages.ts'
import type { Reader } from './reader.ts'
import { allows, mutedNow, type Permitted, type Rights } from './rights.ts'
import type {
  Answer,
  Asker,
  Erasure,
  Found,
  NewMessage,
  Reaction,
  Receipt,
  Revision,
  RoomSearch,
} from './room-calls.ts'
import type { Search } from './search.ts'
import { type Circumstances, decide } from './send-decision.ts'
import type { Counts } from './tally.ts'

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
}

/** What the room is built of. */
export interface RoomParts {
  readonly ledger: Ledger
  readonly messages: Messages
  readonly members: Members
  readonly reader: Reader
  readonly search: Search
  readonly rights: Rights
  readonly budgets: Budgets
  /** Told of every change, after it was written. */
  readonly tell: (change: Change) => void
  readonly storageBytes: () => number
  readonly clock: Clock
  readonly counts: Counts
}

/**
 * Synchronous on purpose: an await between the write and the telling would let a second command
 * take the next rev and be seen first. [ORD1, ORD5]
 */
export class Room {
  readonly #parts: RoomParts

  constructor(parts: RoomParts) {
    this.#parts = parts
  }

  /** The one way a message comes to be, by socket or by HTTP; `isPassing` before its turn. [SND1–SND5] */
  send(author: Asker, message: NewMessage, isPassing = false): Answer<Receipt> {
    const { counts } = this.#parts
    const answer = this.#decided(author, message, isPassing)
    if (answer.ok) counts.add('messagesAccepted', {}, answer.value.isNew ? 1 : 0)
    else counts.add('messagesRefused', answer.refusal)
    return answer
  }

  #decided(author: Asker, message: NewMessage, isPassing: boolean): Answer<Receipt> {
    const { rights, budgets, clock, counts } = this.#parts
    const now = clock.now()
    const permitted = rights.permit(author, 'send')
    if (!permitted.ok) return no(permitted.refusal)
    const { standing } = permitted
    const decision = decide(this.#circumstances(author.userId, message, standing, now, isPassing))
    switch (decision.act) {
      case 'write':
        return this.#write(author.userId, message, standing, now)
      case 'answer':
        return repeated(decision.known)
      case 'refuse':
        return no(decision.refusal)
      case 'putOff':
        if (decision.refusal.code === 'slowMode') counts.add('limits', { budget: 'slowMode' })
        budgets.putOff(author.userId, message.id, decision.refusal, now)
        return no(decision.refusal)
      default:
        return decision satisfies never
    }
  }

  /** Only its author, within the room's window. [SND6] */
  edit(author: Asker, { seq, body, mentions }: Revision): Answer<Receipt> {
    const { messages, ledger, clock } = this.#parts
    const now = clock.now()
    const refused = this.#refusedToWrite(author, 'editOwn', now)
    if (refused) return no(refused)
    const found = this.#living(seq)
    if (!found.ok) return found
    const before = found.value
    if (before.authorId !== author.userId) return noBecause('forbidden')
    const { editWindowSeconds } = ledger.room.settings
    const isClosed =
      editWindowSeconds !== null && now >= before.createdAt + editWindowSeconds * 1_000
    if (isClosed) return noBecause('editClosed')
    const full = this.#fullness()
    if (full) return no(full)

    const named = mentions ? this.#presentAmong(mentions) : before.mentions
    const at = ledger.timeOfNext(now) // A clock set back makes no edit older than its message.
    return this.#settled(before, messages.edit(before, body, named, at), at)
  }

  /** Its author, or a moderator. A tombstone is deleted already. [SND6] */
  erase(caller: Asker, { seq }: Erasure): Answer<Receipt> {
    const { rights, messages, ledger, clock } = this.#parts
    const permitted = rights.permit(caller, 'deleteOwn')
    const refused = refusalOf(permitted) ?? this.spend(caller.userId)
    if (refused) return no(refused)
    const before = messages.find(seq)
    if (before?.kind !== 'message') return noBecause('notFound')
    const isOwn = before.authorId === caller.userId
    if (!isOwn && permitted.ok && !allows(permitted.standing, 'deleteAny'))
      return noBecause('forbidden')
    const at = ledger.timeOfNext(clock.now())
    const change = before.deletedAt === null ? messages.erase(before, at) : null
    return this.#settled(before, change, at)
  }

  /** Says how it should be; saying so twice is once. [SND7] */
  react(caller: Asker, { seq, emoji, on }: Reaction): Answer<Receipt> {
    const { messages, clock } = this.#parts
    const now = clock.now()
    const refused = this.#refusedToWrite(caller, 'react', now)
    if (refused) return no(refused)
    const found = this.#living(seq)
    if (!found.ok) return found
    const full = on ? this.#fullness() : null
    if (full) return no(full)
    const change = messages.react(found.value, caller.userId, emoji, on)
    if (change === 'full') return noBecause('reactionsFull')
    return this.#settled(found.value, change, now, [caller.userId])
  }

  /** Takes one command from a member's budget: null, or why they have to wait. [LIM2, SOK16] */
  spend(userId: UserId): Refusal | null {
    return this.#parts.budgets.spend(userId, this.#parts.clock.now())
  }

  history(caller: Asker | null, query: HistoryQuery): Answer<History> {
    const { rights, reader, ledger } = this.#parts
    const refused = rights.forbids(caller, 'read')
    if (refused) return no(refused)
    const messages = [...reader.history(query)]
    const { epoch, rev, seq } = ledger
    const people = [...reader.peopleIn(messages)]
    return yes({ messages, people, epoch, rev, first: seq === 0 ? seq : firstSeq, last: seq })
  }

  search(caller: Asker, search: RoomSearch): Answer<Found> {
    const refused = this.#parts.rights.forbids(caller, 'read') ?? this.spend(caller.userId)
    return refused ? no(refused) : yes(this.#parts.search.find(search))
  }

  /**
   * All that `decide` asks for. Spends a token. Where nothing speaks against a message, whether it is
   * a repeat is left for its writing to find out.
   */
  #circumstances(
    author: UserId,
    message: NewMessage,
    standing: Standing,
    now: number,
    isPassing: boolean,
  ): Circumstances {
    const { messages, ledger, budgets } = this.#parts
    const pause = this.#slowModePause(standing, now)
    const muted = mutedNow(standing, now)
    const full = this.#fullness()
    const isAstray = message.replyTo !== null && message.replyTo > ledger.seq
    const isPlain = !pause && !muted && !full && !isAstray
    const isClear = isPlain && !isPassing && budgets.isFree(author, now)
    const known = isClear ? null : messages.repeatOf(author, message)
    const turn = known ? null : message.id // A repeat has had its turn.
    const spent = budgets.spend(author, now, turn, {
      pauseMs: pause?.retryAfterMs,
      isPassing: isPassing && !known,
    })
    return { known, spent, isAstray, muted, pause, full }
  }

  #write(author: UserId, message: NewMessage, standing: Standing, now: number): Answer<Receipt> {
    const named = { ...message, mentions: this.#presentAmong(message.mentions) }
    const isTimed = this.#slowModeMs(standing) > 0
    const sent = this.#parts.messages.send(author, named, now, isTimed)
    if (sent.outcome !== 'written') return repeated(sent)
    this.#tell(sent.change)
    return yes({ seq: sent.seq, rev: sent.change.rev, at: sent.at, isNew: true })
  }

  #refusedToWrite(caller: Asker, action: 'editOwn' | 'react', now: number): Refusal | null {
    const permitted = this.#parts.rights.permitWriting(caller, action, now)
    return refusalOf(permitted) ?? this.spend(caller.userId)
  }

  /** A message that still says something. */
  #living(seq: Seq): Answer<MessageRow> {
    const found = this.#parts.messages.find(seq)
    if (found?.kind !== 'message') return noBecause('notFound')
    return found.deletedAt === null ? yes(found) : noBecause('messageGone')
  }

  #settled(
    before: MessageRow,
    change: Change | null,
    at: number,
    named: readonly UserId[] = [],
  ): Answer<Receipt> {
    const { seq, rev, createdAt, editedAt, deletedAt } = before
    if (!change) return yes({ seq, rev, at: deletedAt ?? editedAt ?? createdAt, isNew: false })
    this.#tell(change, named)
    return yes({ seq, rev: change.rev, at, isNew: true })
  }

  #presentAmong(mentions: readonly UserId[]): UserId[] {
    return [...new Set(mentions)].filter((userId) => this.#parts.members.standing(userId))
  }

  #fullness(): Refusal | null {
    return this.#parts.storageBytes() < storageBytesMax ? null : refusal('storageFull')
  }

  #slowModePause(standing: Standing, now: number): Refusal | null {
    const { sentAt } = standing
    const waitMs = sentAt === null ? 0 : sentAt + this.#slowModeMs(standing) - now
    return waitMs > 0 ? refusal('slowMode', undefined, waitMs) : null
  }

  #slowModeMs(standing: Standing): number {
    const { slowModeSeconds } = this.#parts.ledger.room.settings
    return allows(standing, 'skipSlowMode') ? 0 : slowModeSeconds * 1_000
  }

  /** In a crowd nobody knows everybody: whom the rows name comes along. [SOK15] */
  #tell(change: Change, named: readonly UserId[] = []): void {
    const { ledger, members, tell } = this.#parts
    if (!ledger.isCrowd) return tell(change)
    const ids = new Set([...named, ...(change.messages ?? []).flatMap(namedBy)])
    const people = [...ids].flatMap((userId) => members.person(userId) ?? [])
    tell({ ...change, people })
  }
}

/** A resend after a lost reply tells nobody. [SND2] */
function repeated(known: Known): Answer<Receipt> {
  if (known.outcome === 'conflict') return noBecause('idConflict')
  return yes({ seq: known.seq, rev: known.rev, at: known.at, isNew: false })
}

function namedBy({ authorId, mentions = [] }: MessageChange): UserId[] {
  return authorId ? [authorId, ...mentions] : mentions
}

function refusalOf(permitted: Permitted): Refusal | null {
  return permitted.ok ? null : permitted.refusal
}
