// The passwords that everybody tries first: nobody may choose one. [S14]

import { Failure } from '../../protocol/failures.ts'
import list from './common-passwords.json' with { type: 'json' }

const common: ReadonlySet<string> = new Set(list)

/** Fails `invalid` at `path`. For every place where a password is chosen. */
export function refuseCommon(password: string, path = 'password'): void {
  if (!common.has(comparable(password))) return
  const message = 'is among the most common passwords: please choose another'
  throw new Failure('invalid', { errors: [{ path, message }] })
}

/** A capital, or another width of the same letters, makes no password rarer. */
export function comparable(password: string): string {
  return password.normalize('NFKC').toLowerCase()
}
