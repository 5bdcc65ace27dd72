// From the fields of the profile to what changed: an emptied field is cleared, a same one left out. Pure.

import type { Account } from '../../../protocol/api/accounts.ts'
import type { Given } from './field-errors.ts'
import { numberOrText } from './request-text.ts'

/** Not yet judged: the schema of the request says what is wrong with it. */
export function profilePatch(account: Account, given: Given): Record<string, unknown> {
  const text = (name: string): string => given[name]?.trim() ?? ''
  const wanted = {
    displayName: text('displayName') || account.username, // Nobody is nameless.
    bio: text('bio') || null,
    phone: text('phone') || null,
    age: text('age') === '' ? null : numberOrText(text('age')),
  }
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => Reflect.get(account, name) !== value),
  )
}
