// The files for operators: they load, and ask for nothing that the endpoint does not offer. [OPS1, D-48]

import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { type Counter, type Histogram, metrics } from '../durable/metrics.ts'
import { Tally } from '../durable/tally.ts'
import { failures } from '../protocol/failures.ts'
import { openMetrics } from '../worker/openmetrics.ts'
import { readOpenMetrics } from './support/openmetrics.ts'
import { readPromql } from './support/promql.ts'

const read = (file: string) => readFileSync(new URL(`../ops/${file}`, import.meta.url), 'utf8')

/** Every series that there can be, with the labels that it has, as the endpoint writes them. */
function offered(): Map<string, Set<string>> {
  const tally = new Tally()
  for (const [key, { kind, labels }] of Object.entries(metrics)) {
    const values = Object.fromEntries(labels.map((label) => [label, 'x'])) as never
    if (kind === 'counter') tally.add(key as Counter, values)
    if (kind === 'histogram') tally.observe(key as Histogram, values, 1)
  }
  const families = readOpenMetrics(openMetrics(tally.take() ?? { sums: [], peaks: [] }))
  const names = new Map<string, Set<string>>()
  for (const { name, labels } of [...families.values()].flatMap(({ samples }) => samples)) {
    names.set(name, new Set([...(names.get(name) ?? []), ...Object.keys(labels)]))
  }
  return names
}

/** What a label may say, where a query compares it. */
const said: Readonly<Record<string, readonly string[]>> = {
  status: ['1xx', '2xx', '3xx', '4xx', '5xx'],
  code: Object.keys(failures),
  outcome: [
    ...['written', 'failed', 'delivered', 'admitted', 'valid', 'invalid', 'ended'],
    ...Object.keys(failures),
  ],
  budget: ['api', 'auth', 'account', 'address', 'device', 'registration', 'commands', 'room'],
  route: ['.*/(export', 'restore)'],
}

function judge(query: string): void {
  const { metrics: asked, labels } = readPromql(query.replaceAll('$__rate_interval', '5m'))
  const known = offered()
  expect(asked.filter((name) => !known.has(name))).toEqual([])
  const theirs = new Set(asked.flatMap((name) => [...(known.get(name) ?? [])]))
  expect(labels.filter(({ name }) => !theirs.has(name))).toEqual([])
  for (const { name, values } of labels) {
    expect(values.filter((value) => !said[name]?.includes(value))).toEqual([])
  }
}

const text = v.pipe(v.string(), v.minLength(1))
const duration = v.pipe(v.string(), v.regex(/^[1-9]\d*[smh]$/))

const Rule = v.strictObject({
  alert: v.pipe(v.string(), v.regex(/^Parley[A-Z]\w+$/)),
  expr: text,
  for: duration,
  labels: v.strictObject({ severity: v.picklist(['warning', 'critical']) }),
  annotations: v.strictObject({ summary: text, description: text }),
})
const Alerts = v.strictObject({
  groups: v.array(v.strictObject({ name: text, rules: v.pipe(v.array(Rule), v.minLength(1)) })),
})

const datasource = v.strictObject({
  type: v.literal('prometheus'),
  uid: v.pipe(v.string(), v.regex(/^\$\{datasource\}$/)),
})
const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const Place = v.strictObject({ h: whole, w: v.pipe(whole, v.maxValue(24)), x: whole, y: whole })
const Target = v.object({ refId: text, datasource, expr: text, legendFormat: text })
const Panel = v.variant('type', [
  v.object({ type: v.literal('row'), id: whole, title: text, gridPos: Place }),
  v.object({
    ...{ type: v.literal('timeseries'), id: whole, title: text, description: text, datasource },
    ...{ gridPos: Place, targets: v.pipe(v.array(Target), v.minLength(1)) },
    fieldConfig: v.object({ defaults: v.object({ unit: text }), overrides: v.array(v.unknown()) }),
  }),
])
const Dashboard = v.object({
  uid: text,
  title: text,
  schemaVersion: v.pipe(whole, v.minValue(39)),
  templating: v.object({
    list: v.tuple([
      v.object({
        name: v.literal('datasource'),
        type: v.literal('datasource'),
        query: v.literal('prometheus'),
      }),
    ]),
  }),
  panels: v.array(Panel),
})

const rules = v.parse(Alerts, parse(read('alerts.yml'))).groups.flatMap((group) => group.rules)
const { panels } = v.parse(Dashboard, JSON.parse(read('grafana-dashboard.json')))
const charts = panels.filter((panel) => panel.type === 'timeseries')

describe('[OPS1 D-48] the alerts', () => {
  test.each(rules.map((rule) => [rule.alert, rule.expr]))('%s asks for what there is', (_, expr) =>
    judge(expr),
  )

  it('are of errors, latency, the mirror, sign-ins and webhooks, each once', () => {
    const names = rules.map(({ alert }) => alert)
    expect(new Set(names).size).toBe(names.length)
    for (const of of ['Errors', 'Slow', 'MirrorLags', 'SignInsRefused', 'WebhooksFail']) {
      expect(names).toContain(`Parley${of}`)
    }
  })
})

describe('[OPS1 D-48 P22] the dashboard', () => {
  const queries = charts.flatMap(({ title, targets }) =>
    targets.map(({ expr, refId }) => [`${title} ${refId}`, expr] as const),
  )

  test.each(queries)('%s asks for what there is', (_, expr) => judge(expr))

  it('has ids of its own, and no panel over another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) => {
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
    for (const { targets } of charts) {
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
    }
  })

  it('shows every figure there is', () => {
    const all = charts.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join()
    const hidden = Object.values(metrics).filter(({ name }) => !all.includes(name))
    expect(hidden.map(({ name }) => name)).toEqual([])
  })
})

it('[OPS1 D-48] the example scrapes the endpoint, with a token, and loads the alerts', () => {
  expect(parse(read('prometheus.yml'))).toMatchObject({
    rule_files: ['alerts.yml'],
    scrape_configs: [
      { metrics_path: '/api/v1/metrics', scheme: 'https', authorization: { type: 'Bearer' } },
    ],
  })
})

it.each([
  'sum(rate(parley_http_errors[5m]))',
  'sum(rate(parley_http_errors_total[5m])',
  'sum by (room) (parley_http_errors_total)',
  'parley_http_errors_total{code="nonsense"}',
  'parley_mirror_lag_max_seconds{le="1"}',
])('[D-48] knows that %s would show nothing', (query) => {
  expect(() => judge(query)).toThrow()
})
