import { describe, expect, it } from 'vitest'
import { refusal } from '../protocol/failures.ts'
import { expiringNoticeMs } from '../protocol/limits.ts'
import { newSessionId, seq } from '../test/support/ids.ts'
import { asker, LocalRoom, type LocalSocket, message, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)
const person = (id: ReturnType<LocalRoom['join']>) => ({ id, name: 'P', avatar: null, asOf: 9 })

function roomWithAna() {
  const room = new LocalRoom()
  const id = room.join(2)
  const witness = room.arrive(owner.id)
  const [one, two] = [room.arrive(id), room.arrive(id)]
  witness.clear()
  return { room, id, one, two, witness, people: room.open.people }
}

/** One of every command that would have an effect. */
const frames = [
  { type: 'send', ref: 1, ...message('Still here') },
  { type: 'edit', ref: 2, seq: 2, body: 'Still here' },
  { type: 'delete', ref: 3, seq: 2 },
  { type: 'react', ref: 4, seq: 3, emoji: '👍', on: true },
  { type: 'read', seq: 3 },
  { type: 'typing', on: true },
  { type: 'sync', ref: 5, after: 0 },
]

type World = ReturnType<typeof roomWithAna>
const endings: Record<string, { act: (world: World) => unknown; close: number }> = {
  remove: { act: ({ people, id }) => people.remove(olga, id), close: 4403 },
  ban: { act: ({ people, id }) => people.ban(olga, person(id)), close: 4403 },
  leave: { act: ({ people, id }) => people.leave(asker(id)), close: 4403 },
  signOut: {
    act: ({ room, one, two }) => {
      const sessions = [one, two].map(({ session }) => session.sessionId)
      room.open.ended.add(sessions, room.nowMs + 900_000)
      room.open.reception.endAll(refusal('unauthenticated'), ({ sessionId }) =>
        sessions.includes(sessionId),
      )
    },
    close: 4401,
  },
  roomDeletion: { act: ({ room }) => room.open.reception.endAll(refusal('roomGone')), close: 4404 },
}

describe('whoever is out', () => {
  it.each(Object.entries(endings))(
    '[SOK13 S4 V-6] after %s the very next frame has no effect, and none is sent them',
    (_, { act, close }) => {
      for (const frame of frames) {
        const world = roomWithAna()
        const { room, id, one, two } = world
        room.post(id, 'Mine')
        room.post(owner.id, 'Within the window: told to whoever is still in')
        act(world)
        const before = JSON.stringify([room.dump()['messages'], room.dump()['members']])
        const { rev } = room.open.ledger
        room.say(one, frame)
        room.passMs(5_000)
        expect(JSON.stringify([room.dump()['messages'], room.dump()['members']])).toBe(before)
        for (const { changes, closed, last } of [one, two]) {
          expect(closed?.code).toBe(close)
          expect(last.type).toBe('closing')
          expect(changes.filter(({ to }) => to >= rev)).toEqual([])
        }
      }
    },
  )

  it('[SOK13 S4] never sees the rev of their removal, though others’ news was pending', () => {
    const { room, one, two, witness, people, id } = roomWithAna()
    room.post(owner.id, 'At once')
    room.post(owner.id, 'Pending')
    people.ban(olga, person(id))
    room.post(owner.id, 'Behind their back')
    room.passMs(1_000)
    const { rev } = room.open.ledger
    expect(witness.changes.at(-1)).toMatchObject({ to: rev })
    for (const { raw, changes } of [one, two]) {
      expect(Math.max(...changes.map(({ to }) => to))).toBeLessThan(rev - 1)
      expect(raw.join()).not.toContain('Behind their back')
    }
  })

  it('[SOK13] is refused at the door, and let in again once that was taken back', () => {
    const { room, people, id } = roomWithAna()
    const caller = { ...asker(id), expiresAt: room.nowMs + 9_000 }
    people.ban(olga, person(id))
    expect(room.open.reception.refuses(caller)?.code).toBe('forbidden')
    expect(people.join(caller, person(id), true)).toMatchObject({ refusal: { code: 'banned' } })
    people.unban(olga, id)
    expect(people.join(caller, person(id), false)).toMatchObject({ ok: true })
    expect(room.open.reception.refuses(caller)).toBeNull()
  })

  it('[SOK13] a ban of somebody who was never in keeps them out, and is listed', () => {
    const { room, people } = roomWithAna()
    const { id } = { id: olga.userId.replace('1', '9') as typeof olga.userId }
    people.ban(olga, person(id))
    const joined = people.join(asker(id), person(id), true)
    expect(joined).toMatchObject({ refusal: { code: 'banned' } })
    const bans = people.bans(olga, { after: null, limit: 5 })
    expect(bans).toEqual({ ok: true, value: [{ id, name: 'P', avatar: null }] })
    expect(room.open.ledger.room.memberCount).toBe(2)
  })
})

