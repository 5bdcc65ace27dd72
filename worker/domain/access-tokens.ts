// The access token: a short-lived signed statement of who is calling. Needs no database to verify. [AUT1]

import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import * as v from 'valibot'
import { GlobalRole } from '../../protocol/api/accounts.ts'
import { type RoomId, SessionId, UserId } from '../../protocol/ids.ts'
import { type Key, type Keyring, keyFor } from './keyring.ts'

/** Whoever bears a token that verified. */
export interface Caller {
  readonly userId: UserId
  readonly sessionId: SessionId
  readonly username: string
  readonly name: string
  readonly role: GlobalRole
  readonly expiresAt: Date
  /** Of a bot: the rooms that its token is for. To anything else it is no caller. */
  readonly rooms?: readonly RoomId[]
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
  const { userId, sessionId, username, name, role, expiresAt } = caller
  const claims = { sub: userId, sid: sessionId, username, name, role }
  return sign(keyring, { type, claims, expiresAt }, now)
}

/** A statement of a `type` that no other kind of token has. [S11] */
export async function sign(
  [key]: Keyring,
  token: { readonly type: string; readonly claims: JWTPayload; readonly expiresAt: Date },
  now: Date,
): Promise<string> {
  return new SignJWT(token.claims)
    .setProtectedHeader({ alg: algorithm, typ: token.type, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(token.expiresAt)
    .sign(await signerOf(key))
}

/** Null for anything that is not a token of ours in its time: nobody is told why. [S11] */
export async function verifyAccessToken(
  keyring: Keyring,
  token: string,
  now: Date,
): Promise<Caller | null> {
  const claims = await verify(keyring, { token, type, claims: Claims }, now)
  if (!claims) return null
  const { sub, sid, username, name, role, exp } = claims
  return { userId: sub, sessionId: sid, username, name, role, expiresAt: new Date(exp * 1000) }
}

/** The claims of a token of that `type`, or null. */
export async function verify<Claims extends v.GenericSchema>(
  keyring: Keyring,
  shown: { readonly token: string; readonly type: string; readonly claims: Claims },
  now: Date,
): Promise<v.InferOutput<Claims> | null> {
  const { token, type: typ, claims } = shown
  if (token.length > tokenCharactersMax) return null
  try {
    const { payload } = await jwtVerify(token, keyOf(keyring), {
      algorithms: [algorithm],
      typ,
      issuer,
      audience,
      requiredClaims: ['iat', 'exp', 'sub', 'sid'],
      maxTokenAge: '1 day', // Also what refuses a token from the future.
      currentDate: now,
    })
    return v.parse(claims, payload)
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
