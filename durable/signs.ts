// What members let be seen without saying anything: that they type, and how far they have read.

import type { Refusal } from '../protocol/failures.ts'
import type { Seq } from '../protocol/ids.ts'
import { no, yes } from './answers.ts'
import type { Broadcaster } from './broadcaster.ts'
import type { Budgets } from './budgets.ts'
import type { ReadMarks } from './read-marks.ts'
import type { Rights } from './rights.ts'
import type { Clock } from './room.ts'
import type { Answer, Asker } from './room-calls.ts'

export class Signs {
  readonly #parts: SignsParts

  constructor(parts: SignsParts) {
    this.#parts = parts
  }

  /** Where the mark stands after it. [SND8] */
  markRead(caller: Asker, seq: Seq): Answer<Seq> {
    const { rights, marks, broadcaster, budget, clock, noteMark } = this.#parts
    const refused = rights.forbids(caller, 'markRead') ?? budget.spend(caller.userId, clock.now())
    if (refused) return no(refused)
    const moved = marks.move(caller.userId, seq)
    if (moved === null) return yes(marks.of(caller.userId))
    broadcaster.tellNews((news) => news.read(caller.userId, moved))
    noteMark()
    return yes(moved)
  }

  /** Null, or why not. Whoever may not write now is not seen to. [SOK10] */
  types(caller: Asker, on: boolean): Refusal | null {
    const { rights, broadcaster, budget, clock } = this.#parts
    const now = clock.now()
    const permitted = rights.permitWriting(caller, 'type', now)
    if (!permitted.ok) return permitted.refusal
    const refused = budget.spend(caller.userId, now)
    if (!refused) broadcaster.tellNews((news) => news.types(caller.userId, on, now))
    return refused
  }
}

export interface SignsParts {
  readonly rights: Rights
  readonly marks: ReadMarks
  readonly broadcaster: Broadcaster
  /** Counted apart from commands. [LIM2] */
  readonly budget: Budgets
  readonly clock: Clock
  /** The mirror has a mark to take along. */
  readonly noteMark: () => void
}
