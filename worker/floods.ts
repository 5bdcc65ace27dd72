// Turns floods away before they cost anything. Roughly, by the platform's counter: what must be exact is
// counted in domain/guesses.ts.

import { createMiddleware } from 'hono/factory'
import { floodWindowMs } from '../protocol/account-limits.ts'
import { Failure } from '../protocol/failures.ts'
import { addressOf } from './address.ts'
import type { AppEnv } from './context.ts'
import type { FloodGate } from './env.ts'

/** Fails `rateLimited`. Where there is no address, or nobody to count, none is turned away. */
export function withoutFloods(counter: 'API_FLOOD' | 'AUTH_FLOOD') {
  return createMiddleware<AppEnv>(async (c, next) => {
    const address = addressOf(c)
    const gate = c.env[counter]
    if (address !== null && gate && (await isFlood(gate, address))) {
      c.get('meter').counts.add('limits', { budget: budgetOf[counter] })
      throw new Failure('rateLimited', { retryAfterMs: floodWindowMs })
    }
    return next()
  })
}

const budgetOf = { API_FLOOD: 'api', AUTH_FLOOD: 'auth' } as const

async function isFlood(gate: FloodGate, address: string): Promise<boolean> {
  const { success } = await gate.limit({ key: address }).catch(() => ({ success: true }))
  return !success
}
