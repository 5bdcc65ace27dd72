// The shell of the meter: what the platform calls, the clock and the storage.

import { DurableObject } from 'cloudflare:workers'
import { Meter as Sums } from './meter.ts'
import type { Batch, MeterCalls } from './meter-calls.ts'
import { sqlOf } from './storage-sql.ts'
import type { Counted } from './tally.ts'

export class Meter extends DurableObject<unknown> implements MeterCalls {
  readonly #sums: Sums

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env)
    this.#sums = new Sums(sqlOf(state.storage))
  }

  async add(batch: Batch): Promise<void> {
    this.#sums.add(batch, Date.now())
  }

  async read(): Promise<Counted> {
    return this.#sums.read(Date.now())
  }
}
