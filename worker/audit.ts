// What was done is written down, after it was done: the log waits for no act and fails none.

import { appendAudit, type Deed } from '../database/audit.ts'
import type { AppContext } from './context.ts'
import { afterwards } from './log.ts'

/** By the caller, who is signed in. */
export function audit(c: AppContext, deed: Omit<Deed, 'actorId'>): void {
  const record = { ...deed, actorId: c.get('caller').userId }
  afterwards(c, 'audit', appendAudit(c.get('world').db, record))
}
