// One run: a stage, some hundred deeds at random moments, and an ending in which all must agree.

import { deeds } from './deeds.ts'
import { heal, judge, rest, whyRestless } from './ending.ts'
import { Stage } from './stage.ts'
import type { Variant } from './variant.ts'
import { World } from './world.ts'

export interface Run {
  readonly seed: number
  readonly violations: readonly string[]
  /** The last things that happened. */
  readonly trace: readonly string[]
  readonly hash: string
  readonly commands: number
  readonly frames: number
  readonly happened: number
}

const deedsARun = 75
const totalWeight = deeds.reduce((sum, [weight]) => sum + weight, 0)

export async function simulate(seed: number, variant: Variant = {}): Promise<Run> {
  const world = new World(seed)
  const stage = new Stage(world, variant)
  await world.pass(1_000)
  const hastes = world.pick([40, 400, 1_500])!
  for (let n = 0; n < deedsARun && world.violations.length === 0; n += 1) {
    act(stage)
    await world.pass(
      world.random() < 0.03 ? world.between(10_000, 60_000) : world.between(0, hastes),
    )
  }
  await end(stage)
  const { commands, frames } = stage.checks.accepted
  const { violations, trace, happened } = world
  return { seed, violations, trace, hash: world.hash(), commands, frames, happened }
}

function act(stage: Stage): void {
  const { world } = stage
  let dice = world.random() * totalWeight
  for (const [weight, name, deed] of deeds) {
    dice -= weight
    if (dice >= 0) continue
    world.note(`* ${name}`)
    return world.attempt(() => deed(stage))
  }
}

async function end(stage: Stage): Promise<void> {
  const { world } = stage
  if (world.violations.length > 0) return
  await heal(stage)
  const isAtRest = await rest(stage)
  if (world.violations.length > 0) return
  if (isAtRest) world.attempt(() => judge(stage))
  else world.violated(`never at rest: ${whyRestless(stage)}`)
}
