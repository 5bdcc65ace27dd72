// Time, chance and the record of one simulated run: everything that happens waits here for its turn.

import { createHash } from 'node:crypto'
import { seeded } from '../support/random.ts'

interface Happening {
  readonly atMs: number
  readonly order: number
  run: (() => void) | null
}

const traceLinesKept = 80

export class World {
  readonly seed: number
  nowMs = 1_790_000_000_000
  /** No more faults: what is broken heals. */
  /** Frames that have left and not arrived yet. */
  underWay = 0
  isCalm = false
  readonly violations: string[] = []
  readonly #random: () => number
  readonly #queue: Happening[] = []
  readonly #hash = createHash('sha1')
  readonly #trace: string[] = []
  readonly #startMs = this.nowMs
  #order = 0
  #ids = 0
  happened = 0

  constructor(seed: number) {
    this.seed = seed
    this.#random = seeded(seed)
  }

  // Chance

  random(): number {
    return this.#random()
  }

  /** Uniform between two numbers. */
  between(least: number, most: number): number {
    return least + this.#random() * (most - least)
  }

  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1))
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  /** Never once it is calm: this is for faults. */
  strikes(chance: number): boolean {
    return !this.isCalm && this.#random() < chance
  }

  /** Ascending, like the ones that clocks make. */
  mintId(): string {
    this.#ids += 1
    return `01990000-0000-7000-9000-${this.#ids.toString(16).padStart(12, '0')}`
  }

  // Time

  later(work: () => void, delayMs: number): () => void {
    this.#order += 1
    const happening: Happening = {
      atMs: this.nowMs + Math.ceil(Math.max(0, delayMs)),
      order: this.#order,
      run: work,
    }
    push(this.#queue, happening)
    return () => {
      happening.run = null
    }
  }

  /** Runs what is due until then, each followed by all that was waiting for it. */
  async pass(ms: number): Promise<void> {
    const end = this.nowMs + Math.ceil(ms)
    for (let due = this.#queue[0]; due && due.atMs <= end; due = this.#queue[0]) {
      pop(this.#queue)
      if (!due.run) continue
      this.nowMs = due.atMs
      this.happened += 1
      this.attempt(due.run)
      await settled()
      if (this.violations.length > 0) return
    }
    this.nowMs = end
  }

  /** Nothing here may throw: what breaks an assertion of the room's own is found out, too. */
  attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.violated(error instanceof Error ? String(error.stack) : String(error))
    }
  }

  // Record

  note(line: string): void {
    const stamped = `${this.nowMs - this.#startMs} ${line}`
    this.#hash.update(stamped)
    this.#trace.push(stamped)
    if (this.#trace.length > 2 * traceLinesKept) this.#trace.splice(0, traceLinesKept)
  }

  violated(what: string): void {
    this.note(`VIOLATION ${what}`)
    this.violations.push(what)
  }

  get trace(): readonly string[] {
    return this.#trace.slice(-traceLinesKept)
  }

  /** The same for the same seed and the same code. Asked once. */
  hash(): string {
    return this.#hash.digest('hex')
  }
}

/** Every promise that could go on has gone on: nothing here waits for a real timer. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

function isBefore(one: Happening, other: Happening): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}

function push(heap: Happening[], one: Happening): void {
  let place = heap.push(one) - 1
  while (place > 0) {
    const above = (place - 1) >> 1
    if (!isBefore(one, heap[above]!)) break
    heap[place] = heap[above]!
    place = above
  }
  heap[place] = one
}

function pop(heap: Happening[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let place = 0
  for (;;) {
    let below = 2 * place + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1
    if (!isBefore(heap[below]!, last)) break
    heap[place] = heap[below]!
    place = below
  }
  heap[place] = last
}
