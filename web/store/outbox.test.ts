// The outbox by itself: what leaves when, and what each answer makes of a draft.

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { messageId, newMessageId, rev, seq, userId } from '../../test/support/ids.ts'
import {
  added,
  arrived,
  closed,
  draft,
  extras,
  leading,
  loaded,
  opened,
  Rig,
  stored,
  tick,
} from '../../test/support/outbox-rig.ts'
import { tickAtMs } from './outbox.ts'
import { type OutboxInput, StoredDraft } from './outbox-states.ts'

describe('what leaves', () => {
  it('[CMP3] is safe on disk first', () => {
    const rig = new Rig(opened, leading, added(1))
    expect(rig.effects).toEqual([{ do: 'keep', draft: draft(1) }])
    expect(rig.play(stored(1)).sent()).toEqual([1])
  })

  it('[SOK14] waits for a welcomed socket and for the lead among tabs', () => {
    expect(new Rig(loaded(1, 2), opened).sent()).toEqual([])
    expect(new Rig(loaded(1, 2), leading).sent()).toEqual([])
    expect(new Rig(loaded(1, 2), leading, opened).sent()).toEqual([1, 2])
  })

  it('[SND3] leaves again after a cut, in order and with the same ids', () => {
    const rig = new Rig(loaded(1, 2, 3), leading, opened)
    rig.answer(1, { rev: 1 })
    rig.sent()
    expect(rig.play(closed, opened).sent()).toEqual([2, 3])
  })

  it('[ORD4 SND3] without an answer it leaves again behind those that were told to wait before it', () => {
    const rig = new Rig(leading, opened, ...[1, 2, 3].flatMap((id) => [added(id), stored(id)]))
    expect(rig.sent()).toEqual([1, 2, 3])
    rig.play({ type: 'slowMode', ms: 3_000 })
    rig.answer(1, { code: 'slowMode', retryAfterMs: 3_000 })
    rig.atMs += 3_000
    expect(rig.play({ type: 'tick' }).sent()).toEqual([]) // The others may be taken yet.
    rig.atMs += 12_000
    expect(rig.play({ type: 'tick' }).sent()).toEqual([1])
    expect(rig.states()).toEqual(['1 sending', '2 waiting', '3 waiting'])
  })

  it('[ORD4] says of which refusal it knows, of an earlier try included', () => {
    const known = (rig: Rig) => {
      const sends = rig.effects.filter((effect) => effect.do === 'send')
      rig.effects = []
      return sends.map(({ ref, refused }) => [ref, refused])
    }
    const rig = new Rig(leading, opened, ...[1, 2].flatMap((id) => [added(id), stored(id)]))
    expect(known(rig)).toEqual([
      [1, 0],
      [2, 0],
    ])
    rig.atMs += 15_000
    expect(known(rig.play({ type: 'tick' }))).toEqual([
      [3, 0],
      [4, 0],
    ])
    const wait = { type: 'refused', code: 'rateLimited', retryAfterMs: 100 } as const
    rig.play({ ...wait, ref: 1 }, { ...wait, ref: 2 }, { ...wait, ref: 3 })
    rig.atMs += 15_000
    expect(known(rig.play({ type: 'tick' }))).toEqual([
      [5, 3],
      [6, 3],
    ])
    expect(rig.states()).toEqual(['1 sending', '2 sending'])
  })

  it('[SND3] leaves again when no answer comes, and shows how long it has been on its way', () => {
    const rig = new Rig(loaded(1), leading, opened)
    expect(tickAtMs(rig.now)).toBe(rig.atMs + 15_000)
    const sinceMs = rig.atMs
    rig.sent()
    rig.atMs += 15_000
    expect(rig.play(tick).sent()).toEqual([1])
    expect(rig.now.entries[0]).toMatchObject({ state: 'sending', sinceMs })
  })

  it('is recalled when another tab takes the lead', () => {
    const rig = new Rig(loaded(1), leading, opened, { type: 'leading', isLeading: false })
    expect(rig.states()).toEqual(['1 waiting'])
  })

  it('[ORD4 LIM2] goes one by one once the room may not take more at once', () => {
    const all = Array.from({ length: 30 }, (_, n) => n + 1)
    const rig = new Rig(loaded(...all), leading, opened)
    expect(rig.sent()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (let id = 1; id <= 9; id += 1) rig.answer(id, { rev: id })
    expect(rig.sent()).toEqual([])
    expect(rig.answer(10, { rev: 10 }).sent()).toEqual([11])
    rig.atMs += 1_000
    expect(rig.answer(11, { rev: 11 }).sent()).toEqual([12, 13, 14, 15, 16])
  })
})

describe('what an answer means', () => {
  it('[SOK6] ok before the row: in sight until the row is', () => {
    const rig = new Rig(loaded(1), leading, opened).answer(1, { rev: 7 })
    expect(rig.states()).toEqual(['1 accepted'])
    expect(rig.effects.at(-1)).toEqual({ do: 'forget', id: messageId(1), acceptedAt: rev(7) })
    expect(rig.play(arrived(6)).states()).toEqual(['1 accepted'])
    expect(rig.play(arrived(7, 1)).states()).toEqual([])
  })

  it('[SOK6] the row before ok: gone at once, and the late ok is nothing', () => {
    const rig = new Rig(loaded(1), leading, opened, arrived(7, 1))
    expect(rig.states()).toEqual([])
    expect(rig.effects.at(-1)).toEqual({ do: 'forget', id: messageId(1), acceptedAt: rev(7) })
    expect(rig.play({ type: 'ok', ref: 1, rev: rev(7) }).states()).toEqual([])
  })

  it('[SND2] ok for a repeat whose row is far above: gone, for the model stands beyond it', () => {
    const rig = new Rig(loaded(1), leading, opened).answer(1, { rev: 7 })
    expect(rig.play(arrived(900)).states()).toEqual([])
  })

  it('[CMP5] busy: waits as long as told, then goes on by itself, first things first', () => {
    const rig = new Rig(loaded(1, 2), leading, opened)
    const ref = rig.now.entries.map((entry) => (entry.state === 'sending' ? entry.ref : 0))
    rig.sent()
    const wait = { code: 'rateLimited', retryAfterMs: 400 } as const
    rig.play({ type: 'refused', ref: ref[0]!, ...wait }, { type: 'refused', ref: ref[1]!, ...wait })
    expect([rig.states(), tickAtMs(rig.now)]).toEqual([['1 waiting', '2 waiting'], rig.atMs + 400])
    rig.atMs += 400
    expect(rig.play(tick).sent()).toEqual([1, 2])
  })

  it('busy without a time: waits all the same', () => {
    const rig = new Rig(loaded(1), leading, opened).answer(1, { code: 'busy' })
    expect([rig.states(), tickAtMs(rig.now)]).toEqual([['1 waiting'], rig.atMs + 1_000])
  })

  it('[LIM2] after a wait it trusts in no more than has been refilled', () => {
    const rig = new Rig(loaded(1, 2), leading, opened)
    rig.answer(1, { code: 'rateLimited', retryAfterMs: 400 })
    rig.answer(2, { code: 'rateLimited', retryAfterMs: 400 })
    for (let id = 3; id <= 9; id += 1) rig.play(added(id), stored(id))
    rig.sent()
    rig.atMs += 400
    expect(rig.play(tick).sent()).toEqual([1, 2])
  })

  it.each(['muted', 'banned', 'storageFull'] as const)('[CMP4] %s: failed at once', (code) => {
    const rig = new Rig(loaded(1), leading, opened).answer(1, { code })
    expect(rig.now.entries).toMatchObject([{ state: 'failed', code }])
  })

  it('[CMP4] any other refusal: failed, kept as such, and later drafts go on', () => {
    const rig = new Rig(loaded(1, 2), leading, opened).answer(1, { code: 'forbidden' })
    expect(rig.states()).toEqual(['1 failed', '2 sending'])
    const failed = { ...draft(1), failed: 'forbidden' }
    expect(rig.effects.at(-1)).toEqual({ do: 'amend', id: messageId(1), draft: failed })
  })
})

describe('[LIM2 CMP5] slow mode', () => {
  const slow = (ms: number): OutboxInput => ({ type: 'slowMode', ms })

  it('lets one message leave at a time, and the next when its time has come', () => {
    const rig = new Rig(loaded(1, 2, 3), slow(10_000), leading, opened)
    expect(rig.sent()).toEqual([1])
    expect(rig.answer(1, { rev: 1 }).sent()).toEqual([])
    expect([rig.now.slowUntilMs, tickAtMs(rig.now)]).toEqual([rig.atMs + 10_000, rig.atMs + 10_000])
    rig.atMs += 9_999
    expect(rig.play(tick).sent()).toEqual([])
    rig.atMs += 1
    expect(rig.play(tick).sent()).toEqual([2])
  })

  it('waits as told where another device has just written', () => {
    const rig = new Rig(loaded(1), slow(10_000), leading, opened)
    rig.sent()
    rig.answer(1, { code: 'slowMode', retryAfterMs: 6_000 })
    expect([rig.states(), rig.now.slowUntilMs]).toEqual([['1 waiting'], rig.atMs + 6_000])
    rig.atMs += 6_000
    expect(rig.play(tick).sent()).toEqual([1])
  })

  it('ends the wait when it ends', () => {
    const rig = new Rig(loaded(1, 2), slow(10_000), leading, opened).answer(1, { rev: 1 })
    rig.sent()
    expect(rig.play(slow(0)).sent()).toEqual([2])
  })

  it('[SOK6] begins with the row, should it come before its ok', () => {
    const rig = new Rig(loaded(1, 2), slow(10_000), leading, opened)
    rig.sent()
    expect(rig.play(arrived(7, 1)).sent()).toEqual([])
    expect(rig.now.slowUntilMs).toBe(rig.atMs + 10_000)
  })

  it('is known to the other tabs of the one that sends', () => {
    const accepted = { type: 'acceptedElsewhere', id: messageId(1), rev: rev(7) } as const
    const rig = new Rig(loaded(1), slow(10_000), accepted)
    expect(rig.now.slowUntilMs).toBe(rig.atMs + 10_000)
  })
})

describe('what a message says beside its words', () => {
  it('[SND5] goes with it through the disk, a cut and a retry', () => {
    const said = { replyTo: seq(3), mentions: [userId(7)] }
    const rig = new Rig({ type: 'loaded', drafts: [{ ...draft(1), ...said }] }, leading, opened)
    const again: OutboxInput = { type: 'retry', id: messageId(1), newId: messageId(9) }
    rig.play(closed, opened).answer(1, { code: 'idConflict' }).play(again, stored(9))
    const sends = rig.effects.filter((effect) => effect.do === 'send')
    expect(sends.map(({ message }) => message)).toMatchObject([said, said, said])
  })

  it('is nothing in a draft that an older version kept', () => {
    const { replyTo, mentions, ...old } = draft(1)
    expect(v.parse(StoredDraft, old)).toEqual({ ...old, replyTo, mentions })
  })
})

describe('what a person does', () => {
  it('[SND2] retries with the same id, or a new one after a conflict', () => {
    const retry: OutboxInput = { type: 'retry', id: messageId(1), newId: messageId(9) }
    const forbidden = new Rig(loaded(1), leading, opened).answer(1, { code: 'forbidden' })
    forbidden.sent()
    expect(forbidden.play(retry, stored(1)).sent()).toEqual([1])
    const conflict = new Rig(loaded(1), leading, opened).answer(1, { code: 'idConflict' })
    conflict.sent()
    expect(conflict.play(retry, stored(9)).sent()).toEqual([9])
  })

  it('throws a draft away for good', () => {
    const rig = new Rig(loaded(1)).play({ type: 'discard', id: messageId(1) })
    expect(rig.states()).toEqual([])
    expect(rig.effects).toEqual([{ do: 'forget', id: messageId(1), acceptedAt: null }])
  })
})

describe('what other tabs do', () => {
  it('shows their drafts, and drops what they threw away', () => {
    const rig = new Rig(loaded(1, 2))
    expect(rig.play(loaded(2, 3)).states()).toEqual(['2 waiting', '3 waiting'])
  })

  it('keeps in sight what they were told is accepted, until its row is here', () => {
    const accepted = { type: 'acceptedElsewhere', id: messageId(1), rev: rev(7) } as const
    const rig = new Rig(loaded(1, 2), accepted, loaded(2))
    expect(rig.states()).toEqual(['1 accepted', '2 waiting'])
    expect(rig.play(arrived(7)).states()).toEqual(['2 waiting'])
  })

  it('loses nothing that is on its way to the disk or to the room', () => {
    const rig = new Rig(loaded(1), leading, opened, added(2))
    expect(rig.play(loaded(1)).states()).toEqual(['1 sending', '2 unstored'])
  })

  it('shows a failure found by another tab, and its retry', () => {
    const failed = { ...draft(1), failed: 'forbidden' } as const
    const rig = new Rig(loaded(1), { type: 'loaded', drafts: [failed] })
    expect(rig.states()).toEqual(['1 failed'])
    expect(rig.play(loaded(1)).states()).toEqual(['1 waiting'])
  })

  it('shows at once what can only fail', () => {
    const failed = {
      id: newMessageId(),
      body: 'too long',
      createdAt: 0,
      ...extras,
      failed: 'invalid',
    } as const
    const rig = new Rig(leading, opened, { type: 'added', draft: failed })
    expect(rig.now.entries).toMatchObject([{ state: 'failed', code: 'invalid' }])
    expect(rig.sent()).toEqual([])
  })
})
