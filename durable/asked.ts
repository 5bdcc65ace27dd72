// Questions to an open room that more than one of its parts has to answer.

import type { UserId } from '../protocol/ids.ts'
import { isAtLeast, may } from '../protocol/permissions.ts'
import { yes } from './answers.ts'
import type { OpenRoom } from './open-room.ts'
import type { Answer, Outcome } from './room-calls.ts'

/** As `question`, and whether it changed anything: every change takes a rev. [ORD2] */
export function noted<T>(
  question: (open: OpenRoom) => Answer<T>,
): (open: OpenRoom) => Answer<Outcome<T>> {
  return (open) => {
    const before = open.ledger.rev
    const answer = question(open)
    if (!answer.ok) return answer
    return yes({ value: answer.value, hasChanged: open.ledger.rev !== before })
  }
}

/** An invitation is as good as whoever made it: it ends with their right to invite. */
export function honoursInvitesOf({ rights, ledger }: OpenRoom, userId: UserId): boolean {
  const role = rights.roleOf(userId)
  return may(role, 'invite') && isAtLeast(role, ledger.room.settings.invitesBy)
}
