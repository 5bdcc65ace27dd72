// A new key for KEYRING. As a command (`npm run keys`) it prints a keyring of one.

import { randomBytes } from 'node:crypto'

export function newKeyring(): string {
  const kid = new Date().toISOString().slice(0, 10)
  return JSON.stringify([{ kid, secret: randomBytes(32).toString('base64url') }])
}

if (import.meta.main) console.log(newKeyring())
