// The room's bots: how they come and go. What they may is asked where everybody's rights are.

import type { UserId } from '../protocol/ids.ts'
import { roleOfBot } from '../protocol/permissions.ts'
import { no, yes } from './answers.ts'
import type { Budgets } from './budgets.ts'
import type { Change } from './ledger.ts'
import type { Members } from './members.ts'
import type { Rights } from './rights.ts'
import type { Clock } from './room.ts'
import type { Answer, Asker, BotSeed } from './room-calls.ts'

export interface BotsParts {
  readonly members: Members
  readonly rights: Rights
  readonly budgets: Budgets
  /** Told of every change, after it was written. */
  readonly tell: (change: Change) => void
  readonly clock: Clock
}

export class Bots {
  readonly #parts: BotsParts

  constructor(parts: BotsParts) {
    this.#parts = parts
  }

  /** Asked before Postgres is, which could not unsay what was only too fast. [LIM2] */
  mayManage(caller: Asker): Answer<null> {
    const { rights, budgets, clock } = this.#parts
    const refused =
      rights.forbids(caller, 'manageBots') ?? budgets.spend(caller.userId, clock.now())
    return refused ? no(refused) : yes(null)
  }

  /** Its row says what it may from then on, and nothing changes that but its going. */
  admit(caller: Asker, { rights: given, ...bot }: BotSeed): Answer<null> {
    const { rights, members, clock } = this.#parts
    const refused = rights.forbids(caller, 'manageBots')
    if (refused) return no(refused)
    this.#tell(members.join(bot, roleOfBot(given), clock.now(), given))
    return yes(null)
  }

  dismiss(botId: UserId): Answer<null> {
    const { members, clock } = this.#parts
    this.#tell(members.leave(botId, clock.now()))
    return yes(null)
  }

  #tell(change: Change | null): void {
    if (change) this.#parts.tell(change)
  }
}
