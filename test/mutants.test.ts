// Every mutant is caught: else the checks that the real room passes prove nothing.

import { describe, expect, it } from 'vitest'
import { mutants } from './mutants.ts'
import { simulate } from './simulation/simulate.ts'

const seedsMax = 200

describe('[R2] the checker has teeth: a room is caught that', () => {
  it.each(mutants)(
    '$name',
    async ({ name, variant, rewritten }) => {
      for (let seed = 1; seed <= seedsMax; seed += 1) {
        const { violations } = await simulate(seed, variant)
        if (violations.length === 0 || !rewritten()) continue
        console.log(`${name}: seed ${seed}, ${violations[0]?.slice(0, 100)}`)
        return
      }
      throw new Error(`${seedsMax} seeds found nothing wrong with it, or never met all of it.`)
    },
    60_000,
  )

  it('and not one that is right', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      expect((await simulate(seed)).violations).toEqual([])
    }
  }, 60_000)
})
