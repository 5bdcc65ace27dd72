// Browsers that an account has signed in on: the value of a cookie that only such a browser holds. [API4]

import { Buffer } from 'node:buffer'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { fold } from '../../database/fold.ts'
import { deviceAccountsMax } from '../../protocol/account-limits.ts'
import { type Key, type Keyring, keyFor } from './keyring.ts'

/**
 * A mark says that a device is known to an account: random bits that stand for the device, and a seal
 * on them with each of the account's two names. The names themselves are not in it, so it tells nothing,
 * and is worth nothing with another name.
 */
const deviceBytes = 16
const sealBytes = 16
const markPattern = /^[\w-]{64}$/ // 48 bytes.

type Names = { readonly email: string; readonly username: string }

/** Which device it is to the account of that name; null: the account does not know it. */
export function deviceKnownTo(
  keyring: Keyring,
  marks: string | undefined,
  login: string,
): string | null {
  const mark = marksIn(marks).find((one) => isSealedFor(keyring, one, login))
  return mark?.subarray(0, deviceBytes).toString('base64url') ?? null
}

/**
 * The marks with one for this account in front, sealed by the signing key: the same device where it was
 * known, whichever key of the ring had sealed it.
 */
export function rememberDevice(
  [key, ...older]: Keyring,
  marks: string | undefined,
  { email, username }: Names,
): string {
  const before = marksIn(marks)
  const known = before.find((one) => isSealedFor([key, ...older], one, username))
  const device = known?.subarray(0, deviceBytes) ?? randomBytes(deviceBytes)
  const mark = Buffer.concat([device, sealOf(key, device, email), sealOf(key, device, username)])
  return [mark, ...before.filter((one) => one !== known)]
    .slice(0, deviceAccountsMax)
    .map((one) => one.toString('base64url'))
    .join('.')
}

/** Whatever else a client sends there is no mark. */
function marksIn(text = ''): Buffer[] {
  return text
    .split('.', deviceAccountsMax)
    .filter((mark) => markPattern.test(mark))
    .map((mark) => Buffer.from(mark, 'base64url'))
}

function isSealedFor(keyring: Keyring, mark: Buffer, name: string): boolean {
  const device = mark.subarray(0, deviceBytes)
  const seals = [mark.subarray(deviceBytes, -sealBytes), mark.subarray(-sealBytes)]
  return keyring.some((key) => {
    const seal = sealOf(key, device, name)
    return seals.some((shown) => timingSafeEqual(shown, seal))
  })
}

function sealOf(key: Key, device: Buffer, name: string): Buffer {
  const hmac = createHmac('sha256', keyFor(key, 'known device'))
  return hmac.update(device).update(fold(name)).digest().subarray(0, sealBytes)
}
