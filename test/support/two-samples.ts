// Whether two lots of times differ, as far as one can tell.

export function medianOf(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Mann and Whitney's U as standard deviations from what chance makes: beyond 3.29, p is below 0.001. */
export function deviationOf(ones: readonly number[], others: readonly number[]): number {
  const above = (one: number) =>
    others.reduce((sum, other) => sum + (one > other ? 1 : one === other ? 0.5 : 0), 0)
  const u = ones.reduce((sum, one) => sum + above(one), 0)
  const pairs = ones.length * others.length
  return (u - pairs / 2) / Math.sqrt((pairs * (ones.length + others.length + 1)) / 12)
}

/** S15: more than 3 ms between the medians, and hardly by chance. */
export function tellApart(ones: readonly number[], others: readonly number[]): boolean {
  const apartMs = Math.abs(medianOf(ones) - medianOf(others))
  return apartMs > 3 && Math.abs(deviationOf(ones, others)) > 3.29
}
