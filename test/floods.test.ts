// A flood from one address, against the platform's own counter, as the harness has it.

import { afterAll, expect, it } from 'vitest'
import { floodAuthRequestsMax, floodWindowMs } from '../protocol/account-limits.ts'
import { addressOf, atOnce, countOf, from } from './support/guessing.ts'
import { startHarness } from './support/harness.ts'
import { httpTo } from './support/http.ts'

const harness = await startHarness()
afterAll(() => harness.stop())
const http = httpTo(harness)

const ask = (headers: Record<string, string>) =>
  http('POST', '/auth/validate', { body: { token: 'none' }, headers })

it('[D-26 S16 V-23] is turned away before it is heard, and nobody else with it', async () => {
  // Twice as many and one more: two windows may share them.
  const count = 2 * floodAuthRequestsMax + 1
  const claim = (n: number) => from(addressOf(1), { 'x-forwarded-for': addressOf(n) })
  const answers = await atOnce(count, (n) => ask(claim(n)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(countOf(answers, 401)).toBe(count - refused.length)
  expect(refused[0]?.body).toMatchObject({ code: 'rateLimited', retryAfterMs: floodWindowMs })
  expect(refused[0]?.headers.get('retry-after')).toBe('10')

  expect((await ask(from(addressOf(2)))).status).toBe(401)
  expect(countOf(await atOnce(count, () => ask({})), 401)).toBe(count)
})
