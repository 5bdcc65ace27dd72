// Who is in the room and what they may do: how they come, go, rise and are kept out.

import type { MemberRow, Notice, Person, RoomSettings } from '../protocol/changes.ts'
import { type Refusal, refusal } from '../protocol/failures.ts'
import type { UserId } from '../protocol/ids.ts'
import { type Action, outranks } from '../protocol/permissions.ts'
import { no, noBecause, yes } from './answers.ts'
import type { Budgets } from './budgets.ts'
import type { Change, Ledger } from './ledger.ts'
import type { Members } from './members.ts'
import type { Messages } from './messages.ts'
import type { Reader } from './reader.ts'
import type { Rights } from './rights.ts'
import type { Clock } from './room.ts'
import type {
  Answer,
  Asker,
  DirectoryEntry,
  MemberChangeRequest,
  MemberEntry,
  MemberPlace,
  PersonAsOf,
  RoomView,
} from './room-calls.ts'

export interface PeopleParts {
  readonly ledger: Ledger
  readonly members: Members
  readonly messages: Messages
  readonly reader: Reader
  readonly rights: Rights
  readonly budgets: Budgets
  /** Told of every change, after it was written. */
  readonly tell: (change: Change) => void
  readonly clock: Clock
}

/** Synchronous, like the room beside it: what it has acknowledged holds for the very next frame. [SOK13] */
export class People {
  readonly #parts: PeopleParts

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  view(caller: Asker | null): Answer<RoomView> {
    const { rights, ledger } = this.#parts
    if (rights.hasEnded(caller)) return noBecause('unauthenticated')
    const role = rights.roleOf(caller?.userId ?? null)
    // Whoever may not know that a room exists is told what a stranger to any room is told.
    if (!role && ledger.room.visibility === 'private') return noBecause('notFound')
    return yes({ room: ledger.room, role })
  }

  /** What somebody sees whom the Worker answers for. */
  viewOf(userId: UserId): Answer<RoomView> {
    const { rights, ledger } = this.#parts
    return yes({ room: ledger.room, role: rights.roleOf(userId) })
  }

  /** A public room is open to everybody but the banned; a private one to the invited. */
  join(caller: Asker, person: PersonAsOf, isInvited: boolean): Answer<RoomView> {
    const { rights, members, ledger } = this.#parts
    if (rights.hasEnded(caller)) return noBecause('unauthenticated')
    const known = members.find(person.id)
    const state = known?.state
    if (known?.name === '') return noBecause('unauthenticated') // Their account was deleted. [S29]
    if (ledger.isDeserted) return noBecause('roomGone')
    const isOpen = isInvited || ledger.room.visibility === 'public'
    if (state !== 'joined' && !isOpen) return noBecause('notFound')
    if (state === 'banned') return noBecause('banned')
    const refused = state === 'joined' ? null : this.#spend(caller)
    if (refused) return no(refused)
    this.#tell(members.join(person, 'member', this.#now()))
    return this.view(caller)
  }

  /** Whoever was never in learns nothing, not even that a private room exists. */
  leave(caller: Asker): Answer<null> {
    const { rights, members, ledger } = this.#parts
    if (rights.hasEnded(caller)) return noBecause('unauthenticated')
    const isStranger = members.find(caller.userId) === null
    if (isStranger && ledger.room.visibility === 'private') return noBecause('notFound')
    const role = rights.roleOf(caller.userId)
    if (role === 'owner') return noBecause('ownerLeaves')
    const refused = role ? this.#spend(caller) : null
    if (refused) return no(refused)
    this.#tell(members.leave(caller.userId, this.#now()))
    return yes(null)
  }

  remove(caller: Asker, userId: UserId): Answer<null> {
    const { members } = this.#parts
    const refused =
      this.#forbidsAgainst(caller, 'remove', members.find(userId)) ?? this.#spend(caller)
    if (refused) return no(refused)
    this.#tell(members.remove(caller.userId, userId, this.#now()))
    return yes(null)
  }

  /** Whom the room has seen it knows by name. Anybody else is named by who knows them. */
  ban(caller: Asker, whom: PersonAsOf | Pick<PersonAsOf, 'id'>): Answer<null> {
    const { members } = this.#parts
    const known = members.find(whom.id)
    const refused = this.#forbidsAgainst(caller, 'ban', known) ?? this.#spend(caller)
    if (refused) return no(refused)
    const named = 'asOf' in whom ? whom : null
    const person = known ? { ...known, id: whom.id, asOf: 0 } : named
    if (!person) return noBecause('notFound')
    this.#tell(members.ban(caller.userId, person, this.#now()))
    return yes(null)
  }

  unban(caller: Asker, userId: UserId): Answer<null> {
    const refused = this.#parts.rights.forbids(caller, 'ban') ?? this.#spend(caller)
    if (refused) return no(refused)
    this.#tell(this.#parts.members.unban(userId))
    return yes(null)
  }

