// How long a no takes, whoever it is said to. Alone on the machine, or the neighbours are measured.

import { expect, it } from 'vitest'
import { accountGuessesFree } from '../../protocol/account-limits.ts'
import { buildWorker } from '../../test/support/build.ts'
import { registerOn, triesOn } from '../../test/support/guessing.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { seeded, seedOf } from '../../test/support/random.ts'
import { deviationOf, medianOf, tellApart } from '../../test/support/two-samples.ts'

/** Time stands still for the guards: who is slowed stays slowed. */
const bundle = await buildWorker('test/workers/guards-at-will.ts')
const { http } = await ownParley({ bundle, vars: { GUARDS: 'still' } })
const { guess } = triesOn(http)

const trials = Number(process.env['TRIALS'] ?? 60)
const seed = seedOf()
const random = seeded(seed)

/** Names that may each be guessed at ten times: somebody's, by both forms, and nobody's like them. */
const somebody: string[] = []
while (somebody.length * accountGuessesFree < trials) {
  const { username, email } = await registerOn(http)
  somebody.push(username, email)
}
const nobody = somebody.map((name) => `no${name}`)

async function msOf(login: string, status: number): Promise<number> {
  const startedAt = performance.now()
  const answer = await guess(login)
  const ms = performance.now() - startedAt
  expect(answer.status).toBe(status)
  return ms
}

/** So many of each, in an order of chance. */
async function measured(status: number) {
  const names = (of: string[]) => Array.from({ length: trials }, (_, n) => of[n % of.length] ?? '')
  const left = { somebody: names(somebody), nobody: names(nobody) }
  const times = { somebody: [] as number[], nobody: [] as number[] }
  while (left.somebody.length + left.nobody.length > 0) {
    const isSomebody = random() * (left.somebody.length + left.nobody.length) < left.somebody.length
    const kind = isSomebody ? 'somebody' : 'nobody'
    times[kind].push(await msOf(left[kind].pop() ?? '', status))
  }
  return times
}

it('[S15] tells five milliseconds apart, and no accident', () => {
  const times = Array.from({ length: trials }, () => 150 + 10 * random())
  const later = times.map((ms) => ms + 5)
  expect(tellApart(times, later)).toBe(true)
  expect(tellApart(times, times)).toBe(false)
  expect(deviationOf(times, times)).toBeCloseTo(0)
})

// The second on what the first has used up.
it.each([
  ['wrong', 401],
  ['slowed', 429],
])(
  `[S15 V-3 API3] takes as long for nobody as for somebody: %s (seed ${seed})`,
  async (_, status) => {
    if (status === 429) {
      for (const name of [...somebody, ...nobody]) {
        while ((await guess(name)).status === 401);
      }
    }
    const { somebody: some, nobody: none } = await measured(status)
    const medians = [medianOf(some), medianOf(none)].map((ms) => ms.toFixed(1))
    expect([tellApart(some, none), medians]).toEqual([false, medians])
  },
  60_000 + trials * 1_000,
)
