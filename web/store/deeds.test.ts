// Deeds by themselves: what leaves when, and what each answer makes of one.

import { describe, expect, it } from 'vitest'
import { rev, seq } from '../../test/support/ids.ts'
import { firstRef } from '../client/refs.ts'
import {
  type DeedsEffect,
  type DeedsInput,
  deedsWaitingMax,
  next,
  noDeeds,
  tickAtMs,
} from './deeds.ts'
import type { Deed } from './room-store.ts'

const react = (of: number, on = true, emoji = '🍵'): Deed => ({
  ...{ type: 'react', seq: seq(of), emoji, on },
})
const edit = (of: number, body: string): Deed => ({ type: 'edit', seq: seq(of), body })
const erase = (of: number): Deed => ({ type: 'delete', seq: seq(of) })
const opened: DeedsInput = { type: 'opened' }
const closed: DeedsInput = { type: 'closed' }
const tick: DeedsInput = { type: 'tick' }

class Rig {
  now = noDeeds
  atMs = 1_000_000
  effects: DeedsEffect[] = []

  play(...inputs: (DeedsInput | Deed)[]): this {
    for (const input of inputs) {
      const isDeed = 'seq' in input
      const [after, effects] = next(
        this.now,
        isDeed ? { type: 'added', deed: input } : input,
        this.atMs,
      )
      this.now = after
      this.effects.push(...effects)
    }
    return this
  }

  /** What was sent since the last look. */
  sent(): Deed[] {
    const sent = this.effects.filter((effect) => effect.do === 'send').map(({ deed }) => deed)
    this.effects = []
    return sent
  }

  get ref(): number {
    return this.now.nextRef - 1
  }

  ok(at: number): this {
    return this.play({ type: 'ok', ref: this.ref, rev: rev(at) })
  }

  states() {
    return this.now.entries.map(({ deed, state }) => `${deed.seq} ${state}`)
  }
}

describe('what leaves', () => {
  it('[SOK14] waits for a welcomed socket, and goes one after the other', () => {
    const rig = new Rig().play(react(1), react(2))
    expect(rig.sent()).toEqual([])
    expect(rig.play(opened).sent()).toEqual([react(1)])
    expect(rig.ok(1).sent()).toEqual([react(2)])
  })

  it('has refs that no message has', () => {
    expect(new Rig().play(opened, react(1)).ref).toBeGreaterThanOrEqual(firstRef.deed)
  })

  it('[SND7] comes to what was said last: a late repetition undoes nothing', () => {
    const rig = new Rig().play(opened, react(1, true), react(1, false), react(1, true))
    expect(rig.states()).toEqual(['1 sent', '1 waiting'])
    rig.play(closed, opened)
    expect(rig.states()).toEqual(['1 sent', '1 waiting'])
    expect(rig.sent().at(-1)).toEqual(react(1, true))
  })

  it('does not say what a later one makes moot', () => {
    const rig = new Rig()
    rig.play(edit(1, 'a'), react(1), react(1, true, '🌿'), edit(2, 'b'), edit(1, 'c'), react(2))
    expect(rig.states()).toEqual(['1 waiting', '1 waiting', '2 waiting', '1 waiting', '2 waiting'])
    expect(rig.play(erase(1)).states()).toEqual(['2 waiting', '2 waiting', '1 waiting'])
  })

  it('[SOK3] never reaches the messages of another life of the room', () => {
    const rig = new Rig().play(opened, edit(1, 'a'), react(2), closed)
    rig.effects = []
    rig.play({ type: 'anotherLife' }, opened)
    expect(rig.effects).toMatchObject([
      { do: 'fail', deed: edit(1, 'a'), code: 'messageGone' },
      { do: 'fail', deed: react(2), code: 'messageGone' },
    ])
    expect(rig.states()).toEqual([])
  })

  it('[SND3] leaves again after a cut, and when no answer comes', () => {
    const rig = new Rig().play(opened, edit(1, 'a'))
    rig.sent()
    expect(rig.play(closed).states()).toEqual(['1 waiting'])
    expect(rig.play(opened).sent()).toEqual([edit(1, 'a')])
    expect(tickAtMs(rig.now)).toBe(rig.atMs + 15_000)
    rig.atMs += 14_999
    expect(rig.play(tick).sent()).toEqual([])
    rig.atMs += 1
    expect(rig.play(tick).sent()).toEqual([edit(1, 'a')])
  })

  it.each([
    [deedsWaitingMax - 1, 0],
    [deedsWaitingMax, 0],
    [deedsWaitingMax + 1, 1],
  ])('of %i that wait, %i are too many, and said to be', (count, failed) => {
    const rig = new Rig()
    for (let of = 1; of <= count; of += 1) rig.play(react(of))
    expect(rig.effects.map((effect) => 'code' in effect && effect.code)).toEqual(
      Array.from({ length: failed }, () => 'tooMany'),
    )
    expect(rig.now.entries).toHaveLength(Math.min(count, deedsWaitingMax))
  })
})

describe('what an answer means', () => {
  it('[SOK6] ok: pending until the change has come', () => {
    const rig = new Rig().play(opened, react(1)).ok(7)
    expect(rig.play({ type: 'shown', rev: rev(6) }).states()).toEqual(['1 accepted'])
    expect(rig.play({ type: 'shown', rev: rev(7) }).states()).toEqual([])
  })

  it('ok before a cut: its change is part of the catch-up, whatever life the room has now', () => {
    const rig = new Rig().play(opened, react(1)).ok(7)
    expect(rig.play(closed, opened).states()).toEqual([])
  })

  it.each(['rateLimited', 'busy', 'slowMode'] as const)('%s: waits as told, then again', (code) => {
    const rig = new Rig().play(opened, react(1), react(2))
    rig.sent()
    rig.play({ type: 'refused', ref: rig.ref, code, retryAfterMs: 400 })
    expect([rig.sent(), tickAtMs(rig.now)]).toEqual([[], rig.atMs + 400])
    rig.atMs += 400
    expect(rig.play(tick).sent()).toEqual([react(1)])
  })

  it('[CMP4] any other refusal: given up, told, and the next goes on', () => {
    const rig = new Rig().play(opened, edit(1, 'late'), react(2))
    rig.sent()
    rig.play({ type: 'refused', ref: rig.ref, code: 'editClosed' })
    expect(rig.effects[0]).toEqual({ do: 'fail', deed: edit(1, 'late'), code: 'editClosed' })
    expect(rig.states()).toEqual(['2 sent'])
  })

  it('an answer to something else: nothing', () => {
    const rig = new Rig().play(opened, react(1))
    const before = rig.now
    rig.play({ type: 'ok', ref: 1, rev: rev(1) }, { type: 'refused', ref: 1, code: 'busy' })
    expect(rig.now.entries).toEqual(before.entries)
  })
})
