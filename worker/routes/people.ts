// Accounts as answers show them: field by field, so that a new column is not shown by accident. [S7]

import type { AccountRow } from '../../database/account-row.ts'
import type { Account, Profile } from '../../protocol/api/accounts.ts'

export function accountOf(row: AccountRow): Account {
  const { email, phone, age, role } = row
  return { ...profileOf(row), email, phone, age, role }
}

export function profileOf({ id, username, displayName, bio, createdAt }: AccountRow): Profile {
  return { id, username, displayName, bio, createdAt: createdAt.toISOString() }
}
