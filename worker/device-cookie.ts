// What makes a browser known to the accounts that signed in on it. It outlives their sign-ins. [S18]

import { getCookie, setCookie } from 'hono/cookie'
import type { AccountRow } from '../database/account-row.ts'
import { deviceSeconds } from '../protocol/account-limits.ts'
import type { AppContext } from './context.ts'
import { rememberDevice } from './domain/known-devices.ts'

const name = 'parley-device'
const attributes = { prefix: 'host', httpOnly: true, secure: true, sameSite: 'Strict' } as const

/** For an account that has just proved itself here. */
export function keepKnown(c: AppContext, account: AccountRow): void {
  const marks = rememberDevice(c.get('world').keyring, deviceMarks(c), account)
  setCookie(c, name, marks, { ...attributes, path: '/', maxAge: deviceSeconds })
}

export function deviceMarks(c: AppContext): string | undefined {
  return getCookie(c, name, 'host')
}
