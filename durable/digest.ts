// What an edited message said first, without keeping it.

import { createHash } from 'node:crypto'
import type { Seq } from '../protocol/ids.ts'

/** SHA-256 in hex, of all that makes two messages with one id the same message. [SND2] */
export function digestOf({ body, replyTo }: { body: string; replyTo: Seq | null }): string {
  return createHash('sha256')
    .update(JSON.stringify([body, replyTo]))
    .digest('hex')
}
