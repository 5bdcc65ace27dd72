// This client's copy of one room: frames and pages go in, signals come out, the disk keeps the end of it.

import { batch, signal } from '@preact/signals'
import type { MessageChange, Person } from '../../protocol/changes.ts'
import { Failure } from '../../protocol/failures.ts'
import type { ChangesFrame, Welcome } from '../../protocol/frames.ts'
import type { Epoch, Rev, RoomId } from '../../protocol/ids.ts'
import type { Api } from '../client/api.ts'
import type { Standing } from '../client/connection-states.ts'
import type { Host } from '../client/host.ts'
import type { Position } from '../client/socket.ts'
import { apply, isHeld, type Promised, welcomed } from './apply.ts'
import { applyPeople } from './apply-people.ts'
import { expectPage, forgoPage, takePage } from './history-page.ts'
import type { RoomCache } from './room-cache.ts'
import { type Held, modelOf } from './room-model.ts'
import type { HistoryState, RoomModel } from './room-store.ts'

export interface RoomCopyParts {
  readonly roomId: RoomId
  readonly api: Api
  readonly host: Host
  readonly cache: RoomCache
  /** Called in the batch that shows the rows: what they settle vanishes with it. [SOK6] */
  readonly shown: (model: RoomModel, rows: readonly MessageChange[]) => void
  /** Whether this copy's person is still the one who is signed in. */
  readonly isOurs: () => boolean
}

/** A burst of changes is worth one write. */
const saveAfterMs = 1_000

/** What lies between the last visit and this one is worth a page; beyond it, begin with the newest. */
const replayMaxFromDisk = 1_000

export class RoomCopy {
  readonly model = signal<RoomModel | null>(null)
  readonly history = signal<HistoryState>('idle')
  readonly resyncs = signal(0)
  readonly #parts: RoomCopyParts
  #now: Held | Promised | null = null
  #isFromDisk = false
  #older: Promise<void> | null = null
  #saving: (() => void) | null = null

  constructor(parts: RoomCopyParts) {
    this.#parts = parts
  }

  /** What the last visit left, at once and without any network. */
  async restore(): Promise<void> {
    const kept = await this.#parts.cache.load()
    if (!kept || this.#now) return
    this.#isFromDisk = true
    this.#show(kept, kept.messages)
  }

  get position(): Position | null {
    if (!this.#held) return null
    const { epoch, rev } = this.#held
    return this.#isFromDisk ? { epoch, rev, max: replayMaxFromDisk } : { epoch, rev }
  }

  get epoch(): Epoch | null {
    return this.#held?.epoch ?? null
  }

  get rev(): Rev | null {
    return this.#held?.rev ?? null
  }

  get standing(): Standing {
    return this.#held?.asked === null ? 'caughtUp' : 'behind'
  }

  /** The rev to `sync` after, where an answer is due. */
  get asked(): Rev | null {
    return this.#held?.asked ?? null
  }

  welcome(frame: Welcome): void {
    const now = welcomed(this.#held, frame)
    this.#isFromDisk = false
    if (isHeld(now)) this.#show(now, [])
    else this.#now = now // What was held stays in sight until the snapshot replaces it.
  }

  /** Whom a frame names that is no change: known from now on, if they were not. */
  meet(people: readonly Person[]): void {
    const held = this.#held
    const strangers = people.filter(({ id }) => !held?.people.has(id))
    if (held && strangers.length > 0) this.#show(applyPeople(held, strangers, []), [])
  }

  /** Answers the rev to `sync` after, if one must be asked for. */
  apply(frame: ChangesFrame): Rev | null {
    if (!this.#now) return null
    const [held, syncAfter] = apply(this.#now, frame)
    if (held) this.#show(held, frame.messages)
    return syncAfter
  }

  loadOlder(): Promise<void> {
    this.#older ??= this.#loadOlder().finally(() => {
      this.#older = null
    })
    return this.#older
  }

  /** Whoever may not read a room keeps nothing of it. [CON1] */
  forget(): void {
    this.#now = null
    this.model.value = null
    this.#cancelSaving()
    void this.#parts.cache.forget()
  }

  save(): void {
    this.#cancelSaving()
    if (this.#held && this.#parts.isOurs()) void this.#parts.cache.save(this.#held)
  }

  get #held(): Held | null {
    return this.#now && isHeld(this.#now) ? this.#now : null
  }

  #show(held: Held, rows: readonly MessageChange[]): void {
    this.#now = held
    batch(() => {
      const model = modelOf(held, this.model.value)
      this.model.value = model
      this.resyncs.value = held.resyncs
      this.#parts.shown(model, rows)
    })
    this.#saving ??= this.#parts.host.later(() => this.save(), saveAfterMs)
  }

  async #loadOlder(): Promise<void> {
    const before = this.#held?.messages[0]?.seq
    if (!this.#held || before === undefined || before === 1) return
    const { api, roomId } = this.#parts
    this.history.value = 'loading'
    this.#now = expectPage(this.#held)
    try {
      const page = await api.history(roomId, { before })
      if (this.#held) this.#show(takePage(this.#held, page), page.messages)
      this.history.value = 'idle'
    } catch (error) {
      if (this.#held) this.#now = forgoPage(this.#held)
      this.history.value = 'failed'
      if (!(error instanceof Failure)) throw error
    }
  }

  #cancelSaving(): void {
    this.#saving?.()
    this.#saving = null
  }
}
