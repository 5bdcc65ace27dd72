// What was done is written down, after it was done: the log waits for no act and fails none.

import { appendAudit, appendBadSignIn, type Deed } from '../database/audit.ts'
import type { UserId } from '../protocol/ids.ts'
import type { AppContext } from './context.ts'
import { afterwards } from './log.ts'
import { whereabouts } from './whence.ts'

type Said = Omit<Deed, 'actorId' | 'requestId' | 'place'>

/** By the caller, who is signed in. */
export function audit(c: AppContext, deed: Said): void {
  auditBy(c, c.get('caller').userId, deed)
}

/** By somebody who is no caller yet or no more; null for what Parley did by itself. */
export function auditBy(c: AppContext, actorId: UserId | null, deed: Said): void {
  const record = { ...deed, ...(actorId && { actorId }), ...circumstances(c) }
  afterwards(c, 'audit', appendAudit(c.get('world').db, record))
}

/** What was done to oneself, by oneself. */
export function auditOwn(c: AppContext, userId: UserId, deed: Omit<Said, 'subjectId'>): void {
  auditBy(c, userId, { ...deed, subjectId: userId })
}

/** The same is asked of Postgres whether there is such an account or none. [API3] */
export function auditBadSignIn(c: AppContext, subjectId: UserId | null, reason: string): void {
  const record = { subjectId, detail: { reason }, ...circumstances(c) }
  afterwards(c, 'audit', appendBadSignIn(c.get('world').db, record))
}

function circumstances(c: AppContext) {
  return { requestId: c.get('requestId'), place: whereabouts(c) }
}
