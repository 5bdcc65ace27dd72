import { describe, expect, it } from 'vitest'
import type { ServerFrame } from '../protocol/frames.ts'
import {
  roomFullPauseMs,
  snapshotMessages,
  socketsPerMemberMax,
  socketsPerRoomMax,
} from '../protocol/limits.ts'
import { newEpoch, newMessageId, newSessionId, rev, userId } from '../test/support/ids.ts'
import { LocalRoom, owner } from '../test/support/local-room.ts'

const send = (body = 'Hello', id = newMessageId()) => ({ type: 'send', ref: 7, id, body })

function roomWith(messages: number): LocalRoom {
  const room = new LocalRoom()
  for (let n = 1; n <= messages; n += 1) {
    room.post(owner.id, `Message ${n}`)
  }
  room.passMs(1_000)
  return room
}

const seqsOf = (frames: ServerFrame[]) =>
  frames.flatMap((frame) => (frame.type === 'changes' ? frame.messages.map(({ seq }) => seq) : []))

describe('coming in', () => {
  it('[P13 D-04 D-12 SOK1 SOK3] a first visit is told welcome, then the newest 50, in the turn that attaches', () => {
    const room = roomWith(60)
    const socket = room.attach(owner.id)
    const [welcome, snapshot] = socket.frames
    expect(socket.frames).toHaveLength(2)
    expect(welcome).toMatchObject({ type: 'welcome', resumed: false, seq: 60, rev: 61 })
    expect(welcome).toMatchObject({ you: { userId: owner.id, name: 'Olga', role: 'owner' } })
    expect(snapshot).toMatchObject({ type: 'changes', snapshot: true, from: null, to: 61 })
    expect(seqsOf(socket.frames)).toEqual(
      Array.from({ length: snapshotMessages }, (_, n) => n + 11),
    )
  })

  it('[SOK2] a cursor is answered with exactly what changed since, and the socket is live', () => {
    const room = roomWith(60)
    const { epoch } = room.open.ledger
    const socket = room.attach(owner.id, { epoch, after: rev(41) })
    expect(socket.frames[0]).toMatchObject({ resumed: true })
    expect(socket.changes).toMatchObject([{ from: 41, to: 61, more: false, snapshot: false }])
    expect(seqsOf(socket.frames)).toEqual(Array.from({ length: 20 }, (_, n) => n + 41))
    room.say(socket, send())
    room.passMs(1_000)
    expect(socket.changes[1]).toMatchObject({ from: 61, to: 62 })
  })

  it('[SOK2] pages what is too much for one frame, and goes live with the last page', () => {
    const room = roomWith(2_500)
    const { epoch } = room.open.ledger
    const socket = room.attach(owner.id, { epoch, after: rev(1) })
    const other = room.attach(owner.id)
    while (socket.changes.at(-1)!.more) {
      room.say(other, send()) // The stream goes on meanwhile, and waits for the last page.
      room.passMs(1_000)
      room.say(socket, { type: 'sync', after: socket.changes.at(-1)!.to })
    }
    room.say(other, send())
    room.passMs(1_000)
    const { seq } = room.open.ledger
    expect(seqsOf(socket.frames)).toEqual(Array.from({ length: seq }, (_, n) => n + 1))
    socket.changes.slice(1).forEach((frame, n) => {
      expect(frame.from).toBe(socket.changes[n]!.to)
    })
  })

  it('[SOK2] a snapshot instead, when more has changed than the client would replay', () => {
    const room = roomWith(100)
    const { epoch } = room.open.ledger
    const resumed = [99, 100, 101].map((max) => {
      const socket = room.attach(owner.id, { epoch, after: rev(1), max })
      const [welcome] = socket.frames
      return welcome?.type === 'welcome' && welcome.resumed
    })
    expect(resumed).toEqual([false, true, true])
  })

  it('[SOK3] a cursor of another epoch, beyond head, or without its epoch starts afresh', () => {
    const room = roomWith(3)
    const { epoch } = room.open.ledger
    const positions = [
      { epoch: newEpoch(), after: rev(2) },
      { epoch, after: rev(5) },
      { after: rev(2) },
      { epoch },
    ]
    for (const position of positions) {
      const socket = room.attach(owner.id, position)
      expect(socket.frames[0]).toMatchObject({ type: 'welcome', resumed: false })
      expect(socket.changes[0]).toMatchObject({ snapshot: true, from: null })
    }
    expect(room.attach(owner.id, { epoch, after: rev(4) }).frames[0]).toMatchObject({
      resumed: true,
    })
  })

  it('refuses strangers, the expired, and whoever may not know of the room', () => {
    const room = new LocalRoom()
    const caller = { userId: owner.id, sessionId: newSessionId(), expiresAt: room.nowMs + 1 }
    const { reception } = room.open
    expect(reception.refuses(caller)).toBeNull()
    expect(reception.refuses({ ...caller, expiresAt: room.nowMs })?.code).toBe('unauthenticated')
    expect(reception.refuses({ ...caller, userId: userId(9) })?.code).toBe('forbidden')
    room.open.people.adopt({ name: 'Kitchen', topic: '', visibility: 'private', version: 2 }, null)
    expect(reception.refuses({ ...caller, userId: userId(9) })?.code).toBe('notFound')
  })

  it('[LIM3] keeps 10 sockets a member: the oldest gives way, with a hint to stay away', () => {
    const room = new LocalRoom()
    const sockets = Array.from({ length: socketsPerMemberMax }, () => {
      room.passMs(1)
      return room.attach(owner.id)
    })
    expect(sockets.filter(({ closed }) => closed)).toEqual([])
    room.attach(owner.id)
    expect(sockets.filter(({ closed }) => closed)).toEqual([sockets[0]])
    expect(sockets[0]!.closed).toEqual({ code: 4429, reason: 'tooMany' })
    expect(sockets[0]!.last).toMatchObject({
      type: 'closing',
      code: 'tooMany',
      retryAfterMs: 300_000,
    })
  })

  it('[LIM3] is full at 5,000 sockets', () => {
    const room = new LocalRoom()
    const members = Array.from({ length: socketsPerRoomMax / 10 }, (_, n) => room.join(n + 2))
    const caller = { userId: owner.id, sessionId: newSessionId(), expiresAt: room.nowMs + 900_000 }
    const { epoch, rev: after } = room.open.ledger
    const codes: (string | undefined)[] = []
    members.forEach((member, n) => {
      for (let tab = 0; tab < 10; tab += 1) {
        if (n * 10 + tab >= socketsPerRoomMax - 1)
          codes.push(room.open.reception.refuses(caller)?.code)
        room.attach(member, { epoch, after })
      }
    })
    codes.push(room.open.reception.refuses(caller)?.code)
    expect(codes).toEqual([undefined, 'roomFull'])
    expect(room.open.reception.refuses(caller)?.retryAfterMs).toBe(roomFullPauseMs)
  })
})
