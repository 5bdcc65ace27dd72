// Accounts as answers show them: field by field, so that a new column is not shown by accident. [S7]

import type { AccountRow } from '../../database/account-row.ts'
import type { Account, AdminAccount, Profile } from '../../protocol/api/accounts.ts'
import type { Seen } from '../../protocol/api/people.ts'
import type { UserId } from '../../protocol/ids.ts'

/** As the viewer may see them, by what the viewer is at this moment. */
export function seenBy(
  viewer: { readonly userId: UserId; readonly isAdmin: boolean },
  row: AccountRow,
): Seen {
  if (viewer.isAdmin) return adminAccountOf(row)
  return viewer.userId === row.id ? accountOf(row) : profileOf(row)
}

export function adminAccountOf(row: AccountRow): AdminAccount {
  return { ...accountOf(row), suspendedAt: row.suspendedAt?.toISOString() ?? null }
}

export function accountOf(row: AccountRow): Account {
  const { email, phone, age, role } = row
  return { ...profileOf(row), email, phone, age, role }
}

function profileOf({ id, username, displayName, bio, createdAt }: AccountRow): Profile {
  return { id, username, displayName, bio, createdAt: createdAt.toISOString() }
}
