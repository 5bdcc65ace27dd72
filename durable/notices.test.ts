import { expect, it } from 'vitest'
import type { Notice } from '../protocol/changes.ts'
import { userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)
const [ana, max] = [userId(2), userId(3)]
const person = (id = ana) => ({ id, name: 'P', avatar: null, asOf: 1 })
const entry = { name: 'Cellar', topic: '', visibility: 'public' as const, version: 2 }

/** Each event: what brings it about in a room where Max is a moderator, and what its line says. */
const events: Record<
  Notice['event'],
  { act: (room: LocalRoom) => unknown; by: typeof ana; notice: Notice }
> = {
  joined: {
    act: ({ open }) => open.people.join(asker(userId(9)), person(userId(9)), false),
    by: userId(9),
    notice: { event: 'joined', userId: userId(9) },
  },
  left: {
    act: ({ open }) => open.people.leave(asker(ana)),
    by: ana,
    notice: { event: 'left', userId: ana },
  },
  removed: {
    act: ({ open }) => open.people.remove(asker(max), ana),
    by: max,
    notice: { event: 'removed', userId: ana },
  },
  banned: {
    act: ({ open }) => open.people.ban(asker(max), person()),
    by: max,
    notice: { event: 'banned', userId: ana },
  },
  roleChanged: {
    act: ({ open }) => open.people.changeMember(olga, ana, { role: 'moderator' }),
    by: owner.id,
    notice: { event: 'roleChanged', userId: ana, role: 'moderator' },
  },
  renamed: {
    act: ({ open }) => open.people.change(asker(max), entry),
    by: max,
    notice: { event: 'renamed', name: 'Cellar' },
  },
}

function roomWithBoth(): LocalRoom {
  const room = new LocalRoom()
  room.join(2)
  room.join(3, 'moderator')
  return room
}

it.each(Object.entries(events))(
  '[ORD1 ORD2] %s is a line of the room’s own, of the rev of what it tells',
  (_, { act, by, notice }) => {
    const room = roomWithBoth()
    const socket = room.arrive(owner.id)
    const { seq: head, rev } = room.open.ledger
    act(room)
    const line = { seq: head + 1, rev: rev + 1, authorId: by, kind: 'notice', notice }
    expect(room.open.ledger).toMatchObject({ seq: head + 1, rev: rev + 1 })
    const [row, ...more] = room.open.reader.history({ limit: 1 })
    expect([row, more]).toMatchObject([{ ...line, body: '', createdAt: room.nowMs }, []])
    expect(socket.changes).toMatchObject([{ from: rev, to: rev + 1, messages: [line] }])
  },
)

it('a hand-over is one line, of the new owner', () => {
  const room = roomWithBoth()
  const { rev } = room.open.ledger
  room.open.people.changeMember(olga, ana, { role: 'owner' })
  const notice = { event: 'roleChanged', userId: ana, role: 'owner' }
  expect(room.open.reader.history({ limit: 1 })).toMatchObject([{ authorId: owner.id, notice }])
  expect(room.open.ledger.rev).toBe(rev + 1)
})

it('a rename that only the directory knows of is the owner’s', () => {
  const room = roomWithBoth()
  room.open.people.adopt(entry, null)
  expect(room.open.reader.history({ limit: 1 })).toMatchObject([{ authorId: owner.id }])
})

it('what nobody needs to be told in the conversation makes no line', () => {
  const room = roomWithBoth()
  const { seq: head } = room.open.ledger
  const { people } = room.open
  people.changeMember(olga, ana, { mutedUntil: 5 })
  people.configure(olga, { slowModeSeconds: 5 })
  people.change(olga, { ...entry, name: 'Kitchen', topic: 'Soup' })
  people.renamePerson({ ...person(), name: 'Anna', asOf: 9 })
  people.ban(olga, person(userId(9)))
  people.unban(olga, userId(9))
  expect(room.open.ledger.seq).toBe(head)
})

it('[SND8] a line of the room’s own is not searched for', () => {
  const room = roomWithBoth()
  room.open.people.change(olga, entry)
  const found = room.open.room.search(olga, { query: 'cellar', limit: 5 })
  expect(found).toMatchObject({ value: { hits: [] } })
})

it('[ORD1] a line of the room’s own is no older than the one above it, though a clock was set back', () => {
  const room = roomWithBoth()
  const { seq: at } = room.post(owner.id)
  const { createdAt } = room.open.messages.find(at)!
  room.nowMs -= 60_000
  room.open.people.leave(asker(ana))
  expect(room.open.messages.find(room.open.ledger.seq)).toMatchObject({ kind: 'notice', createdAt })
})
