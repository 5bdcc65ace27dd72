// What was acknowledged is durable; what was told is written. SIGKILL is the judge. [R1]

import { expect, it } from 'vitest'
import { buildWorker } from './support/build.ts'
import { runKills } from './support/kill-run.ts'
import { seedOf } from './support/random.ts'

const seed = seedOf()
const kills = Number(process.env['KILLS'] ?? 60)
const acknowledgedAKill = Number(process.env['ACKNOWLEDGED_A_KILL'] ?? 80)

it(`[D-45 R1 R26 ORD1 ORD4 ORD5 SND3] ${kills} kills under 8 writers lose, double or move nothing (seed ${seed})`, async () => {
  const acknowledged = kills * acknowledgedAKill
  const run = await runKills({ kills, acknowledged, seed })
  expect(run.violations.slice(0, 5)).toEqual([])
  expect(run.acknowledged).toBeGreaterThanOrEqual(acknowledged)
  const done = run.backAfterMs.length
  expect(done).toBeGreaterThanOrEqual(kills)
  const sorted = run.backAfterMs.toSorted((one, other) => one - other)
  const back = `back after ${sorted[Math.floor(done / 2)]} ms, at most ${sorted.at(-1)}`
  console.log(`${done} kills, ${run.acknowledged} acknowledged, 0 lost, ${back} (seed ${seed})`)
}, 1_800_000)

it(`[R2] a room that acknowledges a turn before it writes is caught (seed ${seed})`, async () => {
  const bundle = await buildWorker('test/workers/acknowledges-early.ts')
  const run = await runKills({ kills: 20, seed, bundle })
  expect(run.violations.filter((one) => one.startsWith('lost'))).not.toEqual([])
})
