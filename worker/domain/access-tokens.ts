// The access token: a short-lived signed statement of who is calling. Needs no database to verify. [AUT1]

import { errors, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose'
import * as v from 'valibot'
import { GlobalRole } from '../../protocol/api/accounts.ts'
import { SessionId, UserId } from '../../protocol/ids.ts'
import { type Key, type Keyring, keyFor } from './keyring.ts'

/** Whoever bears a token that verified. */
export interface Caller {
  readonly userId: UserId
  readonly sessionId: SessionId
  readonly username: string
  readonly name: string
  readonly role: GlobalRole
  readonly expiresAt: Date
}

const algorithm = 'HS256'
const type = 'at+jwt' // RFC 9068: no other token of ours passes for one of these.
const issuer = 'parley'
const audience = 'parley'

/** Far more than a token of ours, far less than a burden. */
const tokenCharactersMax = 4096

const Claims = v.object({
  sub: UserId,
  sid: SessionId,
  username: v.string(),
  name: v.string(),
  role: GlobalRole,
  exp: v.number(),
})

export async function signAccessToken(
  keyring: Keyring,
  caller: Caller,
  now: Date,
): Promise<string> {
  const [key] = keyring
  const { userId, sessionId, username, name, role, expiresAt } = caller
  return new SignJWT({ sid: sessionId, username, name, role })
    .setProtectedHeader({ alg: algorithm, typ: type, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .sign(await signerOf(key))
}

/** Null for anything that is not a token of ours in its time: nobody is told why. [S11] */
export async function verifyAccessToken(
  keyring: Keyring,
  token: string,
  now: Date,
): Promise<Caller | null> {
  if (token.length > tokenCharactersMax) return null
  try {
    const { payload } = await jwtVerify(token, keyOf(keyring), {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      requiredClaims: ['iat', 'exp', 'sub', 'sid'],
      maxTokenAge: '1 day', // Also what refuses a token from the future.
      currentDate: now,
    })
    const { sub, sid, username, name, role, exp } = v.parse(Claims, payload)
    return { userId: sub, sessionId: sid, username, name, role, expiresAt: new Date(exp * 1000) }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof v.ValiError) return null
    throw error
  }
}

function keyOf(keyring: Keyring): (header: JWTHeaderParameters) => Promise<CryptoKey> {
  return async ({ kid }) => {
    const key = keyring.find((candidate) => candidate.kid === kid)
    if (!key) throw new errors.JWKSNoMatchingKey()
    return signerOf(key)
  }
}

const signers = new WeakMap<Key, CryptoKey>()

/** Made once: of each request's work it would be the larger part. */
async function signerOf(key: Key): Promise<CryptoKey> {
  const known = signers.get(key)
  if (known) return known
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const secret = keyFor(key, 'access token')
  const signer = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign', 'verify'])
  signers.set(key, signer)
  return signer
}
