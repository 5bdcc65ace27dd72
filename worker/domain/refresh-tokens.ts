// The refresh token: the sign-in's id, 256 random bits, and our mark on both. Only the hash of the
// bits rests with us. [S12]

import { Buffer } from 'node:buffer'
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import type { TokenProof } from '../../database/sessions.ts'
import { SessionId } from '../../protocol/ids.ts'
import { type Key, type Keyring, keyFor } from './keyring.ts'

const secretBytes = 32

export interface RefreshToken {
  readonly sessionId: SessionId
  readonly secret: Buffer
}

export function newRefreshToken(sessionId: SessionId): RefreshToken {
  return { sessionId, secret: randomBytes(secretBytes) }
}

export function writeRefreshToken([key]: Keyring, token: RefreshToken): string {
  const { sessionId, secret } = token
  return `${sessionId}.${secret.toString('base64url')}.${markOf(key, token).toString('base64url')}`
}

/**
 * Null for what none of our keys marked: a token that was ours once and comes back ends its sign-in,
 * so nobody may make one up.
 */
export function readRefreshToken(keyring: Keyring, text: string): RefreshToken | null {
  const [, id, bits = '', mark = ''] = /^([\da-f-]{36})\.([\w-]{43})\.([\w-]{43})$/.exec(text) ?? []
  const sessionId = v.safeParse(SessionId, id)
  if (!sessionId.success) return null
  const token = { sessionId: sessionId.output, secret: Buffer.from(bits, 'base64url') }
  const shown = Buffer.from(mark, 'base64url')
  return keyring.some((key) => timingSafeEqual(markOf(key, token), shown)) ? token : null
}

export function proofOf({ sessionId, secret }: RefreshToken): TokenProof {
  return { sessionId, tokenHash: createHash('sha256').update(secret).digest('base64url') }
}

/**
 * What may follow a token: derived, not drawn, so that an answer which was lost can be given again
 * although only hashes rest. One for each key, the signing key's first.
 */
export function successorsOf({ sessionId, secret }: RefreshToken, keyring: Keyring) {
  const [first, ...others] = keyring
  const after = (key: typeof first): RefreshToken => ({
    sessionId,
    secret: createHmac('sha256', keyFor(key, 'refresh token successor')).update(secret).digest(),
  })
  return [after(first), ...others.map(after)] as const
}

function markOf(key: Key, { sessionId, secret }: RefreshToken): Buffer {
  return createHmac('sha256', keyFor(key, 'refresh token'))
    .update(sessionId)
    .update(secret)
    .digest()
}
