// The keys that sign: several live at once, so that one is replaced without a failed request. [S13]

import { Buffer } from 'node:buffer'
import { hkdfSync } from 'node:crypto'
import * as v from 'valibot'

const secretBytesMin = 32

/** So few different bytes in 32 do not come from a generator, but from a keyboard. */
const distinctBytesMin = 16

const Secret = v.pipe(
  v.string(),
  v.regex(/^[\w-]+$/),
  v.transform((text) => new Uint8Array(Buffer.from(text, 'base64url'))),
  v.check((bytes) => bytes.length >= secretBytesMin),
  v.check((bytes) => new Set(bytes).size >= distinctBytesMin),
)

const Key = v.strictObject({
  kid: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  secret: Secret,
})
export type Key = v.InferOutput<typeof Key>

/** `[{ kid, secret }, …]` as JSON, secrets in base64url. The first signs, all verify. */
export const Keyring = v.pipe(
  v.string(),
  v.parseJson(),
  v.tupleWithRest([Key], Key),
  v.check((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length),
  v.readonly(),
)
export type Keyring = v.InferOutput<typeof Keyring>

type Purpose = 'access token' | 'refresh token' | 'refresh token successor' | 'known device'

const derived = new WeakMap<Key, Map<Purpose, Uint8Array<ArrayBuffer>>>()

/** A key of its own for each purpose: what one signs says nothing to another. [D-25] */
export function keyFor(key: Key, purpose: Purpose): Uint8Array<ArrayBuffer> {
  const known = derived.get(key) ?? new Map()
  derived.set(key, known)
  const bytes = known.get(purpose) ?? derive(key, purpose)
  known.set(purpose, bytes)
  return bytes
}

const derive = ({ secret }: Key, purpose: Purpose) =>
  new Uint8Array(hkdfSync('sha256', secret, '', `parley ${purpose}`, 32))
