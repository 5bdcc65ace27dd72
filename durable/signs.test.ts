import { describe, expect, it } from 'vitest'
import {
  readsEveryMs,
  readsMembersMax,
  signsBurst,
  typersToldMax,
  typingEveryMs,
  typingExpiresMs,
} from '../protocol/limits.ts'
import { roomOf } from '../test/support/crowd.ts'
import { seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, type LocalSocket, message, owner } from '../test/support/local-room.ts'
import { seeded, seedOf } from '../test/support/random.ts'

const typingOf = ({ frames }: LocalSocket) =>
  frames.flatMap((frame) => (frame.type === 'typing' ? [[frame.userId, frame.on]] : []))
const readsOf = ({ frames }: LocalSocket) =>
  frames.flatMap((frame) => (frame.type === 'reads' ? [frame.reads] : []))

function roomWithAna() {
  const room = new LocalRoom()
  const ana = room.arrive(room.join(2))
  const olga = room.arrive(owner.id)
  ana.clear()
  const types = (on = true) => {
    room.say(ana, { type: 'typing', on })
    room.passMs(50)
  }
  return { room, ana, olga, types, anaId: userId(2) }
}

describe('typing', () => {
  it('[SOK10] is told to everybody but oneself, at most every 3 s', () => {
    const { room, ana, olga, types, anaId } = roomWithAna()
    for (let n = 0; n < 4; n += 1) types()
    expect(typingOf(olga)).toEqual([[anaId, true]])
    room.passMs(typingEveryMs - 201)
    types()
    expect(typingOf(olga)).toHaveLength(1)
    types()
    expect(typingOf(olga)).toHaveLength(2)
    expect(typingOf(ana)).toEqual([])
  })

  it('[SOK10] ends when they say so, or by itself', () => {
    const { room, olga, types, anaId } = roomWithAna()
    types()
    types(false)
    types(false)
    expect(typingOf(olga)).toEqual([
      [anaId, true],
      [anaId, false],
    ])
    types()
    olga.clear()
    room.passMs(typingExpiresMs)
    types(false)
    expect(typingOf(olga)).toEqual([])
  })

  it('[SOK10] ends with their message, and not with another’s', () => {
    const { room, olga, types, anaId } = roomWithAna()
    types()
    olga.clear()
    room.post(owner.id)
    types()
    room.post(anaId)
    types()
    expect(typingOf(olga)).toEqual([[anaId, true]])
  })

  it('[SOK10 R19] is told of eight people at a time', () => {
    const { room, olga } = roomWithAna()
    const typers = Array.from({ length: typersToldMax + 1 }, (_, n) => room.join(n + 10))
    for (const typer of typers) room.open.signs.types(asker(typer), true)
    room.passMs(50)
    expect(typingOf(olga)).toEqual(typers.slice(0, typersToldMax).map((typer) => [typer, true]))
    room.passMs(typingExpiresMs)
    room.open.signs.types(asker(typers.at(-1)!), true)
    expect(typingOf(olga)).toHaveLength(typersToldMax + 1)
  })

  it('[SOK10] is never stored or replayed', () => {
    const { room, types } = roomWithAna()
    const before = room.dump()
    types()
    expect(room.dump()).toEqual(before)
    expect(typingOf(room.attach(owner.id))).toEqual([])
  })

  it('[SOK10 SOK13] of the muted, or of whoever is not in, is refused', () => {
    const { room, olga, anaId } = roomWithAna()
    const { people, signs } = room.open
    people.changeMember(asker(owner.id), anaId, { mutedUntil: room.nowMs + 1_000 })
    expect(signs.types(asker(anaId), true)?.code).toBe('muted')
    expect(signs.types(asker(userId(9)), true)?.code).toBe('forbidden')
    expect(typingOf(olga)).toEqual([])
  })
})

