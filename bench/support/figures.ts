// Numbers from rounds, and how they are printed.

/** The one in the middle; of an even count the upper. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Nearest rank, 0 ≤ `part` < 1. */
export function quantile(values: readonly number[], part: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.floor(values.length * part)]
  if (value === undefined) throw new Error('There is no quantile of nothing.')
  return value
}

/** Another order each time, so that no target always has the warm machine. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** So many rounds of every item, shuffled within each round. */
export async function inTurn<T>(
  rounds: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const item of shuffled(items)) await work(item)
  }
}

/** A round whose generator was later than this at p99 says nothing about latency. */
const slipMsMax = 2

/** The rounds to read latency from: those that kept their time, or all where none did. */
export function timely<Round extends { readonly slipMs: number }>(all: readonly Round[]) {
  const onTime = all.filter(({ slipMs }) => slipMs <= slipMsMax)
  return onTime.length > 0 ? onTime : all
}

/** How many of the rounds were late, and by how much the one in the middle. */
export function lateness(all: readonly { readonly slipMs: number }[]): string {
  const late = all.filter(({ slipMs }) => slipMs > slipMsMax).length
  const slip = median(all.map(({ slipMs }) => slipMs)).toFixed(1)
  return late > 0 ? `, ${late} of ${all.length} rounds late: ${slip} ms` : ''
}

/** The ratio beside its goal, and whether it is met. */
export function against(goal: number, ours: number, floor: number): string {
  const ratio = ours / floor
  return `${ratio.toFixed(2)}× (goal ≤ ${goal}×${ratio <= goal ? '' : ', missed'})`
}

export const grouped = (count: number) => count.toLocaleString('en')
