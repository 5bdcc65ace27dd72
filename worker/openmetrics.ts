// What was counted, as OpenMetrics 1.0 text: what Prometheus and its kin read.

import { buckets, metrics } from '../durable/metrics.ts'
import { type Counted, type Figures, noBound, partsOf, sumOfAll } from '../durable/tally.ts'

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

type Metric = (typeof metrics)[keyof typeof metrics]
/** One set of labels' values, and what is known of it. */
type Rows = readonly (readonly [values: readonly string[], value: number])[]

/** A series of a metric that is no more, or that had other labels once, is left out. */
export function openMetrics({ sums, peaks }: Counted): string {
  const known = Object.values(metrics).flatMap((metric) => {
    const rows = rowsOf(metric, metric.kind === 'peak' ? peaks : sums)
    return [...headOf(metric), ...samplesOf(metric, rows)]
  })
  return [...known, '# EOF', ''].join('\n')
}

function headOf({ name, help, kind }: Metric): string[] {
  const type = kind === 'peak' ? 'gauge' : kind
  const unit = name.endsWith('_seconds') ? [`# UNIT ${name} seconds`] : []
  return [`# TYPE ${name} ${type}`, ...unit, `# HELP ${name} ${escaped(help)}`]
}

function rowsOf({ name, kind, labels }: Metric, figures: Figures): Rows {
  const parts = labels.length + (kind === 'histogram' ? 1 : 0)
  return figures.flatMap(([series, value]) => {
    const [of, values] = partsOf(series)
    return of === name && values.length === parts ? [[values, value] as const] : []
  })
}

/** Without a label a figure is there from the first, as 0: a rate needs a beginning. */
function samplesOf(metric: Metric, rows: Rows): string[] {
  const { name, kind, labels } = metric
  if (kind === 'histogram') return histogramOf(metric, rows)
  const named = kind === 'counter' ? `${name}_total` : name
  const shown: Rows = rows.length === 0 && labels.length === 0 ? [[[], 0]] : rows
  return shown.map(([values, value]) => sample(named, labels, values, value))
}

/** They rest as what fell between two bounds; they are told as what fell below each. */
function histogramOf({ name, labels }: Metric, rows: Rows): string[] {
  const groups = Map.groupBy(rows, ([values]) => values.slice(0, -1).join('\t'))
  if (groups.size === 0 && labels.length === 0) groups.set('', [])
  return [...groups.values()].flatMap((group) => {
    const of = group[0]?.[0].slice(0, -1) ?? []
    const under = (last: string) => group.find(([values]) => values.at(-1) === last)?.[1] ?? 0
    let count = 0
    const below = [...buckets.map(String), noBound].map((bound) => {
      count += under(bound)
      return sample(`${name}_bucket`, [...labels, 'le'], [...of, bound], count)
    })
    return [
      ...below,
      sample(`${name}_sum`, labels, of, under(sumOfAll)),
      sample(`${name}_count`, labels, of, count),
    ]
  })
}

function sample(
  name: string,
  labels: readonly string[],
  values: readonly string[],
  value: number,
): string {
  const pairs = labels.map((label, n) => `${label}="${escaped(values[n] ?? '')}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
