// Who leads among the tabs of a browser in memory: the first in the queue, or whoever took it since.

import type { Lead } from '../../web/store/tabs.ts'

interface Claim<Tab> {
  readonly tab: Tab
  readonly told: (isLeading: boolean) => void
}

export class Leads<Tab> {
  readonly #queues = new Map<string, readonly Claim<Tab>[]>()

  claim(name: string, claim: Claim<Tab>): Lead {
    const queue = [...this.#queue(name), claim]
    this.#queues.set(name, queue)
    if (queue.length === 1) claim.told(true)
    return {
      take: () => {
        const before = this.#queue(name)
        if (before[0] === claim || !before.includes(claim)) return
        this.#queues.set(name, [claim, ...before.filter((other) => other !== claim)])
        before[0]?.told(false)
        claim.told(true)
      },
      release: () => this.#leave(name, claim),
    }
  }

  /** The tab is gone, and what it led falls to others. */
  drop(tab: Tab): void {
    for (const [name, queue] of this.#queues)
      for (const claim of queue) if (claim.tab === tab) this.#leave(name, claim)
  }

  #leave(name: string, claim: Claim<Tab>): void {
    const queue = this.#queue(name)
    const rest = queue.filter((other) => other !== claim)
    this.#queues.set(name, rest)
    if (queue[0] === claim) rest[0]?.told(true)
  }

  #queue(name: string): readonly Claim<Tab>[] {
    return this.#queues.get(name) ?? []
  }
}
