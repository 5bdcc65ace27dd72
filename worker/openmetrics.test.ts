import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buckets, metrics } from '../durable/metrics.ts'
import { Tally } from '../durable/tally.ts'
import { readOpenMetrics } from '../test/support/openmetrics.ts'
import { openMetrics } from './openmetrics.ts'

const nothing = { sums: [], peaks: [] }
const written = (tally: Tally) => readOpenMetrics(openMetrics(tally.take() ?? nothing))

describe('[OPS1] the text', () => {
  it('names every metric with its type, its unit and its meaning, before anything was counted', () => {
    const families = readOpenMetrics(openMetrics(nothing))
    expect([...families.keys()]).toEqual(Object.values(metrics).map(({ name }) => name))
    for (const { name, help, kind, labels } of Object.values(metrics)) {
      expect(families.get(name)).toMatchObject({
        ...{ type: kind === 'peak' ? 'gauge' : kind, help },
        unit: name.endsWith('_seconds') ? 'seconds' : '',
      })
      // What has no label is 0 from the first; a label's values come with what happens.
      expect((families.get(name)?.samples.length ?? 0) > 0).toBe(labels.length === 0)
    }
  })

  it('tells counters, peaks and histograms as they were counted', () => {
    const tally = new Tally()
    tally.add('messagesAccepted', {}, 3)
    tally.add('errors', { code: 'forbidden' })
    tally.add('errors', { code: 'forbidden' })
    tally.peak('mirrorLagMax', {}, 7)
    tally.peak('mirrorLagMax', {}, 5)
    const route = { route: '/api/v1/rooms/:roomId', method: 'GET', status: '2xx' }
    for (const seconds of [0.005, 0.006, 0.3, 1_000]) tally.observe('requests', route, seconds)
    const families = written(tally)
    const of = (name: string) => families.get(name)?.samples ?? []
    expect(of('parley_messages_accepted')).toEqual([
      { name: 'parley_messages_accepted_total', labels: {}, value: 3 },
    ])
    expect(of('parley_http_errors')[0]).toMatchObject({ labels: { code: 'forbidden' }, value: 2 })
    expect(of('parley_mirror_lag_max_seconds')[0]?.value).toBe(7)
    const requests = of('parley_http_request_duration_seconds')
    const below = requests.filter(({ labels }) => 'le' in labels)
    expect(below.map(({ value }) => value)).toEqual([1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4])
    expect(below.map(({ labels }) => labels['le'])).toEqual([...buckets.map(String), '+Inf'])
    expect(requests.at(-2)?.value).toBeCloseTo(1_000.311)
    expect(requests.at(-1)).toMatchObject({ labels: route, value: 4 })
  })

  it('leaves out what is no metric any more, or had other labels once', () => {
    const sums = [
      ['parley_gone', 1],
      ['parley_http_errors\tone\ttwo', 1],
      ['parley_searches\troom', 2],
    ] as const
    const text = openMetrics({ sums, peaks: [] })
    expect(readOpenMetrics(text).get('parley_searches')?.samples[0]?.value).toBe(2)
    expect(text).not.toMatch(/gone|"one"/)
  })

  it('stays within the grammar whatever a label says and however much was counted', () => {
    const text = fc.string({ unit: 'binary' }).map((one) => one.replaceAll('\t', ''))
    fc.assert(
      fc.property(text, fc.double({ min: 0, max: 1e300, noNaN: true }), (code, by) => {
        const tally = new Tally()
        tally.add('errors', { code: code.replaceAll('\u0085', '') }, by + 1)
        tally.observe('mirrorLag', {}, by)
        written(tally)
      }),
    )
  })
})

it.each([
  ['no end', '# TYPE a gauge\na 1\n'],
  ['a counter without its ending', '# TYPE a counter\na 1\n# EOF\n'],
  ['no number', '# TYPE a gauge\na one\n# EOF\n'],
  ['a family that comes twice', '# TYPE a gauge\na 1\n# TYPE a gauge\na 2\n# EOF\n'],
  ['a quote that is not escaped', '# TYPE a gauge\na{b="c"d"} 1\n# EOF\n'],
  [
    'buckets that shrink',
    '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n',
  ],
])('the grammar knows %s', (_, text) => {
  expect(() => readOpenMetrics(text)).toThrow()
})
