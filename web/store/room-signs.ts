// What people let be seen without a word, others' and one's own: here, typing, read up to there.

import { batch, signal } from '@preact/signals'
import type { MemberChange, MessageChange } from '../../protocol/changes.ts'
import type { CommandOut } from '../../protocol/commands.ts'
import type {
  Presence as PresenceFrame,
  Reads,
  TypingFrame,
  Welcome,
} from '../../protocol/frames.ts'
import type { Epoch, Seq, UserId } from '../../protocol/ids.ts'
import { typingEveryMs } from '../../protocol/limits.ts'
import type { Host } from '../client/host.ts'
import * as company from './company.ts'
import { markOf, next, type ReadMarkInput, tickAtMs, unmarked } from './read-mark.ts'
import type { Presence } from './room-store.ts'

export interface RoomSignsParts {
  readonly userId: UserId
  readonly host: Host
  /** False when there is no socket to take it. */
  readonly send: (command: CommandOut) => boolean
}

export class RoomSigns {
  readonly presence = signal<Presence | null>(null)
  readonly typing = signal<readonly UserId[]>([])
  readonly reads = signal<ReadonlyMap<UserId, Seq>>(new Map())
  readonly readSeq = signal<Seq | null>(null)
  readonly #parts: RoomSignsParts
  #company = company.nobody
  #mark = unmarked
  #epoch: Epoch | null = null
  #typedAtMs = Number.NEGATIVE_INFINITY
  /** Told, and not yet taken back. */
  #isTyping = false
  #alarm: () => void = () => undefined

  constructor(parts: RoomSignsParts) {
    this.#parts = parts
  }

  welcome(frame: Welcome): void {
    const isNewLife = this.#epoch !== null && this.#epoch !== frame.epoch
    this.#epoch = frame.epoch
    this.#isTyping = false
    this.reads.value = new Map() // Everybody's marks come with the next frames, where they are told.
    this.#see(company.greeted(frame))
    this.#step({ type: 'welcome', readSeq: frame.you.readSeq, isNewLife })
  }

  connection(type: 'opened' | 'closed'): void {
    this.#see(company.withoutTyping(this.#company, this.typing.peek()))
    this.#step({ type })
  }

  receive(frame: PresenceFrame | TypingFrame | Reads): void {
    switch (frame.type) {
      case 'presence':
        return this.#see(company.counted(this.#company, frame))
      case 'typing':
        if (frame.userId === this.#parts.userId) return
        return this.#see(company.typed(this.#company, frame, this.#parts.host.now()))
      case 'reads':
        return this.#read(frame)
      default:
        return frame satisfies never
    }
  }

  /** Whoever wrote types no more, and whoever left is not here. */
  changed(messages: readonly MessageChange[], members: readonly MemberChange[]): void {
    const authors = messages.flatMap(({ id, authorId }) => (id && authorId) ?? [])
    const gone = members.filter(({ state }) => state !== undefined && state !== 'joined')
    const after = company.withoutTyping(this.#company, authors)
    this.#see(
      company.parted(
        after,
        gone.map(({ userId }) => userId),
      ),
    )
  }

  /** Of all commands only `read` and `typing` are refused without saying which. */
  refused(retryAfterMs: number | undefined): void {
    if (retryAfterMs !== undefined) this.#step({ type: 'refused', retryAfterMs })
  }

  markRead(seq: Seq): void {
    this.#step({ type: 'marked', seq })
  }

  /** Told again every few seconds for as long as it goes on, and taken back when it ends. [SOK10] */
  type(on: boolean): void {
    const { host, send } = this.#parts
    const nowMs = host.now()
    const isDue = on ? nowMs - this.#typedAtMs >= typingEveryMs : this.#isTyping
    if (isDue && send({ type: 'typing', on }) && on) this.#typedAtMs = nowMs
    this.#isTyping = on && (this.#isTyping || isDue)
  }

  /** The message itself says that one types no more. */
  sent(): void {
    this.#isTyping = false
  }

  /** What one has read is told before one goes. */
  end(): void {
    this.#alarm()
    const { wanted, told, sent, isOpen } = this.#mark
    const isNews = wanted !== null && wanted > Math.max(told ?? 0, sent ?? 0)
    if (isOpen && isNews) this.#parts.send({ type: 'read', seq: wanted })
  }

  #read({ reads }: Reads): void {
    const marks = new Map(this.reads.peek())
    for (const { userId, seq } of reads) {
      if (seq > (marks.get(userId) ?? -1)) marks.set(userId, seq)
      if (userId === this.#parts.userId) this.#step({ type: 'told', seq })
    }
    this.reads.value = marks
  }

  #see(after: company.Company): void {
    const before = this.#company
    this.#company = after
    batch(() => {
      this.presence.value = after.presence
      if (after.typing !== before.typing) this.typing.value = [...after.typing.keys()]
    })
    this.#arm()
  }

  #step(input: ReadMarkInput): void {
    const [mark, seq] = next(this.#mark, input, this.#parts.host.now())
    this.#mark = mark
    if (seq !== null) this.#parts.send({ type: 'read', seq })
    this.readSeq.value = markOf(mark)
    this.#arm()
  }

  /** One timer: for the mark that waits, and for the typing that ends by itself. */
  #arm(): void {
    this.#alarm()
    const due = [tickAtMs(this.#mark), company.expiresAtMs(this.#company)]
    const atMs = due.reduce(
      (soonest, one) => (one !== null && one < (soonest ?? Infinity) ? one : soonest),
      null,
    )
    const { host } = this.#parts
    const ring = () => {
      this.#see(company.withoutExpired(this.#company, host.now()))
      this.#step({ type: 'tick' })
    }
    this.#alarm = atMs === null ? () => undefined : host.later(ring, Math.max(0, atMs - host.now()))
  }
}
