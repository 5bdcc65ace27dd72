import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageRow } from '../protocol/changes.ts'
import type { Rev } from '../protocol/ids.ts'
import { pageBytesMax, pageRowsMax } from '../protocol/limits.ts'
import { utf8Bytes } from '../protocol/text.ts'
import { rev, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'
import { encodePage } from './page-frame.ts'
import type { Reader } from './reader.ts'

const readerOf = (room: LocalRoom) => room.open.reader

const framePage = { rows: pageRowsMax, bytes: pageBytesMax }

function roomWith(messages: number, body = 'Hello'): LocalRoom {
  const room = new LocalRoom()
  for (let n = 1; n <= messages; n += 1) room.post(owner.id, body)
  return room
}

function readAll(reader: Reader, after: Rev, limits = framePage) {
  const rows = []
  for (let at = after, more = true; more; ) {
    const page = reader.changesSince(at, owner.id, limits)
    rows.push(...page.rows.messages, ...page.rows.members)
    if (page.rows.room) rows.push(page.rows.room)
    ;({ more, to: at } = page)
  }
  return rows
}

type Step = 'send' | 'edit' | 'join' | 'leave' | 'topic'

/** One accepted command of its kind, and the rows that it stamps. */
function take(step: Step, n: number, local: LocalRoom): string[] {
  const { people, room, ledger } = local.open
  const { seq: head } = ledger
  const line = `message ${head + 1}`
  const someone = { id: userId(n + 9), name: 'N', avatar: null, asOf: 1 }
  const { name, visibility } = ledger.room
  switch (step) {
    case 'send':
      local.post(owner.id)
      return [line]
    case 'edit':
      room.edit(asker(owner.id), { seq: seq(1), body: `Edit ${n}` })
      return ['message 1']
    case 'join':
      people.join(asker(someone.id), someone, false)
      return [line, `member ${someone.id}`, 'room']
    case 'leave': {
      const before = userId(n + 8)
      people.leave(asker(before))
      return [line, `member ${before}`, 'room']
    }
    case 'topic':
      people.adopt({ name, visibility, topic: `Topic ${n}`, version: n + 2 }, null)
      return ['room']
    default:
      return step satisfies never
  }
}

const nameOf = (row: object) =>
  'seq' in row ? `message ${row.seq}` : 'userId' in row ? `member ${row.userId}` : 'room'

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant('send' as const) },
    { weight: 2, arbitrary: fc.constant('edit' as const) },
    { weight: 1, arbitrary: fc.constantFrom('join' as const, 'leave' as const, 'topic' as const) },
  ),
  { maxLength: 40 },
)

