// An outbox on the bench: fed with inputs, its effects laid out to be looked at.

import type { FailureCode } from '../../protocol/failures.ts'
import { next } from '../../web/store/outbox.ts'
import { emptyOutbox, type OutboxEffect, type OutboxInput } from '../../web/store/outbox-states.ts'
import { messageId, rev } from './ids.ts'

/** Plays inputs, remembers effects; time stands still unless a test moves it. */
export class Rig {
  now = emptyOutbox
  atMs = 1_000_000
  effects: OutboxEffect[] = []

  constructor(...inputs: OutboxInput[]) {
    this.play(...inputs)
  }

  play(...inputs: OutboxInput[]): this {
    for (const input of inputs) {
      const [after, effects] = next(this.now, input, this.atMs)
      this.now = after
      this.effects.push(...effects)
    }
    return this
  }

  /** The ids sent since the last look, in order. */
  sent() {
    const sent = this.effects
      .filter((effect) => effect.do === 'send')
      .map(({ message }) => idNumber(message.id))
    this.effects = []
    return sent
  }

  states() {
    return this.now.entries.map(({ id, state }) => `${idNumber(id)} ${state}`)
  }

  /** Answers the message that is on its way as `id`. */
  answer(id: number, answer: { rev: number } | { code: FailureCode; retryAfterMs?: number }) {
    const entry = this.now.entries.find((candidate) => candidate.id === messageId(id))
    if (entry?.state !== 'sending') throw new Error(`${id} is not on its way`)
    const { ref } = entry
    if ('rev' in answer) return this.play({ type: 'ok', ref, rev: rev(answer.rev) })
    return this.play({ type: 'refused', ref, ...answer })
  }
}

const idNumber = (id: string) => Number.parseInt(id.slice(-12), 16)
export const extras = { replyTo: null, mentions: [] }
export const draft = (id: number) => ({
  id: messageId(id),
  body: `${id}`,
  createdAt: id,
  ...extras,
})
export const added = (id: number): OutboxInput => ({ type: 'added', draft: draft(id) })
export const stored = (id: number): OutboxInput => ({ type: 'stored', id: messageId(id) })
export const loaded = (...ids: number[]): OutboxInput => ({
  type: 'loaded',
  drafts: ids.map(draft),
})
export const leading: OutboxInput = { type: 'leading', isLeading: true }
export const opened: OutboxInput = { type: 'opened' }
export const closed: OutboxInput = { type: 'closed' }
export const tick: OutboxInput = { type: 'tick' }
export const arrived = (to: number, ...ids: number[]): OutboxInput => ({
  ...{ type: 'arrived', ids: new Set(ids.map(messageId)), rev: rev(to) },
})
