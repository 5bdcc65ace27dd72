// What the Worker may ask of a room, and how the room answers. Typed RPC, no network hop.

import type { History, HistoryQuery, SearchHit } from '../protocol/api/messages.ts'
import type { PauseReason, WebhookEvent, WebhookPatch } from '../protocol/api/webhooks.ts'
import type { Person, RoomRow, RoomSettings, Visibility } from '../protocol/changes.ts'
import type { Delete, Edit, React, Send } from '../protocol/commands.ts'
import type { Refusal } from '../protocol/failures.ts'
import type { MessageId, Rev, RoomId, Seq, SessionId, UserId, WebhookId } from '../protocol/ids.ts'
import type { Action, Role } from '../protocol/permissions.ts'

/**
 * A value, or an expected no. A thrown error is never an answer. `isUnopened`: no directory row has opened
 * this object, so it is no word about what was asked; clients hear nothing of it.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal; readonly isUnopened?: true }

/** On the refusal of an upgrade that says the same. It stays between the room and the Worker. */
export const unopenedHeader = 'x-parley-unopened'

/** The code of a refused upgrade, for the Worker's log and counts. It stays between them, too. */
export const refusedHeader = 'x-parley-refused'

/** What the directory says of a room. A higher `version` is a later word. */
export interface DirectoryEntry {
  readonly name: string
  readonly topic: string
  readonly visibility: Visibility
  readonly version: number
}

/** A directory row; enough to open its room. */
export interface RoomSeed extends DirectoryEntry {
  readonly id: RoomId
  readonly owner: PersonAsOf
}

/** Who is asking, by a token that verified. A room refuses a sign-in it was told has ended. [AUT2] */
export interface Asker {
  readonly userId: UserId
  readonly sessionId: SessionId
}

/** A person under the name of a certain moment, in milliseconds: an older one never replaces it. */
export interface PersonAsOf extends Person {
  readonly asOf: number
}

/** A bot as it comes into a room, with what it was made for. */
export interface BotSeed extends PersonAsOf {
  readonly rights: readonly Action[]
}

/** A webhook as its owner may see it: without its secrets. Times are milliseconds since 1970. */
export interface WebhookView {
  readonly id: WebhookId
  readonly url: string
  readonly events: WebhookEvent[]
  readonly madeBy: UserId
  readonly madeAt: number
  readonly paused: { readonly at: number; readonly reason: PauseReason } | null
  readonly deliveredAt: number | null
  readonly lastStatus: number | null
  readonly failures: number
  readonly failingSince: number | null
}

/** `ownHost` is how its maker reached us, which it may not call. The Worker judged the address. [S24] */
export interface NewWebhook {
  readonly id: WebhookId
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly ownHost: string
  readonly secret: string
}

/** `hasChanged` is false where everything was so already. */
export interface Outcome<T> {
  readonly value: T
  readonly hasChanged: boolean
}

export interface RoomView {
  readonly room: RoomRow
  /** The caller's own; null for somebody outside. */
  readonly role: Role | null
}

/** What a socket's commands are without their envelope: over HTTP the same. */
export type NewMessage = Omit<Send, 'type' | 'ref'>
export type Revision = Omit<Edit, 'type' | 'ref'>
export type Erasure = Omit<Delete, 'type' | 'ref'>
export type Reaction = Omit<React, 'type' | 'ref'>

/** Somebody who is in, as a list shows them. */
export interface MemberEntry extends Person {
  readonly role: Role
  readonly mutedUntil: number | null
}

/** One thing at a time. `owner` hands the room over. Times are milliseconds since 1970. */
export type MemberChangeRequest =
  | { readonly role: Exclude<Role, 'guest'> }
  | { readonly mutedUntil: number | null }

/** Times in milliseconds since 1970; `beforeSeq` is the last hit of the page before. */
export interface RoomSearch {
  readonly query: string
  readonly from?: UserId | undefined
  readonly beforeMs?: number | undefined
  readonly afterMs?: number | undefined
  readonly beforeSeq?: Seq | undefined
  readonly limit: number
}

export interface Found {
  readonly hits: readonly SearchHit[]
  readonly people: readonly Person[]
}

