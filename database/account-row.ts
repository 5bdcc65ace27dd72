// An account's own columns: what is shown of it is chosen from these, and the password is not one.

import type { Account } from '../protocol/api/accounts.ts'
import { users } from './schema.ts'

/** As it is stored: nothing here is a secret, and not everything is everybody's. */
export type AccountRow = Omit<Account, 'createdAt'> & {
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Null: they may sign in. */
  readonly suspendedAt: Date | null
}

export const accountColumns = {
  id: users.id,
  username: users.username,
  displayName: users.displayName,
  email: users.email,
  phone: users.phone,
  age: users.age,
  bio: users.bio,
  role: users.role,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  suspendedAt: users.suspendedAt,
}
