// What the alarm rings for. A duty that fails takes nobody else's turn: it is tried again later.

import type { Due } from './agenda.ts'
import type { OpenRoom } from './open-room.ts'

export interface DutyParts {
  readonly open: OpenRoom
  readonly now: () => number
  /** Not waited for: what else is due must not wait for Postgres. */
  readonly archive: () => void
  readonly failed: (kind: Due, error: unknown) => void
}

/** Everything that is due. Whoever calls sets the next alarm afterwards. Never throws. [R14] */
export function attendToAll({ open, now, archive, failed }: DutyParts): void {
  for (const kind of open.agenda.due(now())) {
    try {
      attendTo(kind, open, now, archive)
    } catch (error) {
      failed(kind, error)
      open.agenda.settle(kind, now() + retryMs)
    }
  }
}

/** Long enough that a duty which can never be done costs nothing, short enough for presence. */
const retryMs = 10_000

function attendTo(kind: Due, open: OpenRoom, now: () => number, archive: () => void): void {
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
    case 'archive':
      return archive()
    default:
      return kind satisfies never
  }
}
