// How far one has read oneself, as the room knows it and as one wants it known. Pure. [SND8]

import type { Seq } from '../../protocol/ids.ts'

export interface ReadMark {
  /** Where the room says it is; null before the first welcome. */
  readonly told: Seq | null
  /** Where it should be. */
  readonly wanted: Seq | null
  /** What this connection was last told; null when that must be said again. */
  readonly sent: Seq | null
  readonly isOpen: boolean
  readonly notBeforeMs: number
}

export type ReadMarkInput =
  | { readonly type: 'welcome'; readonly readSeq: Seq; readonly isNewLife: boolean }
  | { readonly type: 'told'; readonly seq: Seq }
  | { readonly type: 'marked'; readonly seq: Seq }
  /** Something that has no ref was refused: it may have been this. */
  | { readonly type: 'refused'; readonly retryAfterMs: number }
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'tick' }

/** Reading goes on: the latest mark, at most this often. */
export const readsSentEveryMs = 2_000

export const unmarked: ReadMark = {
  ...{ told: null, wanted: null, sent: null, isOpen: false, notBeforeMs: 0 },
}

/** The mark, and what to send the room, if anything. */
export function next(now: ReadMark, input: ReadMarkInput, nowMs: number): [ReadMark, Seq | null] {
  const after = take(now, input, nowMs)
  if (!after.isOpen || nowMs < after.notBeforeMs || !isDue(after)) return [after, null]
  return [{ ...after, sent: after.wanted, notBeforeMs: nowMs + readsSentEveryMs }, after.wanted]
}

/** Where a person has read to, the room's word or not. */
export function markOf({ told, wanted }: ReadMark): Seq | null {
  return furthest(told, wanted)
}

/** When to say `tick` next; null while nothing is left to say. */
export function tickAtMs(now: ReadMark): number | null {
  return now.isOpen && isDue(now) ? now.notBeforeMs : null
}

function take(now: ReadMark, input: ReadMarkInput, nowMs: number): ReadMark {
  switch (input.type) {
    case 'welcome': {
      // Another life of the room has other messages under the same numbers.
      const wanted = input.isNewLife ? null : now.wanted
      return { ...now, told: input.readSeq, wanted, sent: null }
    }
    case 'told':
      return { ...now, told: furthest(now.told, input.seq) }
    case 'marked':
      return { ...now, wanted: furthest(now.wanted, input.seq) }
    case 'refused':
      return { ...now, sent: null, notBeforeMs: nowMs + input.retryAfterMs }
    case 'opened':
      return { ...now, isOpen: true }
    case 'closed':
      return { ...now, sent: null, isOpen: false }
    case 'tick':
      return now
    default:
      return input satisfies never
  }
}

/** Further than the room knows, and than it was just told. */
function isDue({ told, wanted, sent }: ReadMark): boolean {
  return wanted !== null && wanted > (told ?? 0) && wanted > (sent ?? 0)
}

function furthest(one: Seq | null, other: Seq | null): Seq | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
