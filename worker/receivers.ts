// One call of a receiver: a deadline over all of it, no redirect, and of its answer the status alone. [S24]

import type { Post } from '../durable/deliveries.ts'
import { webhookDeadlineMs } from '../protocol/limits.ts'

/** The timer goes with the answer: one left running would keep the object from hibernating. */
export const callReceiver: Post = async (url, headers, body) => {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), webhookDeadlineMs)
  const { signal } = deadline
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    await answer.body?.cancel() // Whatever it says, and however long it would go on saying it.
    return answer.status
  } finally {
    clearTimeout(timer)
  }
}
