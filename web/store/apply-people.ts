// What changed members and named people make of those this client knows. Pure.

import type { MemberChange, MemberRow, Person } from '../../protocol/changes.ts'
import type { UserId } from '../../protocol/ids.ts'
import type { Held } from './room-model.ts'
import type { You } from './room-store.ts'

type Known = Pick<Held, 'people' | 'roster' | 'members' | 'you'>

/** A member's row is guarded by its rev; half a row of somebody unknown is skipped. */
export function applyPeople<Before extends Known>(
  before: Before,
  named: readonly Person[],
  changes: readonly MemberChange[],
): Before {
  const rows = changes.flatMap((change) => wholeRow(change, before.roster.get(change.userId)))
  const people = withPeople(before.people, [...named, ...rows.map(personOf)])
  if (rows.length === 0) return people === before.people ? before : { ...before, people }

  const roster = new Map(before.roster)
  for (const row of rows) roster.set(row.userId, row)
  const mine = roster.get(before.you.userId)
  const you = mine ? youOf(mine) : before.you
  return { ...before, people, roster, you, members: presentOf(roster) }
}

function wholeRow(change: MemberChange, known: MemberRow | undefined): MemberRow[] {
  if (known && change.rev <= known.rev) return []
  const name = change.name ?? known?.name
  const role = change.role ?? known?.role
  const state = change.state ?? known?.state
  const avatar = change.avatar === undefined ? known?.avatar : change.avatar
  if (name === undefined || role === undefined || state === undefined) return []
  const mutedUntil = change.mutedUntil === undefined ? known?.mutedUntil : change.mutedUntil
  const { userId, rev } = change
  const rest = { avatar: avatar ?? null, mutedUntil: mutedUntil ?? null }
  return [{ userId, rev, name, role, state, ...rest }]
}

function withPeople(known: Held['people'], named: readonly Person[]): Held['people'] {
  const changed = named.filter((person) => !isSame(known.get(person.id), person))
  if (changed.length === 0) return known
  const people = new Map(known)
  for (const person of changed) people.set(person.id, person)
  return people
}

export const youOf = ({ userId, name, role, mutedUntil }: MemberRow): You => ({
  ...{ userId, name, role, mutedUntil },
})

/** Who is in the room now. */
export function presentOf(roster: ReadonlyMap<UserId, MemberRow>): Held['members'] {
  const present = [...roster.values()].filter(({ state }) => state === 'joined')
  return new Map(present.map(({ userId, role }) => [userId, { role }]))
}

const personOf = ({ userId, name, avatar }: MemberRow): Person => ({ id: userId, name, avatar })

const isSame = (one: Person | undefined, other: Person) =>
  one?.name === other.name && one.avatar === other.avatar
