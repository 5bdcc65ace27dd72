// Does what outbox.ts says: keeps drafts on the shelf, hands messages to the socket, tells other tabs.

import * as v from 'valibot'
import { MessageId, Rev, type RoomId, type UserId } from '../../protocol/ids.ts'
import type { Host } from '../client/host.ts'
import { next, tickAtMs } from './outbox.ts'
import {
  type Entry,
  emptyOutbox,
  type Message,
  type Outbox,
  type OutboxEffect,
  type OutboxInput,
  StoredDraft,
} from './outbox-states.ts'
import type { Shelf } from './shelf.ts'
import type { Channel, Lead, Tabs } from './tabs.ts'

type Refs = { readonly ref: number; readonly refused: number }

export interface OutboxParts {
  readonly roomId: RoomId
  readonly userId: UserId
  readonly host: Host
  readonly shelf: Shelf
  readonly tabs: Tabs
  readonly send: (message: Omit<Message, 'createdAt'> & Refs) => void
  /** Another tab's message is safe; its row may be in sight already. */
  readonly heard: () => void
  readonly changed: (outbox: Outbox) => void
}

/** What tabs tell each other: the list on the shelf is another, or a message is safe. */
const Gossip = v.variant('type', [
  v.object({ type: v.literal('changed') }),
  v.object({ type: v.literal('accepted'), id: MessageId, rev: Rev }),
])

export class OutboxShell {
  readonly #parts: OutboxParts
  readonly #key: string
  readonly #channel: Channel
  readonly #lead: Lead
  /** What an earlier page left is in `entries`. */
  readonly loaded: Promise<unknown>
  #outbox: Outbox = emptyOutbox
  #disk: Promise<unknown> = Promise.resolve() // One after another: the list keeps its order.
  /** Settled here, and still on the shelf: a list read meanwhile must not bring them back. */
  readonly #leaving = new Set<MessageId>()
  #alarm: () => void = () => undefined
  #isOver = false

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#key = `outbox/${parts.userId}/${parts.roomId}`
    const name = `parley:${this.#key}`
    this.#channel = parts.tabs.channel(name, (message) => this.#hear(message))
    this.#load()
    this.loaded = this.#disk
    this.#lead = parts.tabs.lead(name, (isLeading) => this.#leadChanged(isLeading))
  }

  get entries(): readonly Entry[] {
    return this.#outbox.entries
  }

  /** The person writes here, so this tab is awake: it sends. */
  add(draft: StoredDraft): void {
    this.step({ type: 'added', draft })
    this.#lead.take()
  }

  step(input: OutboxInput): void {
    if (this.#isOver) return
    const [outbox, effects] = next(this.#outbox, input, this.#parts.host.now())
    const before = this.#outbox
    this.#outbox = outbox
    for (const effect of effects) this.#perform(effect)
    this.#arm()
    const isSlowAsBefore = outbox.slowUntilMs === before.slowUntilMs
    if (outbox.entries !== before.entries || !isSlowAsBefore) this.#parts.changed(outbox)
  }

  end(): void {
    this.#isOver = true
    this.#alarm()
    this.#lead.release()
    this.#channel.close()
  }

  #perform(effect: OutboxEffect): void {
    switch (effect.do) {
      case 'send': {
        const { id, body, replyTo, mentions } = effect.message
        const { ref, refused } = effect
        return this.#parts.send({ ref, refused, id, body, replyTo, mentions })
      }
      case 'keep':
        return this.#write(effect.draft.id, (drafts) => [...drafts, effect.draft])
      case 'amend':
        return this.#write(effect.draft.id, (drafts) =>
          drafts.map((draft) => (draft.id === effect.id ? effect.draft : draft)),
        )
      case 'forget':
        return this.#forget(effect.id, effect.acceptedAt)
      default:
        return effect satisfies never
    }
  }

  #write(id: MessageId, change: (drafts: StoredDraft[]) => StoredDraft[]): void {
    this.#onDisk(async (shelf) => {
      await shelf.update(this.#key, (old) => change(decode(old)))
      this.step({ type: 'stored', id })
      this.#tell({ type: 'changed' })
    })
  }

  #forget(id: MessageId, acceptedAt: Rev | null): void {
    // Other tabs hear first why it goes, so that it stays in sight there until its row has come.
    if (acceptedAt !== null) this.#tell({ type: 'accepted', id, rev: acceptedAt })
    this.#leaving.add(id)
    this.#onDisk(async (shelf) => {
      await shelf.update(this.#key, (old) => decode(old).filter((draft) => draft.id !== id))
      this.#leaving.delete(id)
      this.#tell({ type: 'changed' })
    })
  }

  /** What an earlier page left is known before anything leaves: order. */
  #leadChanged(isLeading: boolean): void {
    if (!isLeading) return this.step({ type: 'leading', isLeading })
    this.#load()
    this.#onDisk(async () => this.step({ type: 'leading', isLeading }))
  }

  #load(): void {
    this.#onDisk(async (shelf) => {
      const drafts = decode(await shelf.get(this.#key))
      this.step({ type: 'loaded', drafts: drafts.filter(({ id }) => !this.#leaving.has(id)) })
    })
  }

  #hear(message: unknown): void {
    const parsed = v.safeParse(Gossip, message)
    if (!parsed.success) return
    const news = parsed.output
    if (news.type === 'changed') return this.#load()
    this.step({ type: 'acceptedElsewhere', id: news.id, rev: news.rev })
    this.#parts.heard()
  }

  #tell(news: v.InferOutput<typeof Gossip>): void {
    if (!this.#isOver) this.#channel.tell(news)
  }

  #onDisk(work: (shelf: Shelf) => Promise<void>): void {
    this.#disk = this.#disk.then(() => work(this.#parts.shelf))
  }

  #arm(): void {
    this.#alarm()
    this.#alarm = () => undefined
    const atMs = tickAtMs(this.#outbox)
    if (atMs === null) return
    const { host } = this.#parts
    this.#alarm = host.later(() => this.step({ type: 'tick' }), Math.max(0, atMs - host.now()))
  }
}

function decode(stored: unknown): StoredDraft[] {
  const parsed = v.safeParse(v.array(StoredDraft), stored)
  return parsed.success ? parsed.output : []
}
