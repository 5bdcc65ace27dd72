// What of a change of an account has to be answerable for. Pure.

import type { AccountChange } from '../../database/account-changes.ts'
import type { AuditKind } from '../../protocol/api/admin.ts'

export interface AccountDeed {
  readonly kind: AuditKind
  readonly detail?: Record<string, unknown>
}

/** What one writes about oneself is nobody's business, but when another wrote it. */
const profile = ['displayName', 'phone', 'age', 'bio'] as const

/** Never what stood there or stands there now, but for a role: names and addresses are people's. */
export function deedsOf({ before, after }: AccountChange, by: 'self' | 'admin'): AccountDeed[] {
  const deeds: AccountDeed[] = []
  if (before.email !== after.email) deeds.push({ kind: 'emailChanged' })
  if (before.username !== after.username) deeds.push({ kind: 'usernameChanged' })
  const fields = profile.filter((field) => before[field] !== after[field])
  if (by === 'admin' && fields.length > 0)
    deeds.push({ kind: 'profileChanged', detail: { fields } })
  if (before.role !== after.role) {
    deeds.push({ kind: 'globalRoleChanged', detail: { role: after.role } })
  }
  if (!before.suspendedAt && after.suspendedAt) deeds.push({ kind: 'suspended' })
  if (before.suspendedAt && !after.suspendedAt) deeds.push({ kind: 'unsuspended' })
  return deeds
}
