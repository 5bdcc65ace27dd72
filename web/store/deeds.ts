// What people do to messages, on its way: edits, deletions, reactions. One after the other, because
// the late repetition of one must not undo the next. Pure.

import type { FailureCode } from '../../protocol/failures.ts'
import type { Rev } from '../../protocol/ids.ts'
import { firstRef } from '../client/refs.ts'
import { answerWithinMs, passes, pauseMs } from './patience.ts'
import type { Deed } from './room-store.ts'

/** Each says how something should be, so that saying it twice is the same as once. [SND7] */
export type DeedEntry = { readonly deed: Deed } & (
  | { readonly state: 'waiting' }
  | { readonly state: 'sent'; readonly ref: number; readonly sentAtMs: number }
  | { readonly state: 'accepted'; readonly rev: Rev } // Its change is on its way to this client.
)

export interface Deeds {
  readonly entries: readonly DeedEntry[]
  /** A welcomed socket is there. [SOK14] */
  readonly isOpen: boolean
  readonly pausedUntilMs: number
  readonly nextRef: number
}

export type DeedsInput =
  | { readonly type: 'added'; readonly deed: Deed }
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  /** The room has begun anew: its numbers are other messages' now. [SOK3] */
  | { readonly type: 'anotherLife' }
  | { readonly type: 'ok'; readonly ref: number; readonly rev: Rev }
  | {
      readonly type: 'refused'
      readonly ref: number
      readonly code: FailureCode
      readonly retryAfterMs?: number | undefined
    }
  /** The model now stands at `rev`. */
  | { readonly type: 'shown'; readonly rev: Rev }
  | { readonly type: 'tick' }

export type DeedsEffect =
  | { readonly do: 'send'; readonly ref: number; readonly deed: Deed }
  | { readonly do: 'fail'; readonly deed: Deed; readonly code: FailureCode }

type Step = readonly [Deeds, readonly DeedsEffect[]]

/** Ten seconds' worth of what the room takes; whoever clicks more than that is told so. */
export const deedsWaitingMax = 50

export const noDeeds: Deeds = {
  ...{ entries: [], isOpen: false, pausedUntilMs: 0, nextRef: firstRef.deed },
}

export function next(now: Deeds, input: DeedsInput, nowMs: number): Step {
  const [after, effects] = take(now, input, nowMs)
  const [sent, sends] = pump(after, nowMs)
  return [sent, [...effects, ...sends]]
}

/** When to say `tick` next; null while only an answer or a person can change anything. */
export function tickAtMs({ entries, isOpen, pausedUntilMs }: Deeds): number | null {
  if (!isOpen) return null
  for (const entry of entries) if (entry.state === 'sent') return entry.sentAtMs + answerWithinMs
  return entries.some(({ state }) => state === 'waiting') ? pausedUntilMs : null
}

function take(now: Deeds, input: DeedsInput, nowMs: number): Step {
  switch (input.type) {
    case 'added':
      return added(now, input.deed)
    case 'opened': // What was accepted before comes with the catch-up.
      return [{ ...recalled(now, ({ state }) => state !== 'accepted'), isOpen: true }, []]
    case 'closed':
      return [{ ...recalled(now), isOpen: false }, []]
    case 'anotherLife':
      return [{ ...now, entries: [] }, now.entries.flatMap(goneWithItsMessage)]
    case 'ok':
      return [
        settled(now, input.ref, ({ deed }) => [{ deed, state: 'accepted', rev: input.rev }]),
        [],
      ]
    case 'refused':
      return refused(now, input, nowMs)
    case 'shown':
      return [without(now, (entry) => entry.state === 'accepted' && entry.rev <= input.rev), []]
    case 'tick':
      return [now, []]
    default:
      return input satisfies never
  }
}

function added(now: Deeds, deed: Deed): Step {
  const kept = without(now, (entry) => entry.state === 'waiting' && isMoot(entry.deed, deed))
  const waiting = kept.entries.filter(({ state }) => state === 'waiting').length
  if (waiting >= deedsWaitingMax) return [kept, [{ do: 'fail', deed, code: 'tooMany' }]]
  return [{ ...kept, entries: [...kept.entries, { deed, state: 'waiting' }] }, []]
}

/** The later one says all that the earlier one would have. */
function isMoot(earlier: Deed, later: Deed): boolean {
  if (earlier.seq !== later.seq) return false
  if (later.type === 'delete') return true
  if (later.type === 'edit') return earlier.type === 'edit'
  return earlier.type === 'react' && earlier.emoji === later.emoji
}

/** Sends the first that waits, or again what got no answer in time. */
function pump(now: Deeds, nowMs: number): Step {
  if (!now.isOpen || nowMs < now.pausedUntilMs) return [now, []]
  const due =
    now.entries.find(({ state }) => state === 'sent') ??
    now.entries.find(({ state }) => state === 'waiting')
  if (!due || (due.state === 'sent' && nowMs < due.sentAtMs + answerWithinMs)) return [now, []]
  const ref = now.nextRef
  const { deed } = due
  const entries = now.entries.map(
    (entry): DeedEntry => (entry === due ? { deed, state: 'sent', ref, sentAtMs: nowMs } : entry),
  )
  return [{ ...now, entries, nextRef: ref + 1 }, [{ do: 'send', ref, deed }]]
}

function refused(
  now: Deeds,
  { ref, code, retryAfterMs }: Extract<DeedsInput, { type: 'refused' }>,
  nowMs: number,
): Step {
  if (passes(code, retryAfterMs)) {
    const waiting = settled(now, ref, ({ deed }) => [{ deed, state: 'waiting' }])
    return [{ ...waiting, pausedUntilMs: nowMs + (retryAfterMs ?? pauseMs) }, []]
  }
  const failed = now.entries.filter((entry) => entry.state === 'sent' && entry.ref === ref)
  const effects = failed.map(({ deed }) => ({ do: 'fail', deed, code }) as const)
  return [settled(now, ref, () => []), effects]
}

function goneWithItsMessage({ deed, state }: DeedEntry): DeedsEffect[] {
  return state === 'accepted' ? [] : [{ do: 'fail', deed, code: 'messageGone' }]
}

function settled(now: Deeds, ref: number, to: (entry: DeedEntry) => DeedEntry[]): Deeds {
  const isIt = (entry: DeedEntry) => entry.state === 'sent' && entry.ref === ref
  return { ...now, entries: now.entries.flatMap((entry) => (isIt(entry) ? to(entry) : [entry])) }
}

/** What was under way and may have been lost leaves again, before what came after it. [SND3] */
function recalled(now: Deeds, isKept: (entry: DeedEntry) => boolean = () => true): Deeds {
  const recall = (entry: DeedEntry): DeedEntry =>
    entry.state === 'sent' ? { deed: entry.deed, state: 'waiting' } : entry
  return { ...now, pausedUntilMs: 0, entries: now.entries.filter(isKept).map(recall) }
}

/** The same object where nothing goes, so that nothing is drawn anew. */
function without(now: Deeds, isGone: (entry: DeedEntry) => boolean): Deeds {
  if (!now.entries.some(isGone)) return now
  return { ...now, entries: now.entries.filter((entry) => !isGone(entry)) }
}
