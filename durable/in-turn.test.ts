// Whatever makes a message wait, those behind it wait for it; and what comes and goes is bounded.

import { expect, it } from 'vitest'
import {
  commandsBurst,
  commandsPerSecond,
  floodRefusalsMax,
  orderGraceMs,
  quietMembersMax,
  storageBytesMax,
} from '../protocol/limits.ts'
import { messageId, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)
const message = (n: number) => ({
  ...{ id: messageId(n), body: `Message ${n}`, replyTo: null, mentions: [] },
})

it('[ORD4 LIM2] in slow mode a later message does not slip in before one that waits', () => {
  const room = new LocalRoom()
  const ana = asker(room.join(2))
  room.open.people.configure(olga, { slowModeSeconds: 10 })
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

const hours = 3_600_000

/** Ana in a room of six hours' slow mode: her first message is taken, her second put off. */
function putOff() {
  const room = new LocalRoom()
  const ana = asker(room.join(2))
  const { people } = room.open
  people.configure(olga, { slowModeSeconds: 6 * 3_600 })
  const send = (n: number) => room.open.room.send(ana, message(n))
  send(1)
  room.passMs(hours)
  expect(send(2)).toMatchObject({ refusal: { code: 'slowMode', retryAfterMs: 5 * hours } })
  return { room, ana, people, send }
}

const reasonsEnd: Record<string, (world: ReturnType<typeof putOff>) => unknown> = {
  'slow mode is off': ({ people }) => people.configure(olga, { slowModeSeconds: 0 }),
  'slow mode is short': ({ people }) => people.configure(olga, { slowModeSeconds: 5 }),
  'its author moderates': ({ people, ana }) =>
    people.changeMember(olga, ana.userId, { role: 'moderator' }),
}

it.each(Object.entries(reasonsEnd))(
  '[ORD4 LIM2] a message given up in slow mode holds nobody up for longer than seconds once %s',
  (_, end) => {
    const world = putOff()
    end(world)
    // In its turn still: those behind it may be under way.
    expect(world.send(3)).toMatchObject({ refusal: { code: 'rateLimited', retryAfterMs: 200 } })
    world.room.passMs(orderGraceMs - 1)
    expect(world.send(3)).toMatchObject({ refusal: { code: 'rateLimited' } })
    world.room.passMs(1)
    expect(world.send(3).ok).toBe(true)
  },
)

it('[ORD4 LIM2] a message that waits out slow mode goes first, whatever was tried meanwhile', () => {
  const { room, send } = putOff()
  expect(send(3)).toMatchObject({ refusal: { code: 'slowMode' } })
  room.passMs(5 * hours)
  expect(send(3)).toMatchObject({ refusal: { code: 'rateLimited' } })
  expect(send(2).ok).toBe(true)
})

it('[ORD4 LIM2] a message given up in slow mode holds nobody up once the pause is over', () => {
  const { room, send } = putOff()
  room.passMs(5 * hours + orderGraceMs)
  expect(send(3).ok).toBe(true)
})

it('[ORD4 SOK16] slow mode shortens no wait that the room itself asked for', () => {
  const room = new LocalRoom({ roomAllowance: { burst: 1, perSecond: 0.1 } })
  const ana = asker(room.join(2))
  room.open.room.send(olga, message(9)) // Somebody else was quicker.
  const send = (n: number) => room.open.room.send(ana, message(n))
  const first = send(1)
  expect(first).toMatchObject({ refusal: { code: 'busy' } })
  expect(send(2)).toMatchObject({ refusal: { code: 'rateLimited' } })
  room.passMs(orderGraceMs + 1_000)
  expect(send(2)).toMatchObject({ refusal: { code: 'rateLimited' } })
  const waitMs = (!first.ok && first.refusal.retryAfterMs) || 0
  room.passMs(waitMs - orderGraceMs - 1_000)
  expect(send(2)).toMatchObject({ refusal: { code: 'rateLimited' } })
  expect(send(1).ok).toBe(true)
})

it('[SND2 ORD4] a repeat is answered while another message is awaited', () => {
  const { send } = putOff()
  expect(send(1)).toMatchObject({ value: { seq: 2, isNew: false } })
  expect(send(2)).toMatchObject({ refusal: { code: 'slowMode' } })
  const room = new LocalRoom({ allowance: { burst: 2, perSecond: 1 } })
  const post = (n: number) => room.open.room.send(olga, message(n))
  for (const n of [1, 2, 3]) post(n) // The third is told to wait.
  room.passMs(1_000)
  expect(post(1)).toMatchObject({ value: { seq: 1, isNew: false } })
  expect(post(1)).toMatchObject({ refusal: { code: 'rateLimited' } }) // A repeat has its price.
  room.passMs(1_000)
  expect(post(4)).toMatchObject({ refusal: { code: 'rateLimited' } })
  expect(post(3)).toMatchObject({ value: { seq: 3, isNew: true } })
})

it('[SND2 LIM2] a repeat is answered when the room is full', () => {
  const room = new LocalRoom()
  const send = (n: number) => room.open.room.send(olga, message(n))
  send(1)
  room.storageBytes = storageBytesMax
  expect(send(1)).toMatchObject({ value: { seq: 1, isNew: false } })
  expect(send(2)).toMatchObject({ refusal: { code: 'storageFull' } })
})

it('[SND2 SOK13] the muted are told of what they sent before, and of nothing else', () => {
  const room = new LocalRoom()
  const ana = asker(room.join(2))
  const first = room.open.room.send(ana, message(1))
  room.open.people.changeMember(olga, ana.userId, { mutedUntil: room.nowMs + 1_000 })
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

const moderation: Record<string, (room: LocalRoom, n: number) => { ok: boolean }> = {
  remove: ({ open }, n) => open.people.remove(olga, userId(n)),
  ban: ({ open }, n) => open.people.ban(olga, { id: userId(n) }),
  unban: ({ open }, n) => open.people.unban(olga, userId(n)),
  mute: ({ open }, n) => open.people.changeMember(olga, userId(n), { mutedUntil: 1 }),
  changeRole: ({ open }, n) => open.people.changeMember(olga, userId(n), { role: 'moderator' }),
  configure: ({ open }, n) => open.people.configure(olga, { slowModeSeconds: n }),
  change: ({ open }) => open.people.mayChange(olga),
}

it.each(Object.entries(moderation))(
  '[LIM2] moderating spends what messages spend: %s',
  (_, act) => {
    const room = new LocalRoom({ allowance: { burst: 3, perSecond: 1 } })
    for (let n = 2; n < 6; n += 1) room.join(n)
    expect([2, 3, 4].map((n) => act(room, n).ok)).toEqual([true, true, true])
    const { rev } = room.open.ledger
    expect(act(room, 5)).toMatchObject({ refusal: { code: 'rateLimited' } })
    expect(room.open.ledger.rev).toBe(rev)
    room.passMs(1_000)
    expect(act(room, 5).ok).toBe(true)
  },
)

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

it('[ORD4] whatever left before its sender heard of a refusal is behind it, however late it comes', () => {
  const room = new LocalRoom({ allowance: { burst: 1, perSecond: 1 } })
  const socket = room.arrive(owner.id)
  const send = (n: number, ref: number, known: number) => {
    socket.clear()
    room.say(socket, { type: 'send', ref, id: messageId(n), body: `${n}`, refused: known })
    return socket.frames.find(({ type }) => type === 'ok' || type === 'refused')
  }
  send(1, 1, 0)
  expect(send(2, 2, 0)).toMatchObject({ ref: 2, code: 'rateLimited' })
  room.passMs(60_000) // The network stands still, and 2 is awaited no more.
  expect(send(3, 3, 0)).toMatchObject({ ref: 3, code: 'rateLimited', retryAfterMs: 200 })
  room.restart(socket)
  room.passMs(1_000)
  expect(send(4, 4, 0)).toMatchObject({ ref: 4, code: 'rateLimited' })
  room.passMs(1_000)
  expect(send(2, 5, 2)).toMatchObject({ type: 'ok', seq: 2 }) // It has heard of the first wait only.
  room.passMs(1_000)
  expect(send(3, 6, 3)).toMatchObject({ ref: 6, code: 'rateLimited' })
  room.passMs(1_000)
  expect(send(3, 7, 6)).toMatchObject({ type: 'ok', seq: 3 })
})

it('[ORD4] whoever knows of the wait and gives the message up is not held up by it', () => {
  const room = new LocalRoom({ allowance: { burst: 1, perSecond: 1 } })
  const socket = room.arrive(owner.id)
  const send = (n: number, ref: number, known?: number) => {
    socket.clear()
    const command = { type: 'send', ref, id: messageId(n), body: `${n}` }
    room.say(socket, { ...command, ...(known !== undefined && { refused: known }) })
    return socket.frames.find(({ type }) => type === 'ok' || type === 'refused')
  }
  send(1, 1, 0)
  expect(send(2, 2, 0)).toMatchObject({ code: 'rateLimited' })
  room.passMs(orderGraceMs + 1_000)
  expect(send(3, 3, 2)).toMatchObject({ type: 'ok', seq: 2 })
  room.passMs(1_000)
  expect(send(4, 4)).toMatchObject({ type: 'ok', seq: 3 }) // An older client says nothing of waits.
})

it('[ORD4] what is behind one refused for good waits until its sender has heard of it', () => {
  const room = new LocalRoom()
  const ana = room.join(2)
  const socket = room.arrive(ana)
  const send = (n: number, ref: number, known: number) => {
    socket.clear()
    room.say(socket, { type: 'send', ref, id: messageId(n), body: `${n}`, refused: known })
    return socket.frames.find(({ type }) => type === 'ok' || type === 'refused')
  }
  const mute = (mutedUntil: number | null) =>
    room.open.people.changeMember(olga, ana, { mutedUntil })
  mute(room.nowMs + 60_000)
  expect(send(1, 1, 0)).toMatchObject({ code: 'muted' })
  mute(null)
  expect(send(2, 2, 0)).toMatchObject({ ref: 2, code: 'rateLimited' }) // Cut now, it would send 1 again.
  expect(send(2, 3, 2)).toMatchObject({ type: 'ok' })
  expect(send(1, 4, 2)).toMatchObject({ type: 'ok' })
})

/** Ana's socket in a room where each may say one thing a second; what each `send` is answered. */
function onASocket(allowance = { burst: 1, perSecond: 1 }) {
  const room = new LocalRoom({ allowance })
  const ana = room.join(2)
  const socket = room.arrive(ana)
  const send = (n: number, ref: number, known: number) => {
    socket.clear()
    room.say(socket, { type: 'send', ref, id: messageId(n), body: `${n}`, refused: known })
    return socket.frames.find(({ type }) => type === 'ok' || type === 'refused')
  }
  const mute = (mutedUntil: number | null) =>
    room.open.people.changeMember(olga, ana, { mutedUntil })
  return { room, socket, send, mute }
}

it('[ORD4] nothing that passed is awaited: sent again unheard, it passes no more than before', () => {
  const { room, send, mute } = onASocket({ burst: 100, perSecond: 1 })
  mute(room.nowMs + 60_000)
  expect(send(1, 1, 0)).toMatchObject({ code: 'muted' })
  for (const n of [2, 3]) expect(send(n, n, 0)).toMatchObject({ code: 'rateLimited' })
  mute(null)
  room.passMs(15_000) // No answer has come: everything leaves again.
  for (const n of [1, 2, 3]) expect(send(n, 3 + n, 0)).toMatchObject({ code: 'rateLimited' })
  for (const n of [1, 2, 3]) expect(send(n, 6 + n, 6)).toMatchObject({ type: 'ok' })
})

it('[SND2 ORD4] a repeat is answered though it left before its sender heard of a refusal', () => {
  const { room, send } = onASocket()
  expect(send(1, 1, 0)).toMatchObject({ type: 'ok' })
  expect(send(2, 2, 0)).toMatchObject({ code: 'rateLimited' })
  room.passMs(15_000)
  expect(send(1, 3, 0)).toMatchObject({ type: 'ok', seq: 2 })
})

it('[ORD4 LIM2] what is behind takes no token from what is awaited, and counts towards a flood', () => {
  const { room, socket, send } = onASocket({ burst: 2, perSecond: 1 })
  for (const n of [1, 2]) expect(send(n, n, 0)).toMatchObject({ type: 'ok' })
  expect(send(3, 3, 0)).toMatchObject({ code: 'rateLimited' })
  room.passMs(60_000)
  for (let ref = 4; ref < 14; ref += 1)
    expect(send(4, ref, 0)).toMatchObject({ code: 'rateLimited' })
  expect(send(3, 14, 0)).toMatchObject({ type: 'ok' })
  expect(socket.closed).toBeNull()
  for (let ref = 15; ref < 15 + floodRefusalsMax; ref += 1) send(4, ref, 0)
  expect(socket.closed).toMatchObject({ reason: 'tooMany' })
})
