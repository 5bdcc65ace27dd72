// What a webhook is known by: an id, and a secret that its receiver checks our signature with.

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { WebhookId } from '../../protocol/ids.ts'

/** Standard Webhooks asks for 24 to 64 bytes. */
const secretBytes = 32

export function newWebhookId(): WebhookId {
  return v.parse(WebhookId, uuidv7())
}

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`
}
