import { describe, expect, it } from 'vitest'
import { newMessageId, userId } from '../test/support/ids.ts'
import { LocalRoom, owner } from '../test/support/local-room.ts'

const ana = { id: userId(2), name: 'Ana', avatar: null }

function privateRoom(): LocalRoom {
  const room = new LocalRoom()
  room.open.room.change(owner.id, { visibility: 'private' })
  return room
}

describe('a public room', () => {
  it('lets anyone in once, and tells who was there', () => {
    const room = new LocalRoom()
    const olga = room.attach(owner.id).clear()
    expect(room.open.room.join(ana)).toMatchObject({ ok: true, value: { role: 'member' } })
    expect(room.open.room.join(ana)).toMatchObject({
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
    const { room } = new LocalRoom().open
    expect(room.view(null)).toMatchObject({ ok: true, value: { role: null } })
    expect(room.history(null, { limit: 5 })).toMatchObject({ refusal: { code: 'forbidden' } })
    expect(room.members(ana.id, { after: null, limit: 5 })).toMatchObject({
      refusal: { code: 'forbidden' },
    })
    expect(room.send(ana.id, { id: newMessageId(), body: 'Hi' })).toMatchObject({
      refusal: { code: 'forbidden' },
    })
  })
})

describe('a private room', () => {
  it('is nothing at all to a stranger', () => {
    const { room } = privateRoom().open
    const answers = [
      room.view(ana.id),
      room.join(ana),
      room.change(ana.id, { name: 'Mine' }),
      room.history(ana.id, { limit: 5 }),
      room.members(ana.id, { after: null, limit: 5 }),
      room.send(ana.id, { id: newMessageId(), body: 'Hi' }),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ refusal: { code: 'notFound' } })
  })
})

it('the owner changes it and everyone sees the row; a member may not', () => {
  const room = new LocalRoom()
  const member = room.join(2)
  const socket = room.attach(member).clear()
  expect(room.open.room.change(member, { name: 'Cellar' })).toMatchObject({
    refusal: { code: 'forbidden' },
  })
  room.open.room.change(owner.id, { name: 'Cellar' })
  expect(socket.changes).toMatchObject([{ room: { name: 'Cellar', topic: '', memberCount: 2 } }])
})

it('the owner cannot leave; a member can, and is counted no more', () => {
  const room = new LocalRoom()
  const member = room.join(2)
  expect(room.open.room.leave(owner.id)).toMatchObject({ refusal: { code: 'ownerLeaves' } })
  expect(room.open.room.leave(member)).toMatchObject({ ok: true })
  expect(room.open.ledger.room.memberCount).toBe(1)
  expect(room.open.room.join({ ...ana, id: member })).toMatchObject({ value: { role: 'member' } })
})

it('a new name reaches everyone, and their next welcome', () => {
  const room = new LocalRoom()
  const socket = room.attach(owner.id).clear()
  room.open.room.renamePerson({ ...owner, name: 'Olga P.' })
  expect(socket.changes).toMatchObject([{ members: [{ userId: owner.id, name: 'Olga P.' }] }])
  expect(room.attach(owner.id).frames[0]).toMatchObject({ you: { name: 'Olga P.' } })
})

it('history is as of the rev it names, with the ends of the room', () => {
  const { room } = new LocalRoom().open
  expect(room.history(owner.id, { limit: 5 })).toMatchObject({ value: { first: 0, last: 0 } })
  room.send(owner.id, { id: newMessageId(), body: 'One' })
  room.send(owner.id, { id: newMessageId(), body: 'Two' })
  expect(room.history(owner.id, { limit: 1 })).toMatchObject({
    value: { messages: [{ body: 'Two' }], people: [{ name: 'Olga' }], rev: 3, first: 1, last: 2 },
  })
})
