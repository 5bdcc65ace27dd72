// Tells each receiver what changed: in order, at least once, and at nobody's cost but its own.

import type { PauseReason } from '../protocol/api/webhooks.ts'
import type { RoomId, WebhookId } from '../protocol/ids.ts'
import {
  webhookBackoffMsMax,
  webhookBackoffMsMin,
  webhookDelayMs,
  webhookLeaseMs,
  webhookRetryMsMax,
  webhookStepsMax,
} from '../protocol/limits.ts'
import type { Agenda } from './agenda.ts'
import { type Delivery, nextDelivery } from './delivery.ts'
import type { Ledger } from './ledger.ts'
import type { Members } from './members.ts'
import type { Reader } from './reader.ts'
import type { Clock } from './room.ts'
import type { Counts } from './tally.ts'
import { whyNotCalled } from './webhook-address.ts'
import type { WebhookRow, WebhookRows } from './webhook-rows.ts'
import { signedHeaders } from './webhook-signing.ts'

/** One call of a receiver. Resolves to the status; throws when there was none in time. */
export type Post = (url: string, headers: Record<string, string>, body: string) => Promise<number>

/** What a delivery takes from outside. */
export interface Outside {
  readonly post: Post
  /** Plain HTTP to this machine is called, too: on a developer's own. [S24] */
  readonly isLocal: boolean
  /** Puts on record that a webhook was given up for a while. Throws when Postgres is away. */
  readonly reportPaused: (roomId: RoomId, id: WebhookId, reason: PauseReason) => Promise<void>
  readonly failed: (error: unknown) => void
}

export interface DeliveriesParts {
  readonly rows: WebhookRows
  readonly ledger: Ledger
  readonly reader: Reader
  readonly members: Members
  readonly agenda: Agenda
  readonly clock: Clock
  readonly random: () => number
  readonly mintId: () => string
  readonly outside: Outside
  readonly counts: Counts
}

export class Deliveries {
  readonly #parts: DeliveriesParts
  /** One delivery at a time to each: that is their order. */
  readonly #running = new Set<WebhookId>()
  #isStopped = false

  constructor(parts: DeliveriesParts) {
    this.#parts = parts
    this.noteChange() // Whoever began this life, or died in the midst of a run, may have set no alarm.
  }

  /** Changes wait a moment for company; a try that is due later stays due then. */
  noteChange(): void {
    const { rows, agenda, clock } = this.#parts
    if (rows.count === 0) return
    const soonest = this.#soonest()
    if (soonest !== null) agenda.arm('webhooks', Math.max(soonest, clock.now() + webhookDelayMs))
  }

