import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MemberRow, MessageRow, Notice, Person, RoomRow } from '../protocol/changes.ts'
import type { UserId } from '../protocol/ids.ts'
import { pageBytesMax, pageRowsMax, roomNameCharactersMax } from '../protocol/limits.ts'
import { Role } from '../protocol/permissions.ts'
import { utf8Bytes } from '../protocol/text.ts'
import { messageId, rev, roomId, seq, userId } from '../test/support/ids.ts'
import { pageOf, type Stamped } from './page.ts'
import { encodePage } from './page-frame.ts'

const head = Number.MAX_SAFE_INTEGER
const limits = { rows: pageRowsMax, bytes: pageBytesMax }

const string = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength, size: 'max' })
const harsh = (maxLength: number) =>
  fc
    .array(fc.constantFrom('"', '\\', '\u0001', '\u{1F600}', 'a', '東'), { maxLength, size: 'max' })
    .map(join)
const join = (units: readonly string[]) => units.join('')
const free = (maxLength: number) => fc.oneof(string(maxLength), harsh(maxLength))
const user = fc.integer({ min: 1, max: 400 }).map(userId)
const time = fc.constantFrom(null, 8_640_000_000_000_000)
const large = fc.constantFrom(head, head - 1).map(seq)

const notice: fc.Arbitrary<Notice> = fc.oneof(
  fc.record({ event: fc.constantFrom('joined' as const, 'removed' as const), userId: user }),
  fc.record({
    event: fc.constant('roleChanged' as const),
    userId: user,
    role: fc.constantFrom(...Role.options),
  }),
  fc.record({ event: fc.constant('renamed' as const), name: harsh(roomNameCharactersMax) }),
)

const emoji = fc.constantFrom('👍', '👨🏿‍❤️‍💋‍👨🏻', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🎉', '1️⃣')

const messageRow: fc.Arbitrary<MessageRow> = fc.record({
  ...{ seq: large, rev: fc.constant(rev(head)), id: fc.constant(messageId(1)), authorId: user },
  kind: fc.constantFrom('message' as const, 'notice' as const),
  body: fc.oneof(free(4_000), free(150)),
  replyTo: fc.option(large, { freq: 1 }),
  mentions: fc.oneof(fc.constant<UserId[]>([]), fc.array(user, { maxLength: 50, size: 'max' })),
  reactions: fc.oneof(
    fc.constant({}),
    fc.dictionary(emoji, fc.array(user, { maxLength: 200, size: 'max' })),
  ),
  notice: fc.option(notice, { freq: 1 }),
  ...{ createdAt: fc.constant(8_640_000_000_000_000), editedAt: time, deletedAt: time },
})

const memberRow: fc.Arbitrary<MemberRow> = fc.record({
  ...{ userId: user, rev: fc.constant(rev(head)), name: free(64), avatar: fc.option(free(300)) },
  role: fc.constantFrom(...Role.options),
  state: fc.constantFrom('joined' as const, 'left' as const, 'removed' as const, 'banned' as const),
  mutedUntil: time,
})

const roomRow: fc.Arbitrary<RoomRow> = fc.record({
  ...{ id: fc.constant(roomId(1)), rev: fc.constant(rev(head)), name: free(50), topic: free(250) },
  visibility: fc.constantFrom('public' as const, 'private' as const),
  memberCount: fc.constant(1_000_000),
  settings: fc.constant({
    ...{ slowModeSeconds: 21_600, editWindowSeconds: 31_536_000, invitesBy: 'moderator' as const },
  }),
})

const stampedMessage = ([row, isBirth]: [MessageRow, boolean]): Stamped => {
  return { kind: 'message', row, isBirth }
}

const stamped: fc.Arbitrary<Stamped> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(messageRow, fc.boolean()).map(stampedMessage) },
  { weight: 2, arbitrary: memberRow.map((row) => ({ kind: 'member' as const, row })) },
  { weight: 1, arbitrary: roomRow.map((row) => ({ kind: 'room' as const, row })) },
)

const person = (id: Person['id']): Person => ({ id, name: '"'.repeat(64), avatar: '\\'.repeat(99) })

function bytesOf(changed: readonly Stamped[]) {
  const page = pageOf(changed, { head: rev(head), limits, person })
  const { messages, members, room } = page.rows
  const taken = messages.length + members.length + (room ? 1 : 0)
  return { page, taken, bytes: utf8Bytes(encodePage(page, rev(head))) }
}

it('[SOK2 R19] no page is larger than 256 KiB, whatever is in its rows, unless one rev alone is', () => {
  const many = fc.array(stamped, { minLength: 1, maxLength: 60 })
  const property = fc.property(
    many,
    fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
    (rows, times) => {
      // Each some times over, or few would be enough to fill a page; each under a rev of its own.
      const all = rows.flatMap((row) => Array<Stamped>(times.next().value ?? 1).fill(row))
      const changed = all.map(
        (one, n) => ({ ...one, row: { ...one.row, rev: rev(n + 1) } }) as Stamped,
      )
      const { taken, bytes } = bytesOf(changed)
      if (taken > 1) expect(bytes).toBeLessThanOrEqual(pageBytesMax)
    },
  )
  fc.assert(property, { numRuns: 200 })
}, 60_000)

it('[SOK2 R19] no row weighs more than it was taken for: a page full of it fits', () => {
  const property = fc.property(stamped, (one) => {
    const changed = Array.from({ length: pageRowsMax }, (_, n) => {
      return { ...one, row: { ...one.row, seq: seq(head - n), rev: rev(head - pageRowsMax + n) } }
    }) as Stamped[]
    const { taken, bytes } = bytesOf(changed)
    if (taken > 1) expect(bytes).toBeLessThanOrEqual(pageBytesMax)
  })
  fc.assert(property, { numRuns: 400 })
}, 60_000)

it('[SOK2 R19] a rev that is too large alone passes alone, and whole', () => {
  const [row] = fc.sample(messageRow, { numRuns: 1, seed: 1 })
  const huge = { ...row!, body: '\u0001'.repeat(100_000) }
  const under = (at: number): Stamped => stampedMessage([{ ...huge, rev: rev(at) }, true])
  const { page } = bytesOf([under(1), under(1), under(2)])
  expect(page).toMatchObject({ to: 1, more: true })
  expect(page.rows.messages).toHaveLength(2)
})
