// How many changed rows go in one frame: as many as fit, and never part of a rev. [SOK2]

import type { MemberRow, MessageChange, MessageRow, Person, RoomRow } from '../protocol/changes.ts'
import type { Rev, Seq, UserId } from '../protocol/ids.ts'
import { reactorsNamedMax } from '../protocol/limits.ts'
import { jsonBytes } from './json-bytes.ts'
import { isPlain } from './rows.ts'

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
  /**
   * Messages that a reader may hold in an earlier form. The others are births: they may leave out
   * what is at its default.
   */
  readonly altered: ReadonlySet<Seq>
  /** More has changed than fits: ask again from `to`. */
  readonly more: boolean
}

/** One changed row of any table. */
export type Stamped =
  | { readonly kind: 'message'; readonly row: MessageRow; readonly isBirth: boolean }
  | { readonly kind: 'member'; readonly row: MemberRow }
  | { readonly kind: 'room'; readonly row: RoomRow }

interface Frame {
  readonly head: Rev
  readonly limits: { readonly rows: number; readonly bytes: number }
  readonly person: (id: UserId) => Person | null
}

/**
 * The first page of `changed`, which is in rev order and read no further than it fills. A reader asks
 * for the rest by the last rev it got, so a rev that were cut in two would lose its second half;
 * one that alone is too large passes alone.
 */
export function pageOf(changed: Iterable<Stamped>, { head, limits, person }: Frame): Page {
  const taken: Stamped[] = []
  const people = new Map<UserId, Person>()
  let bytes = ENVELOPE_BYTES
  let more = false
  for (const group of byRev(changed)) {
    const named = newPeople(group, people, person)
    bytes += sum(group.map(weigh)) + sum(named.map(weighPerson))
    more = taken.length > 0 && (taken.length + group.length > limits.rows || bytes > limits.bytes)
    if (more) break
    for (const one of named) people.set(one.id, one)
    taken.push(...group)
  }
  const last = taken.at(-1)
  return {
    to: more && last ? last.row.rev : head,
    rows: byKind(taken),
    people: [...people.values()],
    altered: new Set(taken.flatMap(seqIfAltered)),
    more,
  }
}

function* byRev(changed: Iterable<Stamped>): Generator<readonly Stamped[]> {
  let group: Stamped[] = []
  for (const one of changed) {
    if (group.length > 0 && group[0]?.row.rev !== one.row.rev) {
      yield group
      group = []
    }
    group.push(one)
  }
  if (group.length > 0) yield group
}

function seqIfAltered(one: Stamped): Seq[] {
  return one.kind === 'message' && !one.isBirth ? [one.row.seq] : []
}

function newPeople(
  changed: readonly Stamped[],
  known: ReadonlyMap<UserId, Person>,
  person: (id: UserId) => Person | null,
): Person[] {
  const named = new Map<UserId, Person>()
  for (const { kind, row } of changed) {
    if (kind !== 'message' || (isPlain(row) && known.has(row.authorId))) continue // Most of them.
    for (const id of namedBy(row)) {
      const found = known.has(id) || named.has(id) ? null : person(id)
      if (found) named.set(id, found)
    }
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
const BIRTH_BYTES = 190
/** What a birth mostly leaves out: kind, reply, mentions, reactions, notice, and two times. */
const REST_BYTES = 190
const NOTICE_BYTES = 140
const MEMBER_BYTES = 250
const ROOM_BYTES = 340
const ID_BYTES = 39
const EMOJI_BYTES = 170
const PERSON_BYTES = 90

function weigh(one: Stamped): number {
  switch (one.kind) {
    case 'message':
      return weighMessage(one.row, one.isBirth)
    case 'member':
      return MEMBER_BYTES + jsonBytes(one.row.name) + jsonBytes(one.row.avatar ?? '')
    case 'room':
      return ROOM_BYTES + jsonBytes(one.row.name) + jsonBytes(one.row.topic)
    default:
      return one satisfies never
  }
}

function weighMessage(row: MessageRow, isBirth: boolean): number {
  const name = row.notice?.event === 'renamed' ? jsonBytes(row.notice.name) : 0
  const notice = row.notice ? NOTICE_BYTES + name : 0
  const rest = isBirth && isPlain(row) ? 0 : REST_BYTES
  return BIRTH_BYTES + jsonBytes(row.body) + rest + notice + weighNames(row)
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
