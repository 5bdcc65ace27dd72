// From a subject of guesses to the object that counts them: the only file that names the binding.

import { createHash } from 'node:crypto'
import type { Counts } from '../durable/tally.ts'
import type { Guards, Subject } from './domain/guesses.ts'
import type { GuardNamespace } from './env.ts'
import { reach } from './reach.ts'

/** Both calls may be repeated: each try has an id of its own. */
export class GuardStubs implements Guards {
  readonly #namespace: GuardNamespace
  readonly #counts: Counts

  constructor(namespace: GuardNamespace, counts: Counts) {
    this.#namespace = namespace
    this.#counts = counts
  }

  async reserve(subject: Subject, id: string): Promise<number> {
    const waitMs = await reach(
      () => this.#guardOf(subject),
      (guard) => guard.reserve(subject.tries, id),
    )
    if (waitMs > 0) this.#counts.add('limits', { budget: subject.tries })
    return waitMs
  }

  giveBack(subject: Subject, id: string): Promise<void> {
    return reach(
      () => this.#guardOf(subject),
      (guard) => guard.giveBack(id),
    )
  }

  /** An address's registrations lie in its own object. The platform need not read who is meant. */
  #guardOf({ tries, name }: Subject) {
    const kind = tries === 'registration' ? 'address' : tries
    const hash = createHash('sha256').update(name).digest('base64url')
    return this.#namespace.getByName(`${kind}:${hash}`)
  }
}
