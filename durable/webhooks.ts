// What a room's owner asks about webhooks: made, listed, changed, ended. Deliveries are made elsewhere.

import type { PauseReason, WebhookEvent, WebhookPatch } from '../protocol/api/webhooks.ts'
import { type Refusal, refusal } from '../protocol/failures.ts'
import type { UserId, WebhookId } from '../protocol/ids.ts'
import { webhookRotationMs, webhooksPerRoomMax } from '../protocol/limits.ts'
import { no, noBecause, yes } from './answers.ts'
import type { Budgets } from './budgets.ts'
import type { Ledger } from './ledger.ts'
import type { Rights } from './rights.ts'
import type { Clock } from './room.ts'
import type { Answer, Asker, NewWebhook, Outcome, WebhookView } from './room-calls.ts'
import type { WebhookRow, WebhookRows } from './webhook-rows.ts'

export interface WebhooksParts {
  readonly rows: WebhookRows
  readonly ledger: Ledger
  readonly rights: Rights
  readonly budgets: Budgets
  readonly clock: Clock
  /** One of them may have something to hear. */
  readonly wake: () => void
}

export class Webhooks {
  readonly #parts: WebhooksParts

  constructor(parts: WebhooksParts) {
    this.#parts = parts
  }

  list(caller: Asker): Answer<readonly WebhookView[]> {
    const refused = this.#forbids(caller)
    return refused ? no(refused) : yes(this.#parts.rows.all().map(viewOf))
  }

  /** Hears of what comes from now on. Idempotent by its id. */
  make(caller: Asker, { id, url, events, ownHost, secret }: NewWebhook): Answer<WebhookView> {
    const { rows, ledger, clock } = this.#parts
    const refused = this.#forbids(caller) ?? this.#spend(caller)
    if (refused) return no(refused)
    if (!rows.find(id)) {
      if (rows.count >= webhooksPerRoomMax) return noBecause('limitReached')
      const { epoch, rev: heard } = ledger
      const [madeBy, madeAt] = [caller.userId, clock.now()]
      rows.add({ id, url, events, ownHost, secret, madeBy, madeAt, epoch, heard })
    }
    return this.#shown(id)
  }

  /** Going on after a pause begins where it was left, with all patience anew, and in the caller's name. */
  change(
    caller: Asker,
    id: WebhookId,
    { paused, ...change }: WebhookPatch & { readonly ownHost?: string },
  ): Answer<Outcome<WebhookView>> {
    const { rows, clock, wake } = this.#parts
    const found = this.#found(caller, id)
    if (!found.ok) return found
    const { pausedAt } = found.value
    const isPaused = pausedAt !== null
    const pausing = { pausedAt: clock.now(), pauseReason: 'asked', pauseTold: 1 } as const
    const hasTurned = paused !== undefined && paused !== isPaused
    const turn = paused ? pausing : resumed
    const isTheirs = change.url !== undefined || (hasTurned && !paused)
    const changed = {
      ...change,
      ...(hasTurned && turn),
      ...(isTheirs && { madeBy: caller.userId }),
    }
    if (Object.keys(changed).length > 0) rows.change(id, changed)
    wake()
    const shown = this.#shown(id)
    return shown.ok
      ? yes({ value: shown.value, hasChanged: Object.keys(changed).length > 0 })
      : shown
  }

  remove(caller: Asker, id: WebhookId): Answer<null> {
    const found = this.#found(caller, id)
    if (!found.ok) return found
    this.#parts.rows.remove(id)
    return yes(null)
  }

  /** Whoever had them called is suspended: an owner looks at it before anything more is sent. */
  pauseOf(userId: UserId): void {
    const { rows, clock, wake } = this.#parts
    const theirs = rows.all().filter(({ madeBy, pausedAt }) => madeBy === userId && !pausedAt)
    const pause = { pausedAt: clock.now(), pauseReason: 'makerGone', pauseTold: 0, due: 0 } as const
    for (const { id } of theirs) rows.change(id, pause)
    wake()
  }

  /** Until when the secret before signs, too. Idempotent by the new one. */
  renewSecret(caller: Asker, id: WebhookId, secret: string): Answer<number> {
    const { rows, clock } = this.#parts
    const found = this.#found(caller, id)
    if (!found.ok) return found
    const { secret: previousSecret, previousUntil } = found.value
    if (previousSecret === secret) return yes(previousUntil ?? clock.now())
    const until = clock.now() + webhookRotationMs
    rows.change(id, { secret, previousSecret, previousUntil: until })
    return yes(until)
  }

  /** The row, for a delivery that tells nothing. */
  toTest(caller: Asker, id: WebhookId): Answer<WebhookRow> {
    return this.#found(caller, id)
  }

  #found(caller: Asker, id: WebhookId): Answer<WebhookRow> {
    const refused = this.#forbids(caller) ?? this.#spend(caller)
    if (refused) return no(refused)
    const row = this.#parts.rows.find(id)
    return row ? yes(row) : noBecause('notFound')
  }

  #shown(id: WebhookId): Answer<WebhookView> {
    const row = this.#parts.rows.find(id)
    return row ? yes(viewOf(row)) : no(refusal('notFound'))
  }

  #forbids(caller: Asker): Refusal | null {
    return this.#parts.rights.forbids(caller, 'manageWebhooks')
  }

  #spend({ userId }: { readonly userId: UserId }): Refusal | null {
    return this.#parts.budgets.spend(userId, this.#parts.clock.now())
  }
}

const resumed = {
  ...{ pausedAt: null, pauseReason: null as PauseReason | null, pauseTold: 1 },
  ...{ failures: 0, failingSince: null, due: 0 },
}

/** Never a secret. */
function viewOf(row: WebhookRow): WebhookView {
  const { id, url, madeBy, madeAt, failures, failingSince, deliveredAt, lastStatus } = row
  const { pausedAt, pauseReason } = row
  const events: WebhookEvent[] = [...row.events]
  const paused = pausedAt !== null && pauseReason ? { at: pausedAt, reason: pauseReason } : null
  return {
    id,
    url,
    events,
    madeBy,
    madeAt,
    paused,
    failures,
    failingSince,
    deliveredAt,
    lastStatus,
  }
}
