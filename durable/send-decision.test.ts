import { expect, it } from 'vitest'
import { refusal } from '../protocol/failures.ts'
import { rev, seq } from '../test/support/ids.ts'
import type { Known } from './messages.ts'
import { type Circumstances, decide } from './send-decision.ts'

const repeat: Known = { outcome: 'repeated', seq: seq(1), rev: rev(2), at: 3 }
const conflict: Known = { outcome: 'conflict' }
const hasty = refusal('rateLimited', undefined, 200)
const busy = refusal('busy', undefined, 200)
const flood = refusal('tooMany', undefined, 30_000)
const muted = refusal('muted')
const pause = refusal('slowMode', undefined, 9_000)
const full = refusal('storageFull')

const nothing: Circumstances = {
  ...{ known: null, spent: null, isAstray: false, muted: null, pause: null, full: null },
}
const all = { isAstray: true, muted, pause, full }

const answer = (known: Known) => ({ act: 'answer', known })
const refuse = (reason: object) => ({ act: 'refuse', refusal: reason })

const table: [string, Partial<Circumstances>, object][] = [
  ['nothing against it', {}, { act: 'write' }],
  ['a repeat', { known: repeat }, answer(repeat)],
  ['a repeat, against everything', { ...all, known: repeat }, answer(repeat)],
  ['a repeat without a token', { ...all, known: repeat, spent: hasty }, refuse(hasty)],
  ['other words under a known id', { ...all, known: conflict }, answer(conflict)],
  ['no token', { spent: hasty }, refuse(hasty)],
  ['no token, and slow mode', { ...all, spent: hasty }, refuse(pause)],
  ['a busy room, and slow mode', { ...all, spent: busy }, refuse(busy)],
  ['a flood, and slow mode', { ...all, spent: flood }, refuse(flood)],
  ['an answer to nothing', all, refuse(refusal('notFound'))],
  ['muted, in slow mode', { ...all, isAstray: false }, refuse(muted)],
  ['slow mode, in a full room', { pause, full }, { act: 'putOff', refusal: pause }],
  ['a full room', { full }, refuse(full)],
]

it.each(table)('[SND2 LIM2 ORD4] a message: %s', (_, given, decision) => {
  expect(decide({ ...nothing, ...given })).toEqual(decision)
})
