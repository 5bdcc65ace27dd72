// What one tab tells the others about the sign-in they share: a new token, or the end.

import * as v from 'valibot'
import { Account } from '../../protocol/api/accounts.ts'

/** A token and how long, by this machine's clock, it need not be renewed. Memory only. */
export const Grant = v.object({ token: v.string(), freshUntilMs: v.number() })
export type Grant = v.InferOutput<typeof Grant>

const News = v.variant('type', [
  v.object({ type: v.literal('signedIn'), account: Account, grant: v.nullable(Grant) }),
  v.object({ type: v.literal('signedOut') }),
])
export type News = v.InferOutput<typeof News>

/** Null for what a tab of another version may say. */
export function decodeNews(message: unknown): News | null {
  const parsed = v.safeParse(News, message)
  return parsed.success ? parsed.output : null
}
