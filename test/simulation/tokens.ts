// Access tokens that anybody can read: what they say is true, for nobody here forges any.

import type { Caller } from '../../durable/session.ts'
import type { SessionId, UserId } from '../../protocol/ids.ts'

export function tokenOf({ userId, sessionId, expiresAt }: Caller): string {
  return [userId, sessionId, expiresAt].join('|')
}

export function callerOf(token: string): Caller {
  const [userId, sessionId, expiresAt] = token.split('|')
  return {
    userId: userId as UserId,
    sessionId: sessionId as SessionId,
    expiresAt: Number(expiresAt),
  }
}
