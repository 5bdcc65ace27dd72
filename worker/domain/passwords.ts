// Passwords as they rest: scrypt, in the PHC string format. [S14]

import { Buffer } from 'node:buffer'
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/**
 * The platform allows a cost of 2^20; this is 655,360, which OWASP counts as equal to N=2^17, p=1.
 * A hash carries its own parameters, so these may rise and old hashes still verify.
 */
const current = { logN: 14, r: 8, p: 5 }
const costMax = 2 ** 20

const saltBytes = 16
const keyBytes = 32

interface Parameters {
  readonly logN: number
  readonly r: number
  readonly p: number
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const key = await derive(password, salt, current)
  return phc(current, salt, key)
}

/** `stored` is null for an account that does not exist: that takes just as long, and is false. [API3] */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const { parameters, salt, key } = parsePhc(stored ?? nobodys)
  const derived = await derive(password, salt, parameters)
  return timingSafeEqual(derived, key) && stored !== null
}

/** Whether a hash was made with less work than one of today. */
export function isWeaker(stored: string): boolean {
  return costOf(parsePhc(stored).parameters) < costOf(current)
}

const costOf = ({ logN, r, p }: Parameters) => 2 ** logN * r * p

const nobodys = phc(current, Buffer.alloc(saltBytes), Buffer.alloc(keyBytes))

function derive(password: string, salt: Buffer, { logN, r, p }: Parameters): Promise<Buffer> {
  const N = 2 ** logN
  if (costOf({ logN, r, p }) > costMax)
    throw new Error('A password hash costs more than the platform allows.')
  // The same password typed on two devices may differ in how an accent is composed.
  const text = password.normalize('NFKC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, keyBytes, { N, r, p }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

function phc({ logN, r, p }: Parameters, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${logN},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`
}

const pattern = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/

function parsePhc(text: string): { parameters: Parameters; salt: Buffer; key: Buffer } {
  const [, logN, r, p, salt, key] = pattern.exec(text) ?? []
  if (salt === undefined || key === undefined) throw new Error('A stored password hash is no PHC.')
  return {
    parameters: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
