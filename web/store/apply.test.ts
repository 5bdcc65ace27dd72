// Old state + changes = fresh snapshot: whatever comes in between, in whatever pieces.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChangesFrame } from '../../protocol/frames.ts'
import type { Rev, Seq } from '../../protocol/ids.ts'
import { quietMembersMax } from '../../protocol/limits.ts'
import { ana, bo, HandFollower } from '../../test/support/hand-follower.ts'
import { newMessageId, newUserId } from '../../test/support/ids.ts'
import { apply } from './apply.ts'
import { modelOf } from './room-model.ts'

const emptyFrame: Omit<ChangesFrame, 'from' | 'to'> = {
  ...{ type: 'changes' as const, messages: [], members: [], room: null, people: [] },
  ...{ more: false, snapshot: false },
}

const actions: Record<string, (rig: HandFollower, pick: number) => void> = {
  send: ({ room }, pick) => void room.send(pick % 2 ? ana : bo, newMessageId(), `${pick}`),
  edit: ({ room }, pick) => void room.edit((pick % room.messages.length) + 1, `edited ${pick}`),
  remove: ({ room }, pick) => void room.remove((pick % room.messages.length) + 1),
  react: ({ room }, pick) => {
    const seq = (pick % room.messages.length) + 1
    room.react(pick % 3 ? ana : bo, seq, pick % 2 ? '🍵' : '🌿', pick % 5 > 1)
  },
  reply: ({ room }, pick) => {
    const replyTo = ((pick % room.messages.length) + 1) as Seq
    room.send(bo, newMessageId(), `reply ${pick}`, { replyTo, mentions: [ana] })
  },
  note: ({ room }, pick) =>
    room.note(ana, pick % 2 ? { event: 'joined', userId: bo } : { event: 'renamed', name: 'Mint' }),
  mute: ({ room }, pick) => room.mute(pick % 2 ? ana : bo, pick % 3 ? pick : null),
  slowDown: ({ room }, pick) => room.slowDown(pick),
  join: ({ room }, pick) => room.join(bo, pick % 2 ? 'joined' : 'left', `Bo ${pick}`),
  rename: ({ room }, pick) => room.rename(`Tea ${pick}`),
  flush: (rig) => rig.flush(),
  deliver: (rig) => rig.deliver(),
  deliverAll: (rig) => rig.deliverAll(),
  connect: (rig) => rig.connect(),
  comeBack: (rig, pick) => {
    for (let n = 0; n < 6; n += 1) rig.room.send(ana, newMessageId(), `away ${n}`)
    rig.room.edit(rig.room.messages.length - (pick % 6), 'edited while away')
    rig.connect()
  },
  startAfresh: (rig) => rig.startAfresh(),
  restore: (rig) => rig.restore(),
  askPage: (rig) => rig.askPage(),
  readPage: (rig) => rig.readPage(),
  takePage: (rig) => rig.takePage(),
}

// Pages, edits and deliveries often, a restored backup seldom: interleavings, not mere beginnings.
const script = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('send', 'edit', 'flush', 'deliver') },
      { weight: 6, arbitrary: fc.constantFrom('askPage', 'readPage', 'takePage') },
      { weight: 4, arbitrary: fc.constantFrom('remove', 'join', 'rename', 'deliverAll') },
      { weight: 6, arbitrary: fc.constantFrom('react', 'reply', 'note', 'mute', 'slowDown') },
      { weight: 2, arbitrary: fc.constantFrom('connect', 'comeBack', 'startAfresh') },
      { weight: 1, arbitrary: fc.constant('restore') },
    ),
    fc.nat(20),
  ),
  { minLength: 40, maxLength: 120, size: 'max' },
)

