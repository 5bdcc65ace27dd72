// How a receiver knows that a delivery is ours, and not an old one: Standard Webhooks, version 1.

import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'

export interface SignedParts {
  /** The same over all tries of one delivery, by which a receiver knows it again. */
  readonly id: string
  readonly at: number
  readonly body: string
  /** `whsec_` and base64. More than one while a secret is being replaced. */
  readonly secrets: readonly string[]
}

/** HMAC-SHA256 of `id.timestamp.body`, one signature a secret. The time is the try's, in seconds. */
export function signedHeaders({ id, at, body, secrets }: SignedParts): Record<string, string> {
  const seconds = String(Math.floor(at / 1000))
  const signature = (secret: string) =>
    createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
      .update(`${id}.${seconds}.${body}`)
      .digest('base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets.map((secret) => `v1,${signature(secret)}`).join(' '),
  }
}
