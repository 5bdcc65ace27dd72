// What is asked of a crowd is answered by an index, whatever the crowd counts.

import { expect, it } from 'vitest'
import { quietMembersMax } from '../protocol/limits.ts'
import { roomOf } from '../test/support/crowd.ts'
import { rev, userId } from '../test/support/ids.ts'
import type { LocalRoom } from '../test/support/local-room.ts'
import { owner } from '../test/support/local-room.ts'
import type { SqlValue } from './sql.ts'

const crowd = quietMembersMax + 10
const ana = userId(7)
const place = { role: 'member' as const, name: 'Person 4', id: userId(4) }

/** What SQLite does with each question about members that `ask` puts. */
function plansOf(room: LocalRoom, ask: (room: LocalRoom) => unknown): string[] {
  const { sql } = room
  const asked: [string, SqlValue[]][] = []
  const run = sql.run
  sql.run = (query, ...values) => {
    if (/FROM members/.test(query)) asked.push([query, values])
    return run(query, ...values)
  }
  ask(room)
  sql.run = run
  return asked.flatMap(([query, values]) =>
    run<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...values)
      .map(({ detail }) => detail)
      .filter((detail) => / members\b|ORDER BY/.test(detail)),
  )
}

const own = 'SEARCH members USING PRIMARY KEY (user=?)'
const told = ['SEARCH members USING INDEX members_notable (rev>?)', own]
const counted = told.map((plan) => plan.replace('INDEX members_n', 'COVERING INDEX members_n'))
const listed = (...bounds: string[]) =>
  bounds.map((bound) => `SEARCH members USING INDEX members_listed (${bound})`)

const table: [string, (room: LocalRoom) => unknown, string[]][] = [
  ['a catch-up', ({ open }) => open.reader.changesSince(rev(1), ana), [...told, own]],
  ['its length', ({ open }) => open.reader.countSince(rev(1), ana, 9), counted],
  [
    'the owner',
    ({ open }) => open.members.ownerId(),
    ['SEARCH members USING COVERING INDEX members_owner (role=?)'],
  ],
  [
    'the bans',
    ({ open }) => open.reader.bans(ana, 9),
    ['SEARCH members USING INDEX members_banned (user>?)'],
  ],
  ['the list', ({ open }) => open.reader.members(null, 9), listed('<expr>>?')],
  [
    'its next page',
    ({ open }) => open.reader.members(place, 9),
    listed('<expr>=? AND (name,user)>(?,?)', '<expr>>?'),
  ],
  [
    'marks to mirror',
    ({ open }) => open.marks.flagged(9),
    ['SCAN members USING INDEX members_marked'],
  ],
]

it.each(table)('[SOK15] by an index, in a crowd: %s', (_, ask, plan) => {
  expect(plansOf(roomOf(crowd), ask)).toEqual(plan)
})

it('[SOK15] by an index, in a crowd: a snapshot, its people and their persons', () => {
  const plans = plansOf(roomOf(crowd), ({ open }) => open.reader.snapshot(ana))
  expect(plans[0]).toBe('SCAN members USING INDEX members_notable')
  expect(new Set(plans.slice(1))).toEqual(new Set([own]))
})

it('[SOK15] a long list in pages is the whole list, by rank, name and id', () => {
  const room = roomOf(crowd)
  room.sql.run("UPDATE members SET role = 'guest' WHERE user < ?", userId(9))
  room.sql.run("UPDATE members SET role = 'owner' WHERE user = ?", owner.id)
  room.sql.run("UPDATE members SET name = 'Same' WHERE user > ?", userId(99))
  const all = room.open.reader.members(null, crowd)
  expect(all).toHaveLength(crowd)
  const read = []
  for (let after = null as (typeof all)[number] | null; ; ) {
    const page = room.open.reader.members(after, 50)
    read.push(...page)
    if (page.length < 50) break
    after = page.at(-1) ?? null
  }
  expect(read).toEqual(all)
  expect(all[0]).toMatchObject({ id: owner.id, role: 'owner' })
})

it('[SOK15] whoever is told for two reasons is told once, and all in the order of their revs', () => {
  const room = roomOf(crowd)
  room.sql.run('UPDATE members SET notable = 1, rev = 300 WHERE user IN (?, ?)', ana, userId(8))
  const { reader } = room.open
  for (const who of [ana, userId(6)]) {
    const told = reader.snapshot(who).rows.members
    const revs = told.map((row) => Number(row.rev))
    expect(revs).toEqual(revs.toSorted((one, other) => one - other))
    const expected = new Set([owner.id, ana, userId(8), who])
    expect(told.map(({ userId: id }) => id).sort()).toEqual([...expected].sort())
    expect(reader.changesSince(rev(0), who).rows.members).toHaveLength(expected.size)
  }
})