describe('read marks', () => {
  it('[SND8 SOK10] are told at most once a second, merged', () => {
    const { room, olga, anaId } = roomWithAna()
    for (let n = 0; n < 5; n += 1) room.post(owner.id)
    room.passMs(1_000)
    olga.clear()
    for (let n = 2; n <= 6; n += 1) room.open.signs.markRead(asker(anaId), seq(n))
    room.open.signs.markRead(asker(owner.id), seq(3))
    expect(readsOf(olga)).toEqual([[{ userId: anaId, seq: 2 }]])
    room.passMs(readsEveryMs - 10)
    room.post(anaId) // Its frame takes no marks along before their time.
    room.passMs(9)
    expect(readsOf(olga)).toHaveLength(1)
    room.passMs(1)
    expect(readsOf(olga)[1]).toEqual([
      { userId: anaId, seq: 6 },
      { userId: owner.id, seq: 3 },
    ])
  })

  it('[SND8 R19] are everybody’s in rooms of 64, and one’s own beyond, on all devices', () => {
    for (const over of [-1, 0, 1]) {
      const room = roomOf(readsMembersMax + over)
      const [ana, tab, olga] = [userId(2), userId(2), owner.id].map((user) => room.arrive(user))
      room.say(ana!, { type: 'read', seq: 1 })
      room.passMs(1_000)
      const told = [{ userId: userId(2), seq: 1 }]
      expect([ana, tab].map((socket) => readsOf(socket!))).toEqual([[told], [told]])
      expect(readsOf(olga!)).toEqual(over > 0 ? [] : [told])
      const later = readsOf(room.attach(olga!.session.userId))
      expect(later).toEqual(over > 0 ? [] : [told])
    }
  })

  it('[SND8] only advance, and never beyond the head', () => {
    const { room, anaId } = roomWithAna()
    const mark = (at: number) => room.open.signs.markRead(asker(anaId), seq(at))
    for (let n = 0; n < 3; n += 1) room.post(owner.id)
    const marks = [3, 2, 99, 4, 0].map(mark)
    expect(marks).toEqual([3, 3, 4, 4, 4].map((value) => ({ ok: true, value })))
    expect(room.attach(anaId).frames[0]).toMatchObject({ you: { readSeq: 4 } })
  })

  it('[SND8 R10] 5,000 shuffled, doubled and late marks of three devices never go back', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const random = seeded(seedOf())
    let highest = 1 // Their joining.
    for (let n = 0; n < 5_000; n += 1) {
      const { signs, ledger, marks } = room.open
      if (n % 10 === 0) room.post(random() < 0.3 ? ana : owner.id)
      const at = Math.floor(random() * (ledger.seq + 20))
      highest = Math.max(highest, Math.min(at, ledger.seq))
      const marked = signs.markRead(asker(ana), seq(at))
      room.passMs(1_000)
      expect([marked.ok && marked.value, marks.of(ana)]).toEqual([highest, highest])
      if (n % 1_000 === 0) room.restart()
    }
  }, 30_000)

  it('[SND8] that moved are flagged for the mirror until it has seen them', () => {
    const { room, anaId } = roomWithAna()
    room.post(owner.id)
    room.post(owner.id)
    const { marks, signs } = room.open
    marks.settle(marks.flagged(9))
    expect(marks.flagged(9)).toEqual([])
    room.open.agenda.settle('archive', null)
    signs.markRead(asker(anaId), seq(2))
    const taken = marks.flagged(9)
    expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).toContain('archive')
    signs.markRead(asker(anaId), seq(3))
    marks.settle(taken) // It moved on meanwhile.
    expect(marks.flagged(9)).toEqual([{ userId: anaId, seq: 3 }])
  })
})

it('[LIM2] signs have a budget of their own: commands go on when it is spent', () => {
  const { room, ana, anaId } = roomWithAna()
  ana.clear()
  for (let n = 0; n < signsBurst; n += 1) room.say(ana, { type: 'read', seq: 0 })
  expect(ana.frames).toEqual([])
  room.say(ana, { type: 'typing', on: true })
  expect(ana.frames).toMatchObject([{ type: 'refused', ref: null, code: 'rateLimited' }])
  expect(room.open.room.send(asker(anaId), message()).ok).toBe(true)
})