describe('[SOK5] old state + changes = fresh snapshot', () => {
  it('holds for any interleaving of changes, pages, cuts and snapshots', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const rig = new HandFollower({ messages: 12 })
        for (const [name, pick] of steps) actions[name]!(rig, pick)
        rig.check()
        expect(rig.held.resyncs).toBe(0)
      }),
      { numRuns: 1_000 },
    )
  }, 30_000)

  it('changes rows that wait behind a hole', () => {
    const rig = new HandFollower()
    for (let n = 1; n <= 6; n += 1) rig.room.send(ana, newMessageId(), `${n}`)
    rig.room.edit(1, 'comes last')
    rig.connect()
    rig.room.edit(3, 'edited behind the hole')
    rig.room.edit(1, 'comes last again')
    rig.deliver()
    expect([...rig.held.ahead.keys()]).toEqual([2, 3, 4])
    rig.deliver()
    expect(rig.held.ahead.get(3)?.body).toBe('edited behind the hole')
    rig.check()
  })

  it('skips the row of a member that is older than the one it has', () => {
    const rig = new HandFollower()
    const { rev } = rig.held
    const to = (rev + 1) as Rev
    const members = [{ userId: ana, rev: 0 as Rev, name: 'Old name' }]
    rig.take({ ...emptyFrame, from: rev, to, members })
    expect(rig.held.roster.get(ana)?.name).toBe('Ana')
  })

  it('[D-08 SOK4] asks again for a flush that was lost, once, and counts it', () => {
    const rig = new HandFollower()
    rig.room.send(ana, newMessageId(), 'one')
    rig.loseFlush()
    for (const body of ['two', 'three']) {
      rig.room.send(ana, newMessageId(), body)
      rig.flush()
    }
    rig.check()
    expect(rig.held.resyncs).toBe(1)
  })

  it('[SOK4] takes a frame it has been through already for no gap', () => {
    const rig = new HandFollower({ messages: 3 })
    const before = rig.held
    const from = (before.rev - 2) as Rev
    rig.take({ ...emptyFrame, from, to: before.rev })
    expect(rig.held).toBe(before)
  })

  it('[SOK2] is behind from a welcome that tells of more, until the last page', () => {
    const rig = new HandFollower({ messages: 2 })
    for (let n = 0; n < 5; n += 1) rig.room.send(ana, newMessageId(), `${n}`)
    rig.connect()
    const behind = [rig.held.asked !== null]
    for (let page = 0; page < 2; page += 1) {
      rig.deliver()
      behind.push(rig.held.asked !== null)
    }
    expect(behind).toEqual([true, true, false])
  })

  it('fills a birth from the defaults and skips half a row of what is not loaded', () => {
    const rig = new HandFollower()
    const { rev } = rig.held
    const to = (rev + 1) as Rev
    const birth = { seq: 1 as Seq, rev: to, id: newMessageId(), authorId: bo, createdAt: 5 }
    const half = { seq: 9 as Seq, rev: to, body: 'never born' }
    rig.take({ ...emptyFrame, from: rev, to, messages: [birth, half] })
    const extras = { replyTo: null, mentions: [], reactions: {}, notice: null }
    const defaults = { kind: 'message', body: '', editedAt: null, deletedAt: null, ...extras }
    expect(rig.held.messages).toEqual([{ ...birth, ...defaults }])
    expect(rig.held.ahead.size).toBe(0)
  })

  it('takes null for a value and absence for none', () => {
    const rig = new HandFollower({ messages: 1 })
    const { rev } = rig.held
    const [edited, cleared] = [(rev + 1) as Rev, (rev + 2) as Rev]
    const seq = 1 as Seq
    const change = { seq, rev: edited, body: 'other', editedAt: 7 }
    rig.take({ ...emptyFrame, from: rev, to: edited, messages: [change] })
    expect(rig.held.messages[0]).toMatchObject({ body: 'other', authorId: bo, editedAt: 7 })
    const clearing = { seq, rev: cleared, editedAt: null }
    rig.take({ ...emptyFrame, from: edited, to: cleared, messages: [clearing] })
    expect(rig.held.messages[0]).toMatchObject({ body: 'other', editedAt: null })
  })
})

