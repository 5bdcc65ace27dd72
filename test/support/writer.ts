// A member who never stops writing: sends ahead, remembers every promise, and after a cut asks
// again for what was not acknowledged. Whatever contradicts an earlier promise is a violation.

import { uuidv7 } from 'uuidv7'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { RoomId } from '../../protocol/ids.ts'
import type { Person } from './parley.ts'
import { RoomSocket } from './room-socket.ts'

/** Enough under way that a kill always meets some. */
const aheadDefault = 40

/** What all writers together have been promised. */
export class Promises {
  readonly violations: string[] = []
  readonly acknowledged = new Map<string, number>()
  readonly #idAt = new Map<number, string>()

  /** Someone was told, one way or another, that `id` is at `seq`. */
  told(id: string, seq: number, how: string): void {
    const other = this.#idAt.get(seq)
    if (other !== undefined && other !== id) this.violations.push(`${how}: seq ${seq} has two ids`)
    this.#idAt.set(seq, id)
    if (how !== 'ok') return
    const before = this.acknowledged.get(id)
    if (before !== undefined && before !== seq) this.violations.push(`ok: ${id} was moved`)
    this.acknowledged.set(id, seq)
  }

  /** The room as it is in the end: 1, 2, 3 … and all that was promised. */
  compare(history: readonly { seq: number; id: string }[]): void {
    const seqOf = new Map(history.map(({ id, seq }) => [id, seq]))
    history.forEach(({ seq }, index) => {
      if (seq !== index + 1) this.violations.push(`history: seq ${seq} at place ${index + 1}`)
    })
    if (seqOf.size !== history.length) this.violations.push('history: an id came twice')
    for (const [id, seq] of this.acknowledged) {
      if (seqOf.get(id) !== seq) this.violations.push(`lost: ${id} was acknowledged as ${seq}`)
    }
    for (const [seq, id] of this.#idAt) {
      if (seqOf.get(id) !== seq) this.violations.push(`lost: ${id} was told as ${seq}`)
    }
  }
}

export class Writer {
  readonly #person: Person
  readonly #room: RoomId
  readonly #url: string
  readonly #promises: Promises
  readonly #wanted: number
  readonly #aheadMax: number
  #unsettled: { ref: number; id: string; body: string }[] = []
  #made = 0
  #socket: RoomSocket | null = null
  #told: number | null = null
  #onOk = () => {}

  constructor(parts: {
    person: Person
    room: RoomId
    url: string
    promises: Promises
    /** How many messages to write; Infinity until told to stop. */
    wanted: number
    /** How many it sends ahead of their acknowledgement. */
    aheadMax?: number
  }) {
    this.#person = parts.person
    this.#room = parts.room
    this.#url = parts.url
    this.#promises = parts.promises
    this.#wanted = parts.wanted
    this.#aheadMax = parts.aheadMax ?? aheadDefault
  }

  /** Connects, sends again what was not acknowledged, with the same ids, and goes on. [SND3] */
  async connect(): Promise<void> {
    this.#told = null
    const socket = new RoomSocket(this.#url, this.#room, this.#person.token)
    this.#socket = socket.listen((frame) => this.#hear(frame))
    await socket.welcome()
    for (const draft of this.#unsettled) socket.send({ type: 'send', ...draft })
    this.#fill()
  }

  /** Resolves with the next acknowledgement. */
  nextOk(): Promise<void> {
    return new Promise((resolve) => {
      this.#onOk = resolve
    })
  }

  get isDone(): boolean {
    return this.#made >= this.#wanted && this.#unsettled.length === 0
  }

  /** Gone without a word, like a phone in a tunnel. */
  cut(): void {
    this.#socket?.socket.terminate()
  }

  get isCut(): boolean {
    return this.#socket !== null && this.#socket.socket.readyState !== this.#socket.socket.OPEN
  }

  /** Resolves when the connection is gone. */
  async gone(): Promise<void> {
    await this.#socket?.closed
  }

  stop(): void {
    this.#made = this.#wanted
    this.#socket?.socket.terminate()
  }

  #hear(frame: ServerFrame): void {
    if (frame.type === 'ok') return this.#settle(frame.ref, frame.seq ?? 0)
    if (frame.type === 'refused' || frame.type === 'closing') {
      this.#promises.violations.push(`${frame.type}: ${frame.code}`)
    }
    if (frame.type !== 'changes') return
    if (this.#told !== null && frame.from !== this.#told) {
      this.#promises.violations.push(`gap: from ${frame.from} after ${this.#told}`)
    }
    this.#told = frame.to
    for (const { id, seq } of frame.messages) if (id) this.#promises.told(id, seq, 'changes')
  }

  #settle(ref: number, seq: number): void {
    this.#onOk()
    const draft = this.#unsettled.find((one) => one.ref === ref)
    if (draft) this.#promises.told(draft.id, seq, 'ok')
    this.#unsettled = this.#unsettled.filter((one) => one !== draft)
    this.#fill()
  }

  #fill(): void {
    while (this.#unsettled.length < this.#aheadMax && this.#made < this.#wanted) {
      this.#made += 1
      const draft = { ref: this.#made, id: uuidv7(), body: `${this.#person.name} ${this.#made}` }
      this.#unsettled.push(draft)
      this.#socket?.send({ type: 'send', ...draft })
    }
  }
}