/** A message that says something now. */
export interface Confirmed {
  readonly seq: Seq
  readonly id: MessageId
  readonly body: string
}

/** An accepted command; `isNew` is false where everything was so already. [SND2] */
export interface Receipt {
  readonly seq: Seq
  readonly rev: Rev
  readonly at: number
  readonly isNew: boolean
}

/** What an export is written in: lines for people and programs, or a database to ask. */
export type ExportFormat = 'ndjson' | 'sqlite'

/** How far the room has forgotten somebody. All of it is of now, so a repeat after a lost answer is harmless. */
export interface Forgotten {
  readonly isDone: boolean
  /** Messages of theirs that became tombstones by this. */
  readonly erased: number
  /** They owned the room, and another member does now. */
  readonly isHandedOver: boolean
  /** Nobody is in any more: the room is to be deleted. */
  readonly isDeserted: boolean
}

/** How far behind the room its mirror is; `parked` rows were refused by Postgres again and again. */
export interface MirrorState {
  readonly rev: Rev
  readonly archived: Rev
  readonly failures: number
  readonly parked: number
  /** How long the oldest change has waited that Postgres does not have; 0: it has all. */
  readonly behindMs: number
}

/**
 * Every call on a room that was never opened is answered `unopened` and leaves no storage behind;
 * `open` is idempotent. A private room refuses whoever is not in it with `notFound`.
 */
export interface RoomCalls {
  /** Refused `notFound` when the directory, asked again, no longer knows the room. */
  open(seed: RoomSeed): Promise<Answer<RoomView>>
  view(caller: Asker | null): Promise<Answer<RoomView>>
  /** Asks the directory what it says of this room: after a change whose outcome is unknown. */
  refresh(): Promise<void>
  /** Closes every socket with `roomGone` and erases the storage. Idempotent; the Worker checked the right. */
  destroy(): Promise<void>
  /** As `destroy`, where the caller may do it at that moment. Of an erased room, yes. */
  destroyBy(caller: Asker): Promise<Answer<null>>

  /**
   * Idempotent. Public rooms let people in by themselves; a private one, too, at the invitation of
   * somebody who may invite at that moment. Refused `banned`.
   */
  join(caller: Asker, person: PersonAsOf, invitedBy?: UserId): Promise<Answer<RoomView>>
  /** Idempotent. Refused `ownerLeaves` for the owner. Closes the member's sockets. */
  leave(caller: Asker): Promise<Answer<null>>
  /** Idempotent, like the three below. Closes their sockets. */
  remove(caller: Asker, userId: UserId): Promise<Answer<Outcome<null>>>
  /** Also somebody who is not in, under the name given; without one, `notFound` for nobody ever seen. */
  ban(caller: Asker, whom: PersonAsOf | Pick<PersonAsOf, 'id'>): Promise<Answer<Outcome<null>>>
  unban(caller: Asker, userId: UserId): Promise<Answer<Outcome<null>>>
  changeMember(
    caller: Asker,
    userId: UserId,
    change: MemberChangeRequest,
  ): Promise<Answer<Outcome<MemberEntry>>>
  /** The member's name or avatar became another; no answer but for those who are in. */
  renamePerson(person: PersonAsOf): Promise<Answer<null>>
  /**
   * Their account was deleted: the room knows them by id only, and with `erases` has nothing left that
   * they said. Each call is one step; ask until it is done. [S29]
   */
  forget(userId: UserId, erases: boolean): Promise<Answer<Forgotten>>
  /** Ends these sign-ins here: closes their sockets, and refuses them until `untilMs`. [SOK13, AUT2] */
  endSessions(userId: UserId, sessions: readonly SessionId[], untilMs: number): Promise<void>

  /** Whether the caller may make bots for this room, and end them; counts as a command. [LIM2] */
  mayManageBots(caller: Asker): Promise<Answer<null>>
  /** Idempotent. Who is in by then may manage bots still. */
  admitBot(caller: Asker, bot: BotSeed): Promise<Answer<null>>
  /** Idempotent. Takes it out, whoever asks, and ends what it opened: the Worker checked the right. [AUT2] */
  dismissBot(botId: UserId, untilMs: number): Promise<Answer<null>>

