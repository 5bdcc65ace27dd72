// What this isolate counts, and how the meter hears of it: the only file that names the binding.

import { meterName } from '../durable/meter-calls.ts'
import { PassingOn } from '../durable/passing-on.ts'
import type { Counted, Counts } from '../durable/tally.ts'
import { Failure } from '../protocol/failures.ts'
import { meterDelayMs, meterLeaseMs } from '../protocol/limits.ts'
import type { Bindings } from './env.ts'

export class MeterLink {
  readonly #env: Pick<Bindings, 'METER'>
  readonly #passing: PassingOn
  /** Somebody's request is waiting to pass on what all of them count. */
  #carriedUntilMs = 0

  constructor(env: Pick<Bindings, 'METER'>) {
    this.#env = env
    const mintId = () => crypto.randomUUID()
    this.#passing = new PassingOn({ meter: () => this.#meter, mintId, now: () => Date.now() })
  }

  get counts(): Counts {
    return this.#passing.counts
  }

  /**
   * For after an answer; null while another request sees to it. That one may be cut off with what it was
   * to do, so it has its time and no longer.
   */
  later(): Promise<void> | null {
    if (!this.#env.METER || Date.now() < this.#carriedUntilMs) return null
    this.#carriedUntilMs = Date.now() + meterDelayMs + meterLeaseMs
    return this.#carry()
  }

  passOn(): Promise<void> {
    return this.#passing.run()
  }

  /** Of all of Parley, with what this isolate has. Fails `unavailable` where the meter is away. */
  async read(): Promise<Counted> {
    await this.#passing.run()
    try {
      const counted = await this.#meter?.read()
      if (counted) return counted
    } catch (cause) {
      throw new Failure('unavailable', { cause })
    }
    throw new Failure('unavailable')
  }

  async #carry(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, meterDelayMs))
    this.#carriedUntilMs = 0 // Whoever counts from now on finds another to carry it.
    await this.#passing.run()
  }

  get #meter() {
    return this.#env.METER?.getByName(meterName) ?? null
  }
}
