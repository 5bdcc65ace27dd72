// What the rules of this folder take from outside.

import type { Database } from '../../database/client.ts'
import type { Guards } from './guesses.ts'
import type { Keyring } from './keyring.ts'

export interface World {
  readonly db: Database
  readonly keyring: Keyring
  readonly guards: Guards
  readonly accessTokenSeconds: number
  readonly now: Date
}
