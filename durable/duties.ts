// What the alarm rings for. A duty that fails takes nobody else's turn: it is tried again later.

import type { Due } from './agenda.ts'
import type { OpenRoom } from './open-room.ts'

export interface DutyParts {
  readonly open: OpenRoom
  readonly now: () => number
  /** Not waited for: what else is due must not wait for Postgres. */
  readonly archive: () => void
  /** Not waited for: a receiver may take its time. */
  readonly deliver: () => void
  /** Asks again about everybody's: an eviction forgot whose answer was missing. Not waited for. */
  readonly askAboutSignIns: () => void
  readonly failed: (kind: Due, error: unknown) => void
}

/** Everything that is due. Whoever calls sets the next alarm afterwards. Never throws. [R14] */
export function attendToAll(parts: DutyParts): void {
  const { open, now, failed } = parts
  for (const kind of open.agenda.due(now())) {
    try {
      attendTo(kind, parts)
    } catch (error) {
      failed(kind, error)
      open.agenda.settle(kind, now() + retryMs)
    }
  }
}

/** Long enough that a duty which can never be done costs nothing, short enough for presence. */
const retryMs = 10_000

function attendTo(kind: Due, { open, now, archive, deliver, askAboutSignIns }: DutyParts): void {
  const { agenda, reception, presence, backlog } = open
  switch (kind) {
    case 'expiry':
      return agenda.settle(kind, reception.endExpired())
    case 'presence':
      return agenda.settle(
        kind,
        presence.sweep((session) => reception.letGo(session)),
      )
    case 'index':
      backlog.fill()
      return agenda.settle(kind, backlog.isFilled ? null : now())
    case 'forgetting':
      return agenda.settle(kind, open.forgetting.goOn() ? now() : null)
    case 'archive':
      return archive()
    case 'webhooks':
      return deliver()
    case 'counts':
      return agenda.settle(kind, null) // Every alarm passes them on.
    case 'signIns':
      agenda.settle(kind, null)
      return askAboutSignIns()
    default:
      return kind satisfies never
  }
}