  /** All that are due, side by side. Resolves when each has come to its end; never throws. */
  async run(): Promise<void> {
    const { rows, clock } = this.#parts
    const due = rows.all().filter((hook) => this.#isPending(hook) && hook.due <= clock.now())
    const free = due.filter(({ id }) => !this.#running.has(id))
    this.#settle(clock.now() + webhookLeaseMs) // Should the object die meanwhile, another begins then.
    await Promise.all(free.map(({ id }) => this.#drain(id)))
  }

  /** As one try, of a delivery that tells nothing; null without an answer. */
  async test(hook: WebhookRow): Promise<number | null> {
    const { epoch, room, rev: to } = this.#parts.ledger
    const body = JSON.stringify({ type: 'test', roomId: room.id, epoch, to })
    if (this.#refuses(hook)) return null
    return this.#post(hook, { id: `msg_${this.#parts.mintId()}`, body })
  }

  /** The room is being erased, or begins another life: what is under way touches its rows no more. */
  stop(): void {
    this.#isStopped = true
  }

  async #drain(id: WebhookId): Promise<void> {
    const { rows, clock } = this.#parts
    this.#running.add(id)
    try {
      for (let steps = 0; steps < webhookStepsMax && !this.#isStopped; steps += 1) {
        const hook = rows.find(id)
        if (!hook || !this.#isPending(hook) || hook.due > clock.now()) break
        await this.#step(hook)
      }
    } catch (error) {
      this.#parts.outside.failed(error)
      if (!this.#isStopped) rows.change(id, { due: clock.now() + webhookLeaseMs })
    } finally {
      this.#running.delete(id)
      if (!this.#isStopped) this.#settle(this.#soonest())
    }
  }

  async #step(hook: WebhookRow): Promise<void> {
    if (hook.pausedAt !== null) return this.#report(hook)
    if (this.#refuses(hook)) return this.#pause(hook, 'address', null)
    const { rows, ledger, reader, members, mintId } = this.#parts
    // Whoever left, was turned out or is no more reads on nowhere else, either. [V-6]
    if (members.roleOf(hook.madeBy) === null) return this.#pause(hook, 'makerGone', null)
    const delivery = nextDelivery(hook, ledger, reader)
    const { to } = delivery
    if (delivery.body === null) return rows.change(hook.id, { heard: to, ...settled })
    const id = hook.deliveryId ?? `msg_${mintId()}`
    rows.change(hook.id, { deliveryId: id, deliveryTo: to })
    const status = await this.#post(hook, { id, body: delivery.body })
    if (!this.#isStopped) this.#note(hook, delivery, status)
  }

  #note(hook: WebhookRow, { epoch, to }: Delivery, status: number | null): void {
    const { rows, clock, counts } = this.#parts
    const isTaken = status !== null && status >= 200 && status <= 299
    counts.add('webhooks', { outcome: isTaken ? 'delivered' : 'failed' })
    if (status === 410) return this.#pause(hook, 'gone', status)
    if (!isTaken) return this.#putOff(hook, status)
    const news = { epoch, heard: to, deliveredAt: clock.now(), lastStatus: status }
    rows.change(hook.id, { ...news, ...settled })
  }

  #putOff(hook: WebhookRow, lastStatus: number | null): void {
    const { rows, clock, random } = this.#parts
    const now = clock.now()
    const [failures, failingSince] = [hook.failures + 1, hook.failingSince ?? now]
    if (now - failingSince >= webhookRetryMsMax) return this.#pause(hook, 'failing', lastStatus)
    const ceiling = Math.min(
      webhookBackoffMsMax,
      webhookBackoffMsMin * 2 ** Math.min(hook.failures, 20),
    )
    const due = now + Math.ceil(ceiling * (0.5 + random() / 2))
    rows.change(hook.id, { failures, failingSince, due, lastStatus })
  }

  /** The cursor stays: whoever lets it go on misses nothing. */
  #pause({ id }: WebhookRow, pauseReason: PauseReason, lastStatus: number | null): void {
    const { rows, clock } = this.#parts
    rows.change(id, { pausedAt: clock.now(), pauseReason, lastStatus, pauseTold: 0, due: 0 })
  }

  async #report({ id, pauseReason }: WebhookRow): Promise<void> {
    const { rows, ledger, outside } = this.#parts
    await outside.reportPaused(ledger.room.id, id, pauseReason ?? 'failing')
    if (!this.#isStopped) rows.change(id, { pauseTold: 1 })
  }

  async #post(
    hook: WebhookRow,
    { id, body }: { id: string; body: string },
  ): Promise<number | null> {
    const { clock, outside } = this.#parts
    const at = clock.now()
    const { secret, previousSecret, previousUntil } = hook
    const isTurning = previousSecret !== null && (previousUntil ?? 0) > at
    const secrets = [secret, ...(isTurning ? [previousSecret] : [])]
    return outside.post(hook.url, signedHeaders({ id, at, body, secrets }), body).catch(() => null)
  }

  /** Asked again at every delivery: what may be called can become less. [S24] */
  #refuses({ url, ownHost }: WebhookRow): boolean {
    return whyNotCalled(url, { ownHost, isLocal: this.#parts.outside.isLocal }) !== null
  }

  #isPending({ pausedAt, pauseTold, epoch, heard }: WebhookRow): boolean {
    const { ledger } = this.#parts
    if (pausedAt !== null) return pauseTold === 0
    return epoch !== ledger.epoch || heard < ledger.rev
  }

  /** When to look again; null: nobody has anything to hear. What is under way may die with the object. */
  #soonest(): number | null {
    const waiting = this.#parts.rows.all().filter((hook) => this.#isPending(hook))
    const lease = this.#parts.clock.now() + webhookLeaseMs
    const dues = waiting.map(({ id, due }) => (this.#running.has(id) ? lease : due))
    return dues.length > 0 ? Math.min(...dues) : null
  }

  #settle(due: number | null): void {
    const { agenda, clock } = this.#parts
    agenda.settle('webhooks', due === null ? null : Math.max(due, clock.now()))
    agenda.rearm()
  }
}

const settled = { deliveryId: null, deliveryTo: null, failures: 0, failingSince: null, due: 0 }