  /** Roles are the owner's to give, silence is a moderator's. */
  changeMember(caller: Asker, userId: UserId, change: MemberChangeRequest): Answer<MemberEntry> {
    const { members } = this.#parts
    const known = members.find(userId)
    const refused = this.#forbidsChanging(caller, known, change) ?? this.#spend(caller)
    if (refused) return no(refused)
    if (known?.state !== 'joined') return noBecause('notFound')
    if ('mutedUntil' in change) this.#tell(members.mute(known, change.mutedUntil))
    else if (change.role === 'owner') this.#handOver(caller.userId, known)
    else if (known.role === 'owner') return noBecause('ownerLeaves')
    else this.#tell(members.changeRole(caller.userId, known, change.role, this.#now()))

    const { userId: id, rev, state, ...entry } = members.find(userId) ?? known
    return yes({ id, ...entry })
  }

  renamePerson(person: PersonAsOf): Answer<null> {
    this.#tell(this.#parts.members.rename(person))
    return yes(null)
  }

  /** The directory's word, of its own accord or because `by` changed it there. */
  adopt(entry: DirectoryEntry, by: UserId | null): void {
    const { ledger, members, messages } = this.#parts
    const notice: Notice = { event: 'renamed', name: entry.name }
    const author = by ?? members.ownerId()
    this.#tell(ledger.adopt(entry, (rev) => messages.note(rev, author, notice, this.#now())))
  }

  /** Asked before the directory is, which could not unsay what was only too fast. [LIM2] */
  mayChange(caller: Asker): Answer<RoomView> {
    const refused = this.#parts.rights.forbids(caller, 'changeRoom') ?? this.#spend(caller)
    return refused ? no(refused) : this.view(caller)
  }

  change(caller: Asker, entry: DirectoryEntry): Answer<RoomView> {
    const refused = this.#parts.rights.forbids(caller, 'changeRoom')
    if (refused) return no(refused)
    this.adopt(entry, caller.userId)
    return this.view(caller)
  }

  configure(caller: Asker, settings: Partial<RoomSettings>): Answer<RoomView> {
    const { rights, ledger } = this.#parts
    const refused = rights.forbids(caller, 'changeRoom') ?? this.#spend(caller)
    if (refused) return no(refused)
    this.#tell(ledger.configure({ ...ledger.room.settings, ...settings }))
    return this.view(caller)
  }

  mayInvite(caller: Asker): Answer<RoomView> {
    const refused = this.#parts.rights.forbidsInviting(caller)
    return refused ? no(refused) : this.view(caller)
  }

  members(
    caller: Asker | null,
    page: { after: MemberPlace | null; limit: number },
  ): Answer<readonly MemberEntry[]> {
    const { rights, reader } = this.#parts
    const refused = rights.forbids(caller, 'listMembers')
    return refused ? no(refused) : yes(reader.members(page.after, page.limit))
  }

  bans(caller: Asker, page: { after: UserId | null; limit: number }): Answer<readonly Person[]> {
    const { rights, reader } = this.#parts
    const refused = rights.forbids(caller, 'listBans')
    return refused ? no(refused) : yes(reader.bans(page.after, page.limit))
  }

  #handOver(ownerId: UserId, to: MemberRow): void {
    const from = this.#parts.members.find(ownerId)
    if (!from) throw new Error('Whoever owns the room is in it.')
    if (from.userId !== to.userId) this.#tell(this.#parts.members.handOver(from, to, this.#now()))
  }

  /** Coming, going and moderating make lines and changes: no more than messages do. [LIM2] */
  #spend({ userId }: Asker): Refusal | null {
    return this.#parts.budgets.spend(userId, this.#now())
  }

  #now(): number {
    return this.#parts.clock.now()
  }

  #forbidsChanging(
    caller: Asker,
    whom: MemberRow | null,
    change: MemberChangeRequest,
  ): Refusal | null {
    const { rights } = this.#parts
    if ('role' in change) {
      const refused = rights.forbids(caller, 'changeRole')
      // What a bot may was said when it was made, and no bot owns a room.
      return refused ?? (whom?.isBot ? refusal('forbidden') : null)
    }
    const isOwnVoice = whom?.role === 'owner' && whom.userId === caller.userId
    if (isOwnVoice && change.mutedUntil === null) return rights.forbids(caller, 'mute')
    return this.#forbidsAgainst(caller, 'mute', whom)
  }

  /** The right, and a higher rank than theirs: nobody is turned out by an equal. */
  #forbidsAgainst(caller: Asker, action: Action, whom: MemberRow | null): Refusal | null {
    const permitted = this.#parts.rights.permit(caller, action)
    if (!permitted.ok) return permitted.refusal
    if (whom?.state !== 'joined') return null
    return outranks(permitted.standing.role, whom.role) ? null : refusal('forbidden')
  }

  #tell(change: Change | null): void {
    if (change) this.#parts.tell(change)
  }
}
