// Random numbers that a seed repeats: a failure prints its seed, and the seed brings it back.

/** Uniform in [0, 1). Mulberry32 (Tommy Ettinger, 2017). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** PARLEY_SEED repeats a run; without it every run is another. */
export function seedOf(environment: NodeJS.ProcessEnv = process.env): number {
  return Number(environment['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}
