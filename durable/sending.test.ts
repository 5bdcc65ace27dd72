import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCommand } from '../protocol/frames.ts'
import type { Seq } from '../protocol/ids.ts'
import { mentionsMax } from '../protocol/limits.ts'
import { messageId, newMessageId, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)

describe('a repeat', () => {
  it('[SND2 R5] after an edit is known by what was sent first, and by nothing else', () => {
    const { open } = new LocalRoom()
    const first = message('First')
    open.room.send(olga, first)
    open.room.edit(olga, { seq: seq(1), body: 'Second' })
    open.room.edit(olga, { seq: seq(1), body: 'Third' })
    const { rev } = open.ledger
    expect(open.room.send(olga, first)).toMatchObject({ value: { seq: 1, rev, isNew: false } })
    for (const other of [{ body: 'Second' }, { body: 'Third' }, { replyTo: seq(1) }]) {
      const answer = open.room.send(olga, { ...first, ...other })
      expect(answer).toMatchObject({ refusal: { code: 'idConflict' } })
    }
    expect(open.ledger.rev).toBe(rev)
  })

  it('[SND2 R5] after a deletion is answered by the tombstone, whatever it says', () => {
    const { open } = new LocalRoom()
    const first = message('First')
    open.room.send(olga, first)
    open.room.edit(olga, { seq: seq(1), body: 'Second' })
    open.room.erase(olga, { seq: seq(1) })
    const { rev } = open.ledger
    for (const other of [{}, { body: 'Other' }]) {
      const answer = open.room.send(olga, { ...first, ...other })
      expect(answer).toMatchObject({ value: { seq: 1, rev, isNew: false } })
    }
    expect(open.ledger).toMatchObject({ rev, seq: 1 })
  })

  it('[SND2] with another replyTo is another message; with other mentions it is the same', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const target = room.post(owner.id).seq
    const first = message('Yes', { replyTo: target })
    const { room: heart } = room.open
    heart.send(olga, first)
    expect(heart.send(olga, { ...first, replyTo: null })).toMatchObject({
      refusal: { code: 'idConflict' },
    })
    expect(heart.send(olga, { ...first, mentions: [ana] })).toMatchObject({
      value: { isNew: false },
    })
  })

  it('[SND2 R5] keeps its place through every order of sending, editing, deleting and restarts', () => {
    const act = fc.oneof(
      fc.record({
        act: fc.constant('send' as const),
        id: fc.integer({ min: 0, max: 2 }),
        body: fc.constantFrom('one', 'two'),
        replyTo: fc.constantFrom(null, seq(1)),
      }),
      fc.record({
        act: fc.constantFrom('edit' as const, 'erase' as const, 'restart' as const),
        id: fc.integer({ min: 0, max: 2 }),
        body: fc.constantFrom('one', 'two', 'three'),
      }),
    )
    const property = fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const room = new LocalRoom()
      room.post(owner.id, 'To answer')
      const known = new Map<number, { seq: Seq; content: string; isGone: boolean }>()
      for (const one of acts) {
        const { room: heart, ledger } = room.open
        const first = known.get(one.id)
        const before = ledger.rev
        if (one.act === 'send') {
          const { body, replyTo } = one
          const content = JSON.stringify([body, replyTo])
          const answer = heart.send(olga, { id: messageId(one.id), body, replyTo, mentions: [] })
          const isSame = !first || first.isGone || first.content === content
          if (!first) known.set(one.id, { seq: ledger.seq, content, isGone: false })
          else expect(ledger.rev).toBe(before)
          const value = { seq: known.get(one.id)?.seq, isNew: !first }
          if (isSame) expect(answer).toMatchObject({ value })
          else expect(answer).toMatchObject({ refusal: { code: 'idConflict' } })
        } else if (one.act === 'restart') room.restart()
        else if (first && one.act === 'edit') heart.edit(olga, { seq: first.seq, body: one.body })
        else if (first) {
          heart.erase(olga, { seq: first.seq })
          first.isGone = true
        }
      }
      expect(Number(room.open.ledger.seq)).toBe(1 + known.size)
    })
    fc.assert(property, { numRuns: 1_000 })
  }, 60_000)

  it('[SND2 R5] fifty times over three sockets, HTTP and five restarts is one row and one change', () => {
    const room = new LocalRoom()
    const sockets = [1, 2, 3].map(() => room.arrive(owner.id))
    const frame = { type: 'send', ref: 1, ...message('Once') }
    for (let n = 0; n < 50; n += 1) {
      if (n % 10 === 9) room.restart(...sockets)
      if (n % 4 === 3) room.open.room.send(olga, frame)
      else room.say(sockets[n % 3]!, frame)
      room.passMs(1_000)
    }
    expect(room.open.ledger).toMatchObject({ seq: 1, rev: 2 })
    expect(room.sql.run('SELECT seq FROM messages')).toEqual([{ seq: 1 }])
    for (const { changes, frames } of sockets) {
      expect(changes).toMatchObject([{ from: 1, to: 2 }])
      for (const one of frames) if (one.type === 'ok') expect(one).toMatchObject({ seq: 1, rev: 2 })
    }
  })
})

describe('replies and mentions', () => {
  it('[SND5] a reply names a message that there is, also a deleted one', () => {
    const room = new LocalRoom()
    const { seq: head } = room.post(owner.id)
    room.open.room.erase(olga, { seq: head })
    expect(room.post(owner.id, 'Why?', { replyTo: head })).toMatchObject({ seq: 2 })
    const beyond = room.open.room.send(olga, message('What?', { replyTo: seq(3) }))
    expect(beyond).toMatchObject({ refusal: { code: 'notFound' } })
    expect(room.open.messages.find(seq(2))?.replyTo).toBe(head)
  })

  it('[SND5] a mention of somebody who is not in is dropped, of somebody twice is one', () => {
    const room = new LocalRoom()
    const [ana, ben] = [room.join(2), room.join(3)]
    room.open.people.leave(asker(ben))
    const socket = room.arrive(ana)
    const { seq: at } = room.post(owner.id, 'You', { mentions: [ana, ben, ana, userId(9)] })
    expect(room.open.messages.find(at)?.mentions).toEqual([ana])
    expect(socket.changes[0]?.messages).toMatchObject([{ seq: at, mentions: [ana] }])
  })

  it('[SND5] an edit may name others, and keeps whom it does not speak of', () => {
    const room = new LocalRoom()
    const [ana, ben] = [room.join(2), room.join(3)]
    const { seq: at } = room.post(owner.id, 'You', { mentions: [ana] })
    const edit = (more: object) => room.open.room.edit(olga, { seq: at, body: 'You!', ...more })
    edit({})
    expect(room.open.messages.find(at)?.mentions).toEqual([ana])
    edit({ mentions: [ben, userId(9)] })
    expect(room.open.messages.find(at)?.mentions).toEqual([ben])
    expect(edit({ mentions: [ben] })).toMatchObject({ value: { isNew: false } })
  })

  it('[SND5 R19] names 50 people and no more', () => {
    const accepts = (count: number) => {
      const mentions = Array.from({ length: count }, (_, n) => userId(n + 2))
      const frame = { type: 'send', ref: 1, id: newMessageId(), body: 'All', mentions }
      return decodeCommand(JSON.stringify(frame)) !== null
    }
    expect([-1, 0, 1].map((over) => accepts(mentionsMax + over))).toEqual([true, true, false])
  })
})
