// The refresh token: the sign-in's id and 256 random bits. Only its hash rests with us. [S12]

import { Buffer } from 'node:buffer'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import * as v from 'valibot'
import type { TokenProof } from '../../database/sessions.ts'
import { SessionId } from '../../protocol/ids.ts'
import { type Keyring, keyFor } from './keyring.ts'

const secretBytes = 32

export interface RefreshToken {
  readonly sessionId: SessionId
  readonly secret: Buffer
}

export function newRefreshToken(sessionId: SessionId): RefreshToken {
  return { sessionId, secret: randomBytes(secretBytes) }
}

export function writeRefreshToken({ sessionId, secret }: RefreshToken): string {
  return `${sessionId}.${secret.toString('base64url')}`
}

/** Null for what cannot be one of ours. */
export function readRefreshToken(text: string): RefreshToken | null {
  const [, id, secret] = /^([\da-f-]{36})\.([\w-]{43})$/.exec(text) ?? []
  const sessionId = v.safeParse(SessionId, id)
  if (!sessionId.success || secret === undefined) return null
  return { sessionId: sessionId.output, secret: Buffer.from(secret, 'base64url') }
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
