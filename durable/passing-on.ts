// From who counts to the meter: a batch at a time, at nobody's cost. Shed while the meter is away.

import { meterLeaseMs } from '../protocol/limits.ts'
import type { Batch, MeterCalls } from './meter-calls.ts'
import { type Counted, Tally } from './tally.ts'

export interface PassingOnParts {
  /** Null where there is no meter: then what is counted stays, and is a few thousand sums at most. */
  readonly meter: () => MeterCalls | null
  readonly mintId: () => string
  readonly now: () => number
  /** Sees each batch once, before it is on its way. */
  readonly took?: (counted: Counted) => void
}

export class PassingOn {
  readonly counts = new Tally()
  readonly #parts: PassingOnParts
  /** Sent, and perhaps arrived: it goes again as it is, so that nothing counts twice. */
  #unsure: Batch | null = null
  #busyUntilMs = 0

  constructor(parts: PassingOnParts) {
    this.#parts = parts
  }

  /**
   * The batch that failed before, if one did, and what came since. Never throws. The runtime may forget
   * a run half-way, with the request that made it: after its lease another begins.
   */
  async run(): Promise<void> {
    const { meter, now } = this.#parts
    if (now() < this.#busyUntilMs) return
    this.#busyUntilMs = now() + meterLeaseMs
    try {
      const to = meter()
      if (!to) return
      if (this.#unsure) await this.#send(to, this.#unsure)
      const counted = this.counts.take()
      if (counted) await this.#send(to, this.#batch(counted))
    } catch {
      // It stays for the next time. A log line each would be a flood of them while the meter is away.
    } finally {
      this.#busyUntilMs = 0
    }
  }

  #batch(counted: Counted): Batch {
    this.#parts.took?.(counted)
    return { id: this.#parts.mintId(), ...counted }
  }

  async #send(to: MeterCalls, batch: Batch): Promise<void> {
    this.#unsure = batch
    await to.add(batch)
    this.#unsure = null
  }
}
