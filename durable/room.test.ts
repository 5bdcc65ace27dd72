import { describe, expect, it } from 'vitest'
import { userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'

const ana = { id: userId(2), name: 'Ana', avatar: null, asOf: 2 }
const anaAsks = asker(ana.id)
const olgaAsks = asker(owner.id)
const entry = { name: 'Kitchen', topic: '', visibility: 'public' as const, version: 2 }

function privateRoom(): LocalRoom {
  const room = new LocalRoom()
  room.open.people.change(olgaAsks, { ...entry, visibility: 'private' })
  return room
}

describe('a public room', () => {
  it('lets anyone in once, and tells who was there', () => {
    const room = new LocalRoom()
    const olga = room.arrive(owner.id)
    expect(room.open.people.join(anaAsks, ana, false)).toMatchObject({
      ok: true,
      value: { role: 'member' },
    })
    expect(room.open.people.join(anaAsks, ana, false)).toMatchObject({
      ok: true,
      value: { room: { memberCount: 2 } },
    })
    expect(olga.changes).toMatchObject([
      {
        to: 2,
        members: [{ userId: ana.id, name: 'Ana', role: 'member', state: 'joined' }],
        room: { memberCount: 2 },
      },
    ])
  })

  it('shows its card to strangers, and neither its history nor its members', () => {
    const { room, people } = new LocalRoom().open
    expect(people.view(null)).toMatchObject({ ok: true, value: { role: null } })
    expect(room.history(null, { limit: 5 })).toMatchObject({ refusal: { code: 'forbidden' } })
    expect(people.members(anaAsks, { after: null, limit: 5 })).toMatchObject({
      refusal: { code: 'forbidden' },
    })
    expect(room.send(anaAsks, message('Hi'))).toMatchObject({
      refusal: { code: 'forbidden' },
    })
  })
})

describe('a private room', () => {
  it('is nothing at all to a stranger', () => {
    const { room, people } = privateRoom().open
    const answers = [
      people.view(anaAsks),
      people.join(anaAsks, ana, false),
      people.change(anaAsks, { ...entry, name: 'Mine' }),
      room.history(anaAsks, { limit: 5 }),
      people.members(anaAsks, { after: null, limit: 5 }),
      room.send(anaAsks, message('Hi')),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ refusal: { code: 'notFound' } })
  })
})

it('the owner changes it and everyone sees the row; a member may not', () => {
  const room = new LocalRoom()
  const member = room.join(2)
  const socket = room.arrive(member)
  expect(room.open.people.change(asker(member), { ...entry, name: 'Cellar' })).toMatchObject({
    refusal: { code: 'forbidden' },
  })
  room.open.people.change(olgaAsks, { ...entry, name: 'Cellar' })
  expect(socket.changes).toMatchObject([{ room: { name: 'Cellar', topic: '', memberCount: 2 } }])
})

it('the owner cannot leave; a member can, and is counted no more', () => {
  const room = new LocalRoom()
  const member = room.join(2)
  expect(room.open.people.leave(olgaAsks)).toMatchObject({ refusal: { code: 'ownerLeaves' } })
  expect(room.open.people.leave(asker(member))).toMatchObject({ ok: true })
  expect(room.open.ledger.room.memberCount).toBe(1)
  expect(room.open.people.join(asker(member), { ...ana, id: member }, false)).toMatchObject({
    value: { role: 'member' },
  })
})

it('a new name reaches everyone, and their next welcome', () => {
  const room = new LocalRoom()
  const socket = room.arrive(owner.id)
  room.open.people.renamePerson({ ...owner, name: 'Olga P.', asOf: 2 })
  expect(socket.changes).toMatchObject([{ members: [{ userId: owner.id, name: 'Olga P.' }] }])
  expect(room.attach(owner.id).frames[0]).toMatchObject({ you: { name: 'Olga P.' } })
})

it('history is as of the rev it names, with the ends of the room', () => {
  const { room } = new LocalRoom().open
  expect(room.history(olgaAsks, { limit: 5 })).toMatchObject({ value: { first: 0, last: 0 } })
  room.send(olgaAsks, message('One'))
  room.send(olgaAsks, message('Two'))
  expect(room.history(olgaAsks, { limit: 1 })).toMatchObject({
    value: { messages: [{ body: 'Two' }], people: [{ name: 'Olga' }], rev: 3, first: 1, last: 2 },
  })
})

it('[AUT2 SOK13] refuses a sign-in that has ended, whatever it asks, and no other of the same person', () => {
  const room = new LocalRoom()
  const [ended, other] = [asker(owner.id), asker(owner.id)]
  room.open.ended.add([ended.sessionId], room.nowMs + 900_000)
  for (const restarted of [false, true]) {
    if (restarted) room.restart()
    const asked = room.open
    const answers = [
      asked.people.view(ended),
      asked.people.join(ended, owner, true),
      asked.people.leave(ended),
      asked.people.change(ended, { ...entry, name: 'Mine' }),
      asked.room.history(ended, { limit: 5 }),
      asked.people.members(ended, { after: null, limit: 5 }),
      asked.room.send(ended, message('Hi')),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ ok: false, refusal: { code: 'unauthenticated' } })
    }
    const caller = { ...ended, expiresAt: room.nowMs + 1_000 }
    expect(asked.reception.refuses(caller)?.code).toBe('unauthenticated')
    expect(asked.reception.refuses({ ...caller, ...other })).toBeNull()
  }
  room.open.ended.sweep(room.nowMs + 900_000) // No token of it can still be alive.
  expect(room.open.people.view(ended).ok).toBe(true)
})
