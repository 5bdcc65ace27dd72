// How a room tells operators what it counted: to the meter, and as a point where a dataset is bound.

import type { Agenda } from './agenda.ts'
import { meterName } from './meter-calls.ts'
import { PassingOn } from './passing-on.ts'
import { roomPoint, write } from './points.ts'
import type { RoomBindings } from './settings.ts'
import type { Counts } from './tally.ts'

type Armed = Pick<Agenda, 'arm' | 'has'>

/** At most a batch in `delayMs`, and by alarms: a timer would keep the object from falling asleep. */
export class RoomCounts {
  readonly #passing: PassingOn
  readonly #now: () => number
  readonly #delayMs: number
  #passedAtMs = 0

  constructor(
    { METER, METRICS }: Pick<RoomBindings, 'METER' | 'METRICS'>,
    world: {
      readonly now: () => number
      readonly mintId: () => string
      readonly delayMs: number
    },
  ) {
    this.#now = world.now
    this.#delayMs = world.delayMs
    this.#passing = new PassingOn({
      ...world,
      meter: () => METER?.getByName(meterName) ?? null,
      took: (counted) => write(METRICS, roomPoint(counted)),
    })
  }

  get counts(): Counts {
    return this.#passing.counts
  }

  /** After whatever may have been counted. Where the mirror is about to run, its end passes it on. */
  note(agenda: Armed | undefined): void {
    if (!agenda || this.#passing.counts.isEmpty || agenda.has('archive')) return
    agenda.arm('counts', this.#now() + this.#delayMs)
  }

  /** Where the object is awake anyway: now, or by an alarm if the last batch left just before. */
  passOn(agenda: Armed | undefined): void {
    const dueMs = this.#passedAtMs + this.#delayMs
    if (dueMs <= this.#now()) this.flush()
    else if (!this.#passing.counts.isEmpty) agenda?.arm('counts', dueMs)
  }

  /** At once: the object is on its way out. */
  flush(): void {
    this.#passedAtMs = this.#now()
    void this.#passing.run()
  }
}
