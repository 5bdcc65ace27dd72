// One's own read mark by itself: what is told when, and what is told again.

import { expect, it } from 'vitest'
import { seq } from '../../test/support/ids.ts'
import {
  markOf,
  next,
  type ReadMarkInput,
  readsSentEveryMs,
  tickAtMs,
  unmarked,
} from './read-mark.ts'

class Rig {
  now = unmarked
  atMs = 1_000_000
  sent: number[] = []

  play(...inputs: ReadMarkInput[]): this {
    for (const input of inputs) {
      const [after, sent] = next(this.now, input, this.atMs)
      this.now = after
      if (sent !== null) this.sent.push(sent)
    }
    return this
  }

  pass(ms: number): this {
    this.atMs += ms
    return this.play({ type: 'tick' })
  }
}

const welcome = (readSeq: number, isNewLife = false): ReadMarkInput => ({
  ...{ type: 'welcome', readSeq: seq(readSeq), isNewLife },
})
const opened: ReadMarkInput = { type: 'opened' }
const closed: ReadMarkInput = { type: 'closed' }
const marked = (at: number): ReadMarkInput => ({ type: 'marked', seq: seq(at) })
const told = (at: number): ReadMarkInput => ({ type: 'told', seq: seq(at) })

it('[SND8] only advances, here and in what it says', () => {
  const rig = new Rig().play(welcome(5), opened, marked(4), marked(5))
  expect([rig.sent, markOf(rig.now)]).toEqual([[], 5])
  rig.play(marked(7), marked(6), told(3))
  expect([rig.sent, markOf(rig.now)]).toEqual([[7], 7])
})

it('[SND8] is told at most once in two seconds, and then the latest', () => {
  const rig = new Rig().play(welcome(0), opened, marked(1), marked(2), marked(3))
  expect([rig.sent, tickAtMs(rig.now)]).toEqual([[1], rig.atMs + readsSentEveryMs])
  expect(rig.pass(readsSentEveryMs - 1).sent).toEqual([1])
  expect(rig.pass(1).sent).toEqual([1, 3])
  expect(tickAtMs(rig.now)).toBeNull()
})

it('[SND8] knows what other devices have read, and does not say it again', () => {
  const rig = new Rig().play(welcome(0), opened, told(9), marked(8))
  expect([rig.sent, markOf(rig.now)]).toEqual([[], 9])
})

it('[SOK14] waits for the socket, and is said again after a cut where the room does not show it', () => {
  const rig = new Rig().play(welcome(0), marked(4))
  expect(rig.sent).toEqual([])
  expect(rig.play(opened).sent).toEqual([4])
  rig.play(closed)
  rig.atMs += readsSentEveryMs
  expect(rig.play(welcome(2), opened).sent).toEqual([4, 4])
  rig.play(closed)
  rig.atMs += readsSentEveryMs
  expect(rig.play(welcome(4), opened).sent).toEqual([4, 4])
})

it('[SOK3] of another life of the room means nothing', () => {
  const rig = new Rig().play(welcome(0), opened, marked(40), closed)
  rig.atMs += readsSentEveryMs
  rig.play(welcome(3, true), opened)
  expect([rig.sent, markOf(rig.now)]).toEqual([[40], 3])
})

it('[LIM2] is said again when it was too much', () => {
  const rig = new Rig().play(welcome(0), opened, marked(4))
  rig.play({ type: 'refused', retryAfterMs: 500 })
  expect([rig.sent, tickAtMs(rig.now)]).toEqual([[4], rig.atMs + 500])
  expect(rig.pass(500).sent).toEqual([4, 4])
})