describe('[SOK15] a crowd', () => {
  const tell = (rig: HandFollower, memberCount: number, more: Partial<ChangesFrame> = {}) => {
    const { rev: from, room } = rig.held
    const to = (from + 1) as Rev
    rig.take({ ...emptyFrame, from, to, room: { ...room, rev: to, memberCount }, ...more })
  }

  it.each([
    [quietMembersMax - 1, true],
    [quietMembersMax, true],
    [quietMembersMax + 1, false],
  ])('of %i tells all who are in: %s', (memberCount, complete) => {
    const rig = new HandFollower()
    tell(rig, memberCount)
    expect(modelOf(rig.held).membersComplete).toBe(complete)
  })

  it('leaves gaps in the list when it is none any more, until a snapshot', () => {
    const rig = new HandFollower()
    tell(rig, quietMembersMax + 1)
    tell(rig, quietMembersMax)
    expect(modelOf(rig.held).membersComplete).toBe(false)
    rig.restore()
    rig.deliverAll()
    expect(modelOf(rig.held).membersComplete).toBe(true)
  })

  it('names the strangers whose messages it tells', () => {
    const rig = new HandFollower()
    const cy = { id: newUserId(), name: 'Cy', avatar: null }
    tell(rig, quietMembersMax + 1, { people: [cy] })
    const model = modelOf(rig.held)
    expect([model.people.get(cy.id), model.members.has(cy.id)]).toEqual([cy, false])
  })
})

describe('what a view is shown', () => {
  it('[SOK13] knows until when one may not write', () => {
    const rig = new HandFollower()
    for (const mutedUntil of [70_000, null]) {
      rig.room.mute(ana, mutedUntil)
      rig.flush()
      rig.deliver()
      expect(modelOf(rig.held).you).toMatchObject({ userId: ana, mutedUntil })
    }
    rig.room.mute(ana, 90_000)
    rig.connect()
    expect(modelOf(rig.held).you.mutedUntil).toBeNull()
    rig.deliverAll()
    expect(modelOf(rig.held).you.mutedUntil).toBe(90_000)
  })

  it('keeps every untouched row and list the same object', () => {
    const rig = new HandFollower({ messages: 3 })
    const before = modelOf(rig.held)
    rig.room.edit(2, 'other')
    rig.flush()
    rig.deliver()
    const after = modelOf(rig.held)
    expect(after.messages[0]).toBe(before.messages[0])
    expect(after.messages[1]).not.toBe(before.messages[1])
    expect([after.people, after.members]).toEqual([before.people, before.members])
    expect(after.people).toBe(before.people)
    expect(after.members).toBe(before.members)
  })

  it('knows the beginning, an empty room included', () => {
    expect(modelOf(new HandFollower().held).atBeginning).toBe(true)
    const rig = new HandFollower({ messages: 6 })
    expect(modelOf(rig.held).atBeginning).toBe(false)
    rig.askPage()
    rig.readPage()
    rig.takePage()
    expect(modelOf(rig.held).atBeginning).toBe(true)
  })

  it('takes 100,000 messages in pages without copying the list for each', () => {
    const rig = new HandFollower()
    const room = rig.room
    const from = room.rev
    for (let n = 0; n < 100_000; n += 1) {
      const [seq, rev] = [(n + 1) as Seq, (from + n + 1) as Rev]
      const dates = { createdAt: n, editedAt: null, deletedAt: null }
      room.messages.push({
        ...{ seq, rev, id: newMessageId(), authorId: ana, kind: 'message', body: '', ...dates },
        ...{ replyTo: null, mentions: [], reactions: {}, notice: null },
      })
    }
    const startedMs = performance.now()
    for (let at = 0; at < 100_000; at += 1_000) {
      const messages = room.messages.slice(at, at + 1_000)
      const [after, to] = [(from + at) as Rev, (from + at + 1_000) as Rev]
      rig.now = apply(rig.now!, { ...emptyFrame, from: after, to, messages })[0]
    }
    expect(rig.held.messages).toHaveLength(100_000)
    expect(performance.now() - startedMs).toBeLessThan(3_000)
  }, 60_000)
})
