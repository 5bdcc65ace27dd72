// How many changed rows go in one frame: as many as fit, and never part of a rev. [SOK2]

import type { MemberRow, MessageChange, MessageRow, Person, RoomRow } from '../protocol/changes.ts'
import type { Rev, UserId } from '../protocol/ids.ts'
import { reactorsNamedMax } from '../protocol/limits.ts'
import { jsonBytes } from './json-bytes.ts'

/** Whole rows of each kind, in rev order. */
export interface Rows {
  readonly messages: readonly MessageRow[]
  readonly members: readonly MemberRow[]
  readonly room: RoomRow | null
}

/** Rows, and the people their messages name. `to` is the rev they bring a reader to. */
export interface Page {
  readonly to: Rev
  readonly rows: Rows
  readonly people: readonly Person[]
  /** More has changed than fits: ask again from `to`. */
  readonly more: boolean
}

/** One changed row of any table. */
export type Stamped =
  | { readonly kind: 'message'; readonly row: MessageRow }
  | { readonly kind: 'member'; readonly row: MemberRow }
  | { readonly kind: 'room'; readonly row: RoomRow }

interface Frame {
  readonly head: Rev
  readonly limits: { readonly rows: number; readonly bytes: number }
  readonly person: (id: UserId) => Person | null
}

/**
 * The first page of `changed`, which is in rev order. A reader asks for the rest by the last rev it
 * got, so a rev that were cut in two would lose its second half; one that alone is too large
 * passes alone.
 */
export function pageOf(changed: readonly Stamped[], { head, limits, person }: Frame): Page {
  const people = new Map<UserId, Person>()
  let bytes = ENVELOPE_BYTES
  let taken = 0
  while (taken < changed.length) {
    const end = endOfRev(changed, taken)
    const named = newPeople(changed.slice(taken, end), people, person)
    bytes += sum(changed.slice(taken, end).map(weigh)) + sum(named.map(weighPerson))
    if (taken > 0 && (end > limits.rows || bytes > limits.bytes)) break
    for (const one of named) people.set(one.id, one)
    taken = end
  }
  const last = changed[taken - 1]
  const more = taken < changed.length
  return {
    to: more && last ? last.row.rev : head,
    rows: byKind(changed.slice(0, taken)),
    people: [...people.values()],
    more,
  }
}

function endOfRev(changed: readonly Stamped[], start: number): number {
  const rev = changed[start]?.row.rev
  let end = start + 1
  while (changed[end]?.row.rev === rev) end += 1
  return end
}

function newPeople(
  changed: readonly Stamped[],
  known: ReadonlyMap<UserId, Person>,
  person: (id: UserId) => Person | null,
): Person[] {
  const named = new Map<UserId, Person>()
  const ids = changed.flatMap(({ kind, row }) => (kind === 'message' ? namedBy(row) : []))
  for (const id of ids) {
    if (known.has(id) || named.has(id)) continue
    const found = person(id)
    if (found) named.set(id, found)
  }
  return [...named.values()]
}

/** Whom a message needs names for: of each reaction as many as anybody is told by name. */
export function namedBy({ authorId, mentions, reactions, notice }: MessageRow): UserId[] {
  const reactors = Object.values(reactions).flatMap((set) => set.slice(0, reactorsNamedMax))
  const whom = notice && 'userId' in notice ? [notice.userId] : []
  return [authorId, ...mentions, ...reactors, ...whom]
}

function byKind(changed: readonly Stamped[]): Rows {
  return {
    messages: changed.flatMap((one) => (one.kind === 'message' ? [one.row] : [])),
    members: changed.flatMap((one) => (one.kind === 'member' ? [one.row] : [])),
    room: changed.flatMap((one) => (one.kind === 'room' ? [one.row] : [])).at(-1) ?? null,
  }
}

// Upper bounds of everything in a row but its free text: names, ids, numbers of sixteen digits.
const ENVELOPE_BYTES = 200
const MESSAGE_BYTES = 560
const MEMBER_BYTES = 250
const ROOM_BYTES = 340
const ID_BYTES = 39
const EMOJI_BYTES = 170
const PERSON_BYTES = 90

function weigh({ kind, row }: Stamped): number {
  switch (kind) {
    case 'message':
      return MESSAGE_BYTES + jsonBytes(row.body) + weighNames(row)
    case 'member':
      return MEMBER_BYTES + jsonBytes(row.name) + jsonBytes(row.avatar ?? '')
    case 'room':
      return ROOM_BYTES + jsonBytes(row.name) + jsonBytes(row.topic)
    default:
      return kind satisfies never
  }
}

/** Ids in JSON: emoji, quotes and commas included. */
export function weighNames({ mentions = [], reactions = {} }: MessageChange): number {
  const lists = Object.values(reactions)
  const reactors = lists.reduce((total, { length }) => total + length, 0)
  return ID_BYTES * (mentions.length + reactors) + EMOJI_BYTES * lists.length
}

function weighPerson({ name, avatar }: Person): number {
  return PERSON_BYTES + jsonBytes(name) + jsonBytes(avatar ?? '')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
