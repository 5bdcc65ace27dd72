// What happened since the last batch: sums in memory, so that counting is an addition and no more.

import {
  buckets,
  type Counter,
  type Histogram,
  type LabelsOf,
  type MetricKey,
  metrics,
  type Peak,
} from './metrics.ts'

/** Whoever sees something happen adds it here. */
export interface Counts {
  add<Key extends Counter>(key: Key, labels: LabelsOf<Key>, by?: number): void
  observe<Key extends Histogram>(key: Key, labels: LabelsOf<Key>, seconds: number): void
  peak<Key extends Peak>(key: Key, labels: LabelsOf<Key>, value: number): void
}

/** A series is its metric's name and its labels' values, in the table's order. */
export type Figures = readonly (readonly [series: string, value: number])[]

export interface Counted {
  readonly sums: Figures
  readonly peaks: Figures
}

/** No value of a label has it in it: all of them are ours. */
const separator = '\t'

/** A histogram's values have two names more: a bucket's bound, alone and not added up, and this. */
export const sumOfAll = 'sum'
export const noBound = '+Inf'

export class Tally implements Counts {
  #sums = new Map<string, number>()
  #peaks = new Map<string, number>()

  add<Key extends Counter>(key: Key, labels: LabelsOf<Key>, by = 1): void {
    if (by > 0) this.#plus(seriesOf(key, labels), by)
  }

  observe<Key extends Histogram>(key: Key, labels: LabelsOf<Key>, seconds: number): void {
    const series = seriesOf(key, labels)
    const bound = buckets.find((upper) => seconds <= upper) ?? noBound
    this.#plus(`${series}${separator}${bound}`, 1)
    this.#plus(`${series}${separator}${sumOfAll}`, seconds)
  }

  peak<Key extends Peak>(key: Key, labels: LabelsOf<Key>, value: number): void {
    const series = seriesOf(key, labels)
    this.#peaks.set(series, Math.max(value, this.#peaks.get(series) ?? 0))
  }

  get isEmpty(): boolean {
    return this.#sums.size + this.#peaks.size === 0
  }

  /** All of it, once; null for nothing. */
  take(): Counted | null {
    if (this.isEmpty) return null
    const taken = { sums: [...this.#sums], peaks: [...this.#peaks] }
    this.#sums = new Map()
    this.#peaks = new Map()
    return taken
  }

  #plus(series: string, by: number): void {
    this.#sums.set(series, (this.#sums.get(series) ?? 0) + by)
  }
}

function seriesOf<Key extends MetricKey>(key: Key, labels: LabelsOf<Key>): string {
  const { name, labels: names } = metrics[key]
  if (names.length === 0) return name
  const values: Readonly<Record<string, string>> = labels
  return [name, ...names.map((label) => values[label] ?? '')].join(separator)
}

/** The metric's name, and the values of its labels. */
export function partsOf(series: string): [name: string, values: string[]] {
  const [name = '', ...values] = series.split(separator)
  return [name, values]
}
