// Messages on their way: which one leaves when, and what an answer means for it. Pure.

import type { FailureCode } from '../../protocol/failures.ts'
import type { MessageId, Rev } from '../../protocol/ids.ts'
import { commandsBurst, commandsPerSecond } from '../../protocol/limits.ts'
import {
  type Entry,
  entryOf,
  messageOf,
  type Outbox,
  type OutboxEffect,
  type OutboxInput,
  type StoredDraft,
  waiting,
} from './outbox-states.ts'
import { answerWithinMs, passes, pauseMs } from './patience.ts'

type Step = readonly [Outbox, readonly OutboxEffect[]]

/**
 * Several messages are under way at once only while the room is sure to take them all: half of its
 * burst, because some of it may be spent. Beyond that one waits for the other, or one that was told
 * to wait could be overtaken; in slow mode always. [ORD4, LIM2, CMP5]
 */
const burst = commandsBurst / 2

export function next(now: Outbox, input: OutboxInput, nowMs: number): Step {
  const [after, effects] = take(now, input, nowMs)
  const [sent, sends] = pump(after, nowMs)
  return [sent, [...effects, ...sends]]
}

/** When to say `tick` next; null while only an answer or a person can change anything. */
export function tickAtMs(now: Outbox): number | null {
  const { entries, isOpen, isLeading } = now
  if (!isOpen || !isLeading) return null
  const quietUntilMs = Math.max(now.pausedUntilMs, now.slowUntilMs)
  const dueAtMs = entries.flatMap((entry) => {
    if (entry.state === 'sending') return [entry.sentAtMs + answerWithinMs]
    return entry.state === 'waiting' && quietUntilMs > 0 ? [quietUntilMs] : []
  })
  return dueAtMs.length > 0 ? Math.min(...dueAtMs) : null
}

function take(now: Outbox, input: OutboxInput, nowMs: number): Step {
  switch (input.type) {
    case 'added': {
      const entries = [...now.entries, newEntry(input.draft)]
      return [{ ...now, entries }, [{ do: 'keep', draft: input.draft }]]
    }
    case 'stored':
      return [change(now, input.id, stored), []]
    case 'loaded':
      return [{ ...now, entries: merged(now.entries, input.drafts) }, []]
    case 'opened':
      return [{ ...now, isOpen: true }, []]
    case 'closed':
      return [{ ...recalled(now), isOpen: false }, []]
    case 'leading':
      return [{ ...(input.isLeading ? now : recalled(now)), isLeading: input.isLeading }, []]
    case 'welcome':
      return [input.resumed ? now : withoutAccepted(now), []]
    case 'ok':
      return accepted(now, input, nowMs)
    case 'refused':
      return refused(now, input, nowMs)
    case 'arrived':
      return arrived(now, input, nowMs)
    case 'acceptedElsewhere':
      return [
        change(slowed(now, nowMs), input.id, (entry) => acceptedAt(entry, input.rev, nowMs)),
        [],
      ]
    case 'retry':
      return retried(now, input)
    case 'discard':
      return [without(now, [input.id]), [{ do: 'forget', id: input.id, acceptedAt: null }]]
    case 'tick':
      return [ticked(now, nowMs), []]
    case 'slowMode': {
      const slowUntilMs = input.ms === 0 ? 0 : now.slowUntilMs
      return [{ ...now, slowModeMs: input.ms, slowUntilMs }, []]
    }
    default:
      return input satisfies never
  }
}

/** Sends what may leave now, in order; what got no answer in time leaves again, first. */
function pump(now: Outbox, nowMs: number): Step {
  if (!now.isOpen || !now.isLeading) return [now, []]
  if (nowMs < Math.max(now.pausedUntilMs, now.slowUntilMs)) return [now, []]
  const effects: OutboxEffect[] = []
  let { credit, nextRef } = refilled(now, nowMs)
  const queue = inTurn(now.entries, nowMs)
  let underWay = queue.filter(({ state }) => state === 'sending').length

  const entries = queue.map((entry): Entry => {
    const isLate = isOverdue(entry, nowMs)
    const isSure = underWay === 0 || (credit >= 1 && now.slowModeMs === 0)
    const isFree = entry.state === 'waiting' && isSure
    if (!isLate && !isFree) return entry
    if (isFree) underWay += 1
    credit = Math.max(0, credit - 1)
    const ref = nextRef++
    effects.push({ do: 'send', ref, refused: now.refused, message: messageOf(entry) })
    const sinceMs = entry.state === 'sending' ? entry.sinceMs : nowMs
    return { ...messageOf(entry), state: 'sending', ref, sinceMs, sentAtMs: nowMs }
  })
  if (effects.length === 0) return [queue === now.entries ? now : { ...now, entries: queue }, []]
  return [{ ...now, entries, credit, creditAtMs: nowMs, nextRef }, effects]
}

/** What got no answer in time leaves again only after those before it that were told to wait. [ORD4] */
function inTurn(entries: readonly Entry[], nowMs: number): readonly Entry[] {
  const first = entries.findIndex(({ state }) => state === 'waiting')
  const isPassed = (entry: Entry, index: number) =>
    first >= 0 && index > first && isOverdue(entry, nowMs)
  if (!entries.some(isPassed)) return entries
  return entries.map((entry, index) => (isPassed(entry, index) ? waiting(entry) : entry))
}

const isOverdue = (entry: Entry, nowMs: number) =>
  entry.state === 'sending' && nowMs >= entry.sentAtMs + answerWithinMs

