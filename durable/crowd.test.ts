import { describe, expect, it } from 'vitest'
import { quietMembersMax } from '../protocol/limits.ts'
import { roomOf } from '../test/support/crowd.ts'
import { rev, seq, userId } from '../test/support/ids.ts'
import { asker, type LocalRoom, message, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)
const [ana, ben, newcomer] = [userId(2), userId(3), userId(999)]
const crowd = () => roomOf(quietMembersMax + 1)
const person = (id = newcomer, name = 'New') => ({ id, name, avatar: null, asOf: 9 })
const join = (room: LocalRoom, id = newcomer) => room.open.people.join(asker(id), person(id), false)
const idsOf = (rows: readonly { userId: string }[]) => rows.map(({ userId: id }) => id)
const catchUp = (room: LocalRoom, reader = ana, after = rev(0)) =>
  idsOf(room.open.reader.changesSince(after, reader).rows.members)

describe('[SOK15] a crowd', () => {
  it('begins with the 201st member: that joining and all after it are quiet', () => {
    for (const [members, isTold] of [
      [quietMembersMax - 1, true],
      [quietMembersMax, false],
      [quietMembersMax + 1, false],
    ] as const) {
      const room = roomOf(members)
      const socket = room.arrive(ana)
      const { rev: before, seq: head } = room.open.ledger
      join(room)
      expect(room.open.ledger).toMatchObject({ rev: before + 1, seq: head + (isTold ? 1 : 0) })
      expect(socket.changes).toMatchObject([{ to: before + 1, room: { memberCount: members + 1 } }])
      expect(idsOf(socket.changes[0]!.members)).toEqual(isTold ? [newcomer] : [])
      expect(socket.changes[0]!.messages).toHaveLength(isTold ? 1 : 0)
    }
  })

  it('ends with the 201st leaving, which is quiet as its joining was', () => {
    const room = crowd()
    const socket = room.arrive(ana)
    for (const [id, isTold] of [
      [ben, false],
      [userId(4), true],
    ] as const) {
      room.open.people.leave(asker(id))
      room.passMs(1_000)
      expect(idsOf(socket.changes.at(-1)!.members)).toEqual(isTold ? [id] : [])
    }
    expect(socket.changes.at(-1)!.room?.memberCount).toBe(quietMembersMax - 1)
  })

  it('is shown its moderators, oneself, and whom its messages name', () => {
    const room = roomOf(quietMembersMax + 2) // One of whom is banned.
    room.open.people.changeMember(olga, userId(5), { role: 'moderator' })
    room.open.people.changeMember(olga, userId(6), { mutedUntil: 2e12 })
    room.open.people.ban(olga, person(userId(7)))
    room.post(ben, 'Hello', { mentions: [userId(8)] })
    const [snapshot] = room.attach(ana).changes
    expect(idsOf(snapshot!.members).sort()).toEqual([owner.id, ana, userId(5), userId(6)].sort())
    const named = snapshot!.people.map(({ id }) => id)
    expect(named).toEqual(expect.arrayContaining([owner.id, ben, userId(8), userId(5)]))
    expect(catchUp(room).sort()).toEqual([owner.id, ana, ...[5, 6, 7].map(userId)].sort())
    expect(room.open.reader.changesSince(rev(0), 'archive').rows.members).toHaveLength(202)
  })

  it('is told whom a message names, and who reacts', () => {
    const room = crowd()
    const socket = room.arrive(ana)
    const { seq: at } = room.post(ben, 'You', { mentions: [userId(8)] })
    room.passMs(1_000)
    room.open.room.react(asker(userId(9)), { seq: at, emoji: '👍', on: true })
    const names = socket.changes.map(({ people }) => people.map(({ name }) => name))
    expect(names).toEqual([['Person 3', 'Person 8'], ['Person 9']])
  })

  it('is told what is done to somebody, and from then on all that they do', () => {
    const room = crowd()
    const socket = room.arrive(ana)
    const told = (act: () => unknown) => {
      socket.clear()
      act()
      room.passMs(1_000)
      return socket.changes.flatMap(({ members }) =>
        members.map(({ state, role }) => [state, role]),
      )
    }
    const { people } = room.open
    const role = (next: 'member' | 'moderator') => () =>
      people.changeMember(olga, ben, { role: next })
    expect(told(role('moderator'))).toEqual([['joined', 'moderator']])
    expect(told(role('member'))).toEqual([['joined', 'member']])
    expect(told(() => people.leave(asker(ben)))).toEqual([['left', 'member']])
    expect(told(() => join(room, ben))).toEqual([['joined', 'member']])
    expect(told(() => people.remove(olga, userId(4)))).toEqual([['removed', 'member']])
    expect(told(() => join(room, userId(4)))).toEqual([['joined', 'member']])
  })

  it('is told a new name, whoever’s it is: its owner holds the row', () => {
    const room = crowd()
    const socket = room.arrive(ana)
    room.open.people.renamePerson(person(ana, 'Anna'))
    const row = { userId: ana, name: 'Anna', role: 'member', state: 'joined' }
    expect(socket.changes).toMatchObject([{ members: [row] }])
    expect(catchUp(room, ben, rev(210))).toEqual([])
  })

  it('counts what is quiet in nobody’s cursor: a catch-up is as long as what it brings', () => {
    const room = crowd()
    const { rev: before, epoch } = room.open.ledger
    for (let n = 0; n < 5; n += 1) join(room, userId(1_000 + n))
    expect(room.open.reader.countSince(before, ana, 100)).toBe(1) // The room itself.
    const socket = room.attach(ana, { epoch, after: before })
    expect(socket.changes).toMatchObject([{ from: before, to: before + 5, members: [] }])
  })
})

it('[SOK15] a small room is told of everybody, also by whom a message was that it missed', () => {
  const room = roomOf(3)
  const socket = room.arrive(ana)
  join(room)
  room.open.room.send(asker(newcomer), message('Hi'))
  room.passMs(1_000)
  expect(socket.changes.flatMap(({ members }) => idsOf(members))).toEqual([newcomer])
  expect(socket.changes.at(-1)!.people).toEqual([])
  expect(room.open.messages.find(seq(2))?.notice).toEqual({ event: 'joined', userId: newcomer })
})
