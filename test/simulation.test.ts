// Room, clients and archive in one process, over hundreds of seeds: whatever breaks, they agree in the end.

import { expect, it } from 'vitest'
import { type Run, simulate } from './simulation/simulate.ts'

const seeds = Number(process.env['SIMULATIONS'] ?? 300)
const firstSeed = Number(process.env['PARLEY_SEED'] ?? 1)

/** What somebody needs to see it again, and the last of what led to it. */
function report({ seed, violations, trace }: Run): string {
  const again = `PARLEY_SEED=${seed} SIMULATIONS=1 npx vitest run test/simulation.test.ts`
  return [again, ...violations.slice(0, 3), ...trace.slice(-40)].join('\n')
}

it(`[R24 ORD1 ORD2 ORD4 ORD5 SND2 SOK4 SOK5 SOK12 SOK13 R13] ${seeds} seeds from ${firstSeed} break nothing`, async () => {
  const total = { commands: 0, frames: 0 }
  const startedMs = performance.now()
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const run = await simulate(seed)
    if (run.violations.length > 0) throw new Error(report(run))
    total.commands += run.commands
    total.frames += run.frames
  }
  const perSecond = (seeds / (performance.now() - startedMs)) * 1_000
  console.log(
    `${seeds} seeds, ${total.commands} changes, ${total.frames} frames, ${perSecond.toFixed(1)} seeds/s`,
  )
}, 7_200_000)

it('[R24] the same seed is the same run, to the last frame', async () => {
  for (const seed of [1, 2, 3]) {
    const [one, other] = [await simulate(seed), await simulate(seed)]
    expect(one.hash).toBe(other.hash)
    expect(one.frames).toBeGreaterThan(100)
  }
  expect((await simulate(1)).hash).not.toBe((await simulate(2)).hash)
}, 60_000)
