import { expect, it } from 'vitest'
import { quietMembersMax } from '../protocol/limits.ts'
import { roomOf } from '../test/support/crowd.ts'
import { userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)
const ana = userId(2)
const named = (name: string, asOf: number, id = ana) => ({ id, name, avatar: null, asOf })

it('[API5] an older name is no news, though somebody came back with one older still', () => {
  const room = new LocalRoom()
  const { people, members } = room.open
  people.join(asker(ana), named('Ana', 5), true)
  people.renamePerson(named('Anna', 9))
  people.leave(asker(ana))
  people.join(asker(ana), named('An', 4), true)
  const { rev } = room.open.ledger
  people.renamePerson(named('Annie', 6))
  expect(members.find(ana)).toMatchObject({ name: 'Anna', rev })
  people.renamePerson(named('Annika', 10))
  expect(members.find(ana)).toMatchObject({ name: 'Annika', rev: rev + 1 })
})

it.each([
  ['was never in', () => {}],
  [
    'has left quietly',
    ({ open }: LocalRoom, who: typeof ana) => {
      open.people.join(asker(who), named('Quiet', 1, who), true)
      open.people.leave(asker(who))
    },
  ],
])('[SOK5 SOK15] a ban of whoever %s is told a crowd live and in a catch-up alike', (_, before) => {
  const room = roomOf(quietMembersMax + 5)
  const who = userId(900)
  before(room, who)
  const socket = room.arrive(ana)
  const { rev } = room.open.ledger
  room.open.people.ban(olga, named('Nobody', 2, who))
  room.passMs(1_000)
  const row = { userId: who, state: 'banned', rev: rev + 1 }
  expect(socket.changes.flatMap(({ members }) => members)).toMatchObject([row])
  const { rows } = room.open.reader.changesSince(rev, ana)
  expect(rows.members).toMatchObject([row])
  expect(room.open.reader.countSince(rev, ana, 9)).toBe(1)
})

it.each(['remove', 'ban'] as const)('[SOK5] %s takes the role as well, told and kept', (act) => {
  const room = new LocalRoom()
  const max = room.join(3, 'moderator')
  const socket = room.arrive(owner.id)
  const { people, members } = room.open
  if (act === 'ban') people.ban(olga, { id: max })
  else people.remove(olga, max)
  expect(members.find(max)?.role).toBe('member')
  expect(socket.changes[0]?.members).toMatchObject([{ userId: max, role: 'member' }])
})