describe('changesSince', () => {
  it('[SOK2] gives a cursor of any age exactly the rows changed since, whatever the page', () => {
    const property = fc.property(steps, fc.integer({ min: 1, max: 7 }), (taken, rows) => {
      const room = new LocalRoom()
      const stampedAt = new Map([
        ['room', 1],
        [`member ${owner.id}`, 1],
      ])
      taken.forEach((step, n) => {
        const before = room.open.ledger.rev
        const stamped = take(step, n, room)
        if (room.open.ledger.rev === before) return // Nobody to leave, nothing to edit.
        for (const name of stamped) stampedAt.set(name, before + 1)
      })
      const { reader, ledger } = room.open
      for (let after = 0; after <= ledger.rev; after += 1) {
        const seen = readAll(reader, rev(after), { ...framePage, rows })
        const expected = [...stampedAt].filter(([, at]) => at > after)
        expect(new Map(seen.map((row) => [nameOf(row), row.rev]))).toEqual(new Map(expected))
        expect(seen).toHaveLength(expected.length)
        expect(reader.countSince(rev(after), owner.id, 1_000)).toBe(expected.length)
      }
    })
    fc.assert(property, { numRuns: 60 })
  })

  it('[LIM1 R19] cuts a page at 1,000 rows', () => {
    const reader = readerOf(roomWith(pageRowsMax + 1))
    const sizes = [-1, 0, 1].map((over) => {
      const after = rev(2 - over) // Revs 2 … 1,002 are the messages.
      const page = reader.changesSince(after, owner.id, {
        rows: pageRowsMax,
        bytes: 8 * pageBytesMax,
      })
      return [page.rows.messages.length, page.more]
    })
    expect(sizes).toEqual([
      [pageRowsMax - 1, false],
      [pageRowsMax, false],
      [pageRowsMax, true],
    ])
  })

  it('[SOK2 R19] keeps the encoded page within 256 KiB, whatever the text', () => {
    for (const body of [
      'a'.repeat(4_000),
      '\u{1F600}'.repeat(4_000),
      `x${'"\\\n\u0001'.repeat(999)}x`,
    ]) {
      const reader = readerOf(roomWith(100, body))
      const page = reader.changesSince(rev(0), owner.id)
      const bytes = utf8Bytes(encodePage(page, rev(0)))
      expect(page.more).toBe(true)
      expect(bytes).toBeLessThanOrEqual(pageBytesMax)
      expect(bytes).toBeGreaterThan(pageBytesMax * 0.85)
    }
  })

  it('[SOK2] never parts the rows of one rev, and lets one that is too large pass alone', () => {
    const room = new LocalRoom()
    room.join(2)
    const page = readerOf(room).changesSince(rev(1), owner.id, { rows: 1, bytes: pageBytesMax })
    expect(page.rows.members).toHaveLength(1)
    expect(page.rows.room).not.toBeNull()
    expect(page).toMatchObject({ to: 2, more: false })
  })

  it('names the people behind the messages, also those who left', () => {
    const room = roomWith(2)
    const ana = room.join(2, 'member', 'Ana')
    room.post(ana, 'Bye')
    room.open.people.leave(asker(ana))
    const { people } = readerOf(room).changesSince(rev(1), owner.id)
    expect(people.map(({ name }) => name)).toEqual(['Olga', 'Ana'])
  })
})

describe('history', () => {
  const seqs = (rows: readonly MessageRow[]) => rows.map((row) => Number(row.seq))
  const reader = readerOf(roomWith(20))

  it('[P13 D-04 ORD3] gives the newest, or what is before, after or around a seq, in order', () => {
    expect(seqs(reader.history({ limit: 3 }))).toEqual([18, 19, 20])
    expect(seqs(reader.history({ before: seq(4), limit: 5 }))).toEqual([1, 2, 3])
    expect(seqs(reader.history({ after: seq(17), limit: 5 }))).toEqual([18, 19, 20])
    expect(seqs(reader.history({ around: seq(10), limit: 4 }))).toEqual([9, 10, 11, 12])
  })

  it('has nothing beyond the ends', () => {
    expect(reader.history({ before: seq(1), limit: 5 })).toEqual([])
    expect(reader.history({ after: seq(20), limit: 5 })).toEqual([])
    expect(seqs(reader.history({ around: seq(1), limit: 4 }))).toEqual([1, 2, 3])
    expect(seqs(reader.history({ around: seq(999), limit: 4 }))).toEqual([19, 20])
  })
})

it('lists members by rank, then name, and goes on from where a page ended', () => {
  const room = new LocalRoom()
  room.join(2, 'member', 'Zoe')
  room.join(3, 'moderator', 'Max')
  room.join(4, 'member', 'Ana')
  room.join(5, 'member', 'Ana')
  const reader = readerOf(room)
  const all = reader.members(null, 10)
  expect(all.map(({ name }) => name)).toEqual(['Olga', 'Max', 'Ana', 'Ana', 'Zoe'])
  for (let at = 0; at < all.length; at += 1) {
    const { role, name, id } = all[at]!
    expect(reader.members({ role, name, id }, 10)).toEqual(all.slice(at + 1))
  }
})