  /** Whoever had some called is suspended: they wait for an owner. Idempotent; the Worker checked the right. */
  pauseWebhooksOf(userId: UserId): Promise<Answer<void>>
  /** The eldest first; like the calls below for who may manage webhooks. */
  webhooks(caller: Asker): Promise<Answer<readonly WebhookView[]>>
  /** Idempotent by its id. Refused `limitReached`. */
  makeWebhook(caller: Asker, hook: NewWebhook): Promise<Answer<WebhookView>>
  changeWebhook(
    caller: Asker,
    id: WebhookId,
    patch: WebhookPatch & { readonly ownHost?: string },
  ): Promise<Answer<Outcome<WebhookView>>>
  removeWebhook(caller: Asker, id: WebhookId): Promise<Answer<null>>
  /** Idempotent by the secret. Until when, in milliseconds, the one before signs, too. */
  renewWebhookSecret(caller: Asker, id: WebhookId, secret: string): Promise<Answer<number>>
  /** What the receiver answers, within the deadline; null: nothing. */
  testWebhook(caller: Asker, id: WebhookId): Promise<Answer<number | null>>

  /** Whether the caller may change what the directory says of this room; counts as a command. [LIM2] */
  mayChange(caller: Asker): Promise<Answer<RoomView>>
  /** The directory decided; an entry older than the one it has changes nothing. */
  change(caller: Asker, entry: DirectoryEntry): Promise<Answer<RoomView>>
  configure(caller: Asker, settings: Partial<RoomSettings>): Promise<Answer<RoomView>>
  /** Whether the caller may invite people to this room, by its table and its settings. */
  mayInvite(caller: Asker): Promise<Answer<RoomView>>
  /** Whether an invitation of that person's still counts for something. */
  honoursInvitesOf(userId: UserId): Promise<Answer<boolean>>

  /** By role, highest first, then name, then id. `after` is the last member of the page before. */
  members(
    caller: Asker | null,
    page: { after: MemberPlace | null; limit: number },
  ): Promise<Answer<readonly MemberEntry[]>>
  /** By id. `after` is the last of the page before. */
  bans(
    caller: Asker,
    page: { after: UserId | null; limit: number },
  ): Promise<Answer<readonly Person[]>>

  history(caller: Asker | null, query: HistoryQuery): Promise<Answer<History>>
  search(caller: Asker, search: RoomSearch): Promise<Answer<Found>>
  /** Of these messages those that still say something; refused `notFound` to whoever is not in. */
  confirm(caller: Asker, seqs: readonly Seq[]): Promise<Answer<readonly Confirmed[]>>
  post(caller: Asker, message: NewMessage): Promise<Answer<Receipt>>
  edit(caller: Asker, revision: Revision): Promise<Answer<Receipt>>
  erase(caller: Asker, erasure: Erasure): Promise<Answer<Receipt>>
  react(caller: Asker, reaction: Reaction): Promise<Answer<Receipt>>
  /** Where the caller's mark stands after it. */
  markRead(caller: Asker, seq: Seq): Promise<Answer<Seq>>

  /** The whole room as one moment saw it; a reader that goes away ends it. */
  exportRoom(caller: Asker, format: ExportFormat): Promise<Answer<ReadableStream<Uint8Array>>>
  /**
   * Puts what an export holds in the place of what the room has, in a new epoch; all of it or nothing.
   * The Worker checked the right. Not to be repeated by itself: its lines can be read once.
   */
  restore(lines: ReadableStream<Uint8Array>): Promise<Answer<RoomView>>
  /** The step after storage went back in time: no cursor of before is taken for one of now. [SOK3] */
  renewEpoch(): Promise<Answer<RoomView>>
  mirrorState(): Promise<Answer<MirrorState>>
}

/** Where a page of members ended; the row itself may be gone by now. */
export interface MemberPlace {
  readonly role: Role
  readonly name: string
  readonly id: UserId
}

/**
 * The upgrade carries the verified caller in these headers. They are set by `room-stub.ts` on a
 * request of its own making: nothing a client sends under these names reaches a room.
 */
export const callerHeaders = {
  userId: 'x-parley-user',
  sessionId: 'x-parley-session',
  /** Milliseconds since 1970. */
  expiresAt: 'x-parley-expires',
} as const