describe('whoever may less', () => {
  const refusedOf = ({ frames: heard }: LocalSocket) =>
    heard.flatMap((frame) => (frame.type === 'refused' ? [frame.code] : []))

  it('[SOK13] the muted say nothing from the next frame on, until their time is over', () => {
    const { room, one, people, id } = roomWithAna()
    people.changeMember(olga, id, { mutedUntil: room.nowMs + 1_000 })
    const { seq: head } = room.open.ledger
    room.say(one, frames[0]!)
    expect(refusedOf(one)).toEqual(['muted'])
    room.passMs(999)
    room.say(one, frames[0]!)
    room.passMs(1)
    room.say(one, frames[0]!)
    expect(refusedOf(one)).toEqual(['muted', 'muted'])
    expect(room.open.ledger.seq).toBe(head + 1)
    expect(one.closed).toBeNull()
  })

  it('[SOK13] a moderator who is one no more deletes nothing of others', () => {
    const room = new LocalRoom()
    const max = room.join(2)
    const { people } = room.open
    people.changeMember(olga, max, { role: 'moderator' })
    const socket = room.arrive(max)
    const { seq: at } = room.post(owner.id)
    people.changeMember(olga, max, { role: 'member' })
    room.say(socket, { type: 'delete', ref: 1, seq: at })
    expect(refusedOf(socket)).toEqual(['forbidden'])
    expect(room.open.messages.find(at)?.deletedAt).toBeNull()
  })
})

describe('a token', () => {
  const caller = (room: LocalRoom, userId = owner.id, ms = 900_000) => ({
    ...{ userId, sessionId: newSessionId(), expiresAt: room.nowMs + ms },
  })
  const expiringOf = ({ frames: heard }: LocalSocket) =>
    heard.filter(({ type }) => type === 'expiring')

  it('[SOK12 S3] is asked to be renewed 60 s before its end, once', () => {
    const room = new LocalRoom()
    const socket = room.attach(owner.id)
    const { expiresAt } = socket.session
    expect(room.alarmAtMs).toBeLessThanOrEqual(expiresAt - expiringNoticeMs)
    const idle = (ms: number) => {
      for (let left = ms; left > 0; left -= 20_000) {
        socket.pingedAt = room.nowMs
        room.ringFor(Math.min(20_000, left))
      }
    }
    idle(900_000 - expiringNoticeMs - 1_000)
    expect(expiringOf(socket)).toEqual([])
    idle(1_000)
    expect(expiringOf(socket)).toEqual([{ type: 'expiring', at: expiresAt }])
    room.open.reception.endExpired() // Another's token was due.
    room.restart(socket)
    idle(expiringNoticeMs - 1_000)
    expect([expiringOf(socket).length, socket.closed]).toEqual([1, null])
    idle(1_000)
    expect(socket.closed).toEqual({ code: 4401, reason: 'unauthenticated' })
  })

  it('[SOK12] that is new lets the socket live on, and is asked for again in its turn', () => {
    const room = new LocalRoom()
    const socket = room.attach(owner.id)
    room.passMs(850_000)
    room.open.reception.endExpired()
    expect(expiringOf(socket)).toHaveLength(1)
    room.open.inbox.renew(socket.session, 7, caller(room))
    expect(socket.last).toEqual({ type: 'ok', ref: 7 })
    room.passMs(100_000)
    expect(room.open.reception.endExpired()).toBe(socket.session.expiresAt - expiringNoticeMs)
    expect(socket.closed).toBeNull()
    room.passMs(750_000)
    room.open.reception.endExpired()
    expect(expiringOf(socket)).toHaveLength(2)
  })

  it('[SOK12 S3] of another, an earlier one, or of an ended sign-in is refused', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const socket = room.attach(owner.id)
    const ended = caller(room)
    room.open.ended.add([ended.sessionId], room.nowMs + 900_000)
    const before = { ...socket.state }
    for (const other of [null, caller(room, ana), caller(room, owner.id, 1), ended]) {
      room.open.inbox.renew(socket.session, 7, other)
      expect(socket.last).toMatchObject({ type: 'refused', ref: 7, code: 'unauthenticated' })
    }
    expect(socket.state).toEqual(before)
    expect(socket.closed).toBeNull()
  })

  it('[SOK12] is handed out for verifying, by whoever has a budget left', () => {
    const room = new LocalRoom({ allowance: { burst: 1, perSecond: 1 } })
    const socket = room.arrive(owner.id)
    const auth = JSON.stringify({ type: 'auth', ref: 3, token: 'new' })
    const { inbox } = room.open
    expect(inbox.receive(socket.session, auth)).toEqual({ type: 'auth', ref: 3, token: 'new' })
    expect(inbox.receive(socket.session, auth)).toBeNull()
    expect(socket.last).toMatchObject({ type: 'refused', ref: 3, code: 'rateLimited' })
  })

  it('[SOK12 S3] that is over is delivered nothing, be it change or sign', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const socket = room.attach(owner.id, {}, { expiresAt: room.nowMs + 5_000 })
    room.passMs(5_000)
    socket.clear()
    room.post(ana)
    room.open.signs.types(asker(ana), true)
    room.open.signs.markRead(asker(ana), seq(2))
    room.attach(ana)
    room.passMs(1_000)
    expect(socket.raw).toEqual([])
    room.say(socket, frames[0]!)
    expect(socket.frames).toMatchObject([{ type: 'closing', code: 'unauthenticated' }])
  })
})