function refilled(now: Outbox, nowMs: number): { credit: number; nextRef: number } {
  const gained = (Math.max(0, nowMs - now.creditAtMs) / 1_000) * commandsPerSecond
  return { credit: Math.min(burst, now.credit + gained), nextRef: now.nextRef }
}

/** Safe with the server: it need not be kept, and stays in sight until its row has come. [SOK6] */
function accepted(now: Outbox, { ref, rev }: { ref: number; rev: Rev }, nowMs: number): Step {
  const entry = sentAs(now, ref)
  if (!entry) return [now, []]
  const after = change(slowed(now, nowMs), entry.id, () => acceptedAt(entry, rev, nowMs))
  return [after, [{ do: 'forget', id: entry.id, acceptedAt: rev }]]
}

function refused(
  now: Outbox,
  {
    ref,
    code,
    retryAfterMs,
  }: { ref: number; code: FailureCode; retryAfterMs?: number | undefined },
  nowMs: number,
): Step {
  const heard = { ...now, refused: Math.max(now.refused, ref) }
  const entry = sentAs(now, ref)
  if (!entry) return [heard, []]
  if (passes(code, retryAfterMs)) {
    const untilMs = nowMs + (retryAfterMs ?? pauseMs)
    const pause = code === 'slowMode' ? { slowUntilMs: untilMs } : { pausedUntilMs: untilMs }
    const halted = { ...pause, credit: 0, creditAtMs: nowMs }
    return [{ ...change(heard, entry.id, waiting), ...halted }, []]
  }
  const draft = { ...messageOf(entry), failed: code }
  return [change(heard, entry.id, () => entryOf(draft)), [{ do: 'amend', id: entry.id, draft }]]
}

/** A message was taken: in slow mode the next one's time is not yet. */
function slowed(now: Outbox, nowMs: number): Outbox {
  return now.slowModeMs > 0 ? { ...now, slowUntilMs: nowMs + now.slowModeMs } : now
}

function ticked(now: Outbox, nowMs: number): Outbox {
  const pausedUntilMs = nowMs >= now.pausedUntilMs ? 0 : now.pausedUntilMs
  return { ...now, pausedUntilMs, slowUntilMs: nowMs >= now.slowUntilMs ? 0 : now.slowUntilMs }
}

/** The room's rows show what has become of a message, before its `ok` or without one. */
function arrived(
  now: Outbox,
  { ids, rev }: { ids: ReadonlySet<MessageId>; rev: Rev },
  nowMs: number,
): Step {
  const gone = now.entries.filter(
    (entry) => ids.has(entry.id) || (entry.state === 'accepted' && entry.rev <= rev),
  )
  if (gone.length === 0) return [now, []]
  const kept = gone.filter(({ state }) => state !== 'accepted')
  const effects = kept.map(({ id }) => ({ do: 'forget', id, acceptedAt: rev }) as const)
  const since = kept.length > 0 ? slowed(now, nowMs) : now // Its row came before its `ok`.
  const settled = gone.map(({ id }) => id)
  return [without(since, settled), effects]
}

/** The same id again, unless that very id is what was refused. [SND2] */
function retried(now: Outbox, input: { id: MessageId; newId: MessageId }): Step {
  const entry = now.entries.find(({ id }) => id === input.id)
  if (entry?.state !== 'failed') return [now, []]
  const id = entry.code === 'idConflict' ? input.newId : entry.id
  const draft = { ...messageOf(entry), id }
  const again = (): Entry => ({ ...draft, state: 'unstored' })
  return [change(now, input.id, again), [{ do: 'amend', id: input.id, draft }]]
}

/** What is stored is the truth about what waits, except for what this tab knows better. */
function merged(known: readonly Entry[], drafts: readonly StoredDraft[]): Entry[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]))
  const stored = drafts.map((draft) => {
    const entry = byId.get(draft.id)
    return entry?.state === 'sending' || entry?.state === 'accepted' ? entry : entryOf(draft)
  })
  const listed = new Set(drafts.map(({ id }) => id))
  const unlisted = known.filter(({ id }) => !listed.has(id))
  const settled = unlisted.filter(({ state }) => state === 'accepted')
  return [...settled, ...stored, ...unlisted.filter(({ state }) => state === 'unstored')]
}

/** One that can only fail is shown so at once; any other leaves when it is safe. */
const newEntry = (draft: StoredDraft): Entry =>
  draft.failed ? entryOf(draft) : { ...messageOf(draft), state: 'unstored' }

const stored = (entry: Entry) => (entry.state === 'unstored' ? waiting(entry) : entry)

const acceptedAt = (entry: Entry, rev: Rev, sinceMs: number): Entry => ({
  ...messageOf(entry),
  ...{ state: 'accepted', rev, sinceMs },
})

/** What was under way and may have been lost leaves again, in order, with the same ids. [SND3] */
function recalled(now: Outbox): Outbox {
  const recall = (entry: Entry) => (entry.state === 'sending' ? waiting(entry) : entry)
  return { ...now, entries: now.entries.map(recall) }
}

function withoutAccepted(now: Outbox): Outbox {
  return { ...now, entries: now.entries.filter(({ state }) => state !== 'accepted') }
}

function sentAs(now: Outbox, ref: number): Entry | undefined {
  return now.entries.find((entry) => entry.state === 'sending' && entry.ref === ref)
}

function change(now: Outbox, id: MessageId, to: (entry: Entry) => Entry): Outbox {
  return { ...now, entries: now.entries.map((entry) => (entry.id === id ? to(entry) : entry)) }
}

function without(now: Outbox, ids: readonly MessageId[]): Outbox {
  return { ...now, entries: now.entries.filter(({ id }) => !ids.includes(id)) }
}
