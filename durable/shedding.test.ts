import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { defaultSettings, RoomSettings } from '../protocol/changes.ts'
import {
  commandsBurst,
  shedPauseMsMin,
  slowModeSecondsMax,
  storageBytesMax,
} from '../protocol/limits.ts'
import { seq } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'
import type { Answer } from './room-calls.ts'

const olga = asker(owner.id)
const codeOf = (answer: Answer<unknown>) => (answer.ok ? 'ok' : answer.refusal.code)
const waitOf = (answer: Answer<unknown>) => (answer.ok ? 0 : (answer.refusal.retryAfterMs ?? 0))

describe('a room with more to do than it can', () => {
  const busyRoom = () => {
    const room = new LocalRoom({ roomAllowance: { burst: 10, perSecond: 10 } })
    const members = Array.from({ length: 30 }, (_, n) => room.join(n + 2))
    return { room, members, send: room.open.room.send.bind(room.open.room) }
  }

  it('[SOK16 R18] sheds with a hint, and what was shed had no effect', () => {
    const { room, members, send } = busyRoom()
    const before = room.open.ledger.seq
    const answers = members.map((member) => send(asker(member), message()))
    expect(answers.map(codeOf)).toEqual([...Array(10).fill('ok'), ...Array(20).fill('busy')])
    expect(room.open.ledger.seq).toBe(before + 10)
    for (const answer of answers.slice(10)) {
      expect(waitOf(answer)).toBeGreaterThanOrEqual(shedPauseMsMin)
    }
  })

  it('[SOK16] spreads the hints, so that whoever keeps to theirs is taken', () => {
    const { room, members, send } = busyRoom()
    const texts = new Map(members.map((member) => [member, message()]))
    const waits = members.map((member) => [member, waitOf(send(asker(member), texts.get(member)!))])
    const late = (waits as [typeof owner.id, number][]).filter(([, wait]) => wait > 0)
    expect(new Set(late.map(([, wait]) => wait)).size).toBe(20)
    const start = room.nowMs
    for (const [member, wait] of late) {
      room.passMs(start + wait - room.nowMs)
      expect(codeOf(send(asker(member), texts.get(member)!))).toBe('ok')
    }
  })

  it('[ORD4 SOK16] keeps the order of one sender: behind what was shed all is told to wait', () => {
    const { room, members, send } = busyRoom()
    for (let n = 0; n < 10; n += 1) send(asker(members[n]!), message())
    const [first, second] = [message('First'), message('Second')]
    const shed = send(olga, first)
    expect(codeOf(shed)).toBe('busy')
    room.passMs(waitOf(shed) - 1)
    expect(codeOf(send(olga, second))).toBe('rateLimited')
    room.passMs(1)
    expect(codeOf(send(olga, second))).toBe('rateLimited')
    expect(['ok', 'ok']).toEqual([first, second].map((text) => codeOf(send(olga, text))))
  })

  it('[SOK16] counts being shed as nobody’s fault: it never closes a socket', () => {
    const { room, members } = busyRoom()
    for (let n = 0; n < 10; n += 1) room.post(members[n]!)
    const socket = room.arrive(owner.id)
    for (let n = 0; n < 10; n += 1) room.post(members[n]!)
    for (let n = 0; n < 50; n += 1) room.say(socket, { type: 'send', ref: n, ...message() })
    expect(socket.closed).toBeNull()
  })
})

describe('slow mode', () => {
  const slowRoom = (seconds: number) => {
    const room = new LocalRoom()
    const ana = room.join(2)
    room.open.people.configure(olga, { slowModeSeconds: seconds })
    return {
      room,
      ana: asker(ana),
      say: (text = message()) => room.open.room.send(asker(ana), text),
    }
  }

  it('[LIM2] lets a member write once in so many seconds, to the millisecond', () => {
    const { room, say } = slowRoom(10)
    expect(say().ok).toBe(true)
    const next = message()
    expect(say(next)).toMatchObject({ refusal: { code: 'slowMode', retryAfterMs: 10_000 } })
    room.passMs(9_999)
    expect(say(next)).toMatchObject({ refusal: { code: 'slowMode', retryAfterMs: 1 } })
    room.restart()
    expect(say(next)).toMatchObject({ refusal: { code: 'slowMode', retryAfterMs: 1 } })
    room.passMs(1)
    expect(say(next).ok).toBe(true)
  })

  it('[LIM2] is nothing at 0 seconds, and asks nothing of moderators', () => {
    const { room, say } = slowRoom(0)
    expect([say().ok, say().ok]).toEqual([true, true])
    room.open.people.configure(olga, { slowModeSeconds: 10 })
    for (let n = 0; n < 3; n += 1) expect(room.open.room.send(olga, message()).ok).toBe(true)
  })

  it('[LIM2 SND2] answers a repeat within the pause, and lets nothing else through', () => {
    const { room, ana, say } = slowRoom(10)
    const text = message()
    say(text)
    expect(say(text)).toMatchObject({ ok: true, value: { isNew: false } })
    expect(say({ ...text, body: 'Other' })).toMatchObject({ refusal: { code: 'idConflict' } })
    expect(room.open.room.edit(ana, { seq: room.open.ledger.seq, body: 'Edited' }).ok).toBe(true)
  })
})

it('[R19] storage is full at its bound: nothing more is said, and all else goes on', () => {
  const room = new LocalRoom()
  const first = message()
  const send = () => codeOf(room.open.room.send(olga, message()))
  room.open.room.send(olga, first)
  const codes = [-1, 0, 1].map((over) => {
    room.storageBytes = storageBytesMax + over
    return [send(), codeOf(room.open.room.edit(olga, { seq: seq(1), body: `Over ${over}` }))]
  })
  expect(codes).toEqual([
    ['ok', 'ok'],
    ['storageFull', 'storageFull'],
    ['storageFull', 'storageFull'],
  ])
  expect(room.open.room.send(olga, first)).toMatchObject({ ok: true, value: { isNew: false } })
  expect(room.open.room.erase(olga, { seq: seq(1) }).ok).toBe(true)
  expect(room.open.people.remove(olga, room.join(2)).ok).toBe(true)
})

it('[LIM2] one budget covers every command of a member: 20, and no more', () => {
  const room = new LocalRoom({ allowance: { burst: commandsBurst, perSecond: 5 } })
  room.post(owner.id)
  const { room: heart } = room.open
  const asks = [
    () => heart.send(olga, message()),
    () => heart.edit(olga, { seq: seq(1), body: `Edit ${room.open.ledger.rev}` }),
    () => heart.erase(olga, { seq: seq(1) }),
    () => heart.react(olga, { seq: seq(1), emoji: '👍', on: true }),
    () => heart.search(olga, { query: 'x', limit: 1 }),
  ]
  const codes = Array.from({ length: commandsBurst }, (_, n) => codeOf(asks[n % asks.length]!()))
  expect(codes.indexOf('rateLimited')).toBe(commandsBurst - 1)
})

it('[LIM2 R19] slow mode is six hours at most', () => {
  const isTaken = (over: number) =>
    v.is(RoomSettings, { ...defaultSettings, slowModeSeconds: slowModeSecondsMax + over })
  expect([-1, 0, 1].map(isTaken)).toEqual([true, true, false])
})
