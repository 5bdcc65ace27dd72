// OpenMetrics 1.0 text, read by its grammar: whatever is not of it throws.

export interface Family {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly help: string
  readonly samples: Sample[]
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const metadata = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/
const line =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/
const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/g
const number = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/

/** Which samples a family of that type has, by what follows its name. */
const endings = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
}

export function readOpenMetrics(text: string): Map<string, Family> {
  if (!text.endsWith('# EOF\n')) throw new Error('It has no end.')
  const families = new Map<string, Family>()
  let current = ''
  for (const one of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, kind, name = '', said = ''] = metadata.exec(one) ?? []
    if (kind === 'TYPE') {
      if (families.has(name)) throw new Error(`${name} comes twice.`)
      if (!(said in endings)) throw new Error(`${name} is of no type: ${said}`)
      families.set(name, { type: said as Family['type'], unit: '', help: '', samples: [] })
      current = name
    } else if (kind) {
      const family = families.get(name)
      if (!family || name !== current) throw new Error(`Out of place: ${one}`)
      if (kind === 'UNIT' && !name.endsWith(`_${said}`)) throw new Error(`Another unit: ${one}`)
      families.set(name, { ...family, [kind.toLowerCase()]: said })
    } else families.get(current)?.samples.push(sampleOf(one, current, families.get(current)))
  }
  for (const [name, family] of families) if (family.type === 'histogram') judge(name, family)
  return families
}

function sampleOf(text: string, current: string, family: Family | undefined): Sample {
  const [, name = '', labels = '', value = ''] = line.exec(text) ?? []
  if (!family || !number.test(value)) throw new Error(`No sample: ${text}`)
  if (!endings[family.type].includes(name.slice(current.length))) throw new Error(`Whose: ${text}`)
  const pairs = [...labels.matchAll(pair)].map(([, label = '', said = '']) => [label, said])
  if (new Set(pairs.map(([label]) => label)).size < pairs.length) throw new Error(`Twice: ${text}`)
  return {
    name,
    labels: Object.fromEntries(pairs),
    value: Number(value.replace('Inf', 'Infinity')),
  }
}

/** Buckets only grow, the last one is of all, and equals the count. */
function judge(name: string, { samples }: Family): void {
  const groups = Map.groupBy(samples, ({ labels: { le, ...own } }) => JSON.stringify(own))
  for (const group of groups.values()) {
    const of = (ending: string) => group.filter((sample) => sample.name === name + ending)
    const counts = of('_bucket').map(({ value }) => value)
    const bounds = of('_bucket').map(({ labels }) =>
      Number(labels['le']?.replace('+Inf', 'Infinity')),
    )
    const isSorted = (values: number[]) =>
      values.every((value, n) => n === 0 || value >= values[n - 1]!)
    const whole = of('_count').map(({ value }) => value)
    if (!isSorted(counts) || !isSorted(bounds) || bounds.at(-1) !== Number.POSITIVE_INFINITY) {
      throw new Error(`The buckets of ${name} are out of order.`)
    }
    if (whole.length !== 1 || of('_sum').length !== 1 || counts.at(-1) !== whole[0]) {
      throw new Error(`${name} does not add up.`)
    }
  }
}
