// Whatever makes a message wait, those behind it wait for it; and what comes and goes is bounded.

import { expect, it } from 'vitest'
import { commandsBurst, commandsPerSecond, quietMembersMax } from '../protocol/limits.ts'
import { messageId, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'

const message = (n: number) => ({
  ...{ id: messageId(n), body: `Message ${n}`, replyTo: null, mentions: [] },
})

it('[ORD4 LIM2] in slow mode a later message does not slip in before one that waits', () => {
  const room = new LocalRoom()
  const ana = asker(room.join(2))
  room.open.people.configure(asker(owner.id), { slowModeSeconds: 10 })
  const send = (n: number) => room.open.room.send(ana, message(n))
  expect(send(1).ok).toBe(true)
  room.passMs(9_999)
  expect(send(2)).toMatchObject({ refusal: { code: 'slowMode', retryAfterMs: 1 } })
  room.passMs(1)
  expect(send(3)).toMatchObject({ refusal: { code: 'rateLimited' } }) // It left before 2 was refused.
  expect(send(2).ok).toBe(true)
  room.passMs(10_000)
  expect(send(3).ok).toBe(true)
})

it('[SND2 SOK13] the muted are told of what they sent before, and of nothing else', () => {
  const room = new LocalRoom()
  const ana = asker(room.join(2))
  const first = room.open.room.send(ana, message(1))
  room.open.people.changeMember(asker(owner.id), ana.userId, { mutedUntil: room.nowMs + 1_000 })
  expect(room.open.room.send(ana, message(1))).toMatchObject({
    value: { seq: first.ok && first.value.seq, isNew: false },
  })
  expect(room.open.room.send(ana, message(2))).toMatchObject({ refusal: { code: 'muted' } })
})

it('[LIM2] coming and going spends what messages spend', () => {
  const allowance = { burst: commandsBurst, perSecond: commandsPerSecond }
  const room = new LocalRoom({ allowance })
  const ana = asker(userId(2))
  const person = { id: ana.userId, name: 'Ana', avatar: null, asOf: 1 }
  for (let n = 0; n < commandsBurst / 2; n += 1) {
    expect(room.open.people.join(ana, person, false).ok).toBe(true)
    expect(room.open.people.leave(ana).ok).toBe(true)
  }
  expect(room.open.people.join(ana, person, false)).toMatchObject({
    refusal: { code: 'rateLimited' },
  })
  expect(room.open.people.leave(ana).ok).toBe(true) // Out already: nothing is written or spent.
})

it('[SOK15] a crowd that was one for a moment is seen to have been one', () => {
  const room = new LocalRoom()
  for (let n = 2; n <= quietMembersMax; n += 1) room.join(n)
  const socket = room.attach(owner.id).clear()
  room.open.broadcaster.tell({ rev: room.open.ledger.rev }) // The window opens; what follows waits.
  room.open.people.join(
    asker(userId(999)),
    { id: userId(999), name: 'One more', avatar: null, asOf: 1 },
    false,
  )
  room.open.people.leave(asker(userId(2)))
  room.passMs(1_000)
  const counts = socket.changes.flatMap(({ room: row }) => row?.memberCount ?? [])
  expect(counts).toEqual([quietMembersMax + 1, quietMembersMax])
})
