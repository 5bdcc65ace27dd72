// What a PromQL query asks for, by Prometheus' own grammar.

import { parser } from '@prometheus-io/lezer-promql'

export interface Asked {
  readonly metrics: readonly string[]
  /** Labels that are compared or grouped by, and with what where it is said. */
  readonly labels: readonly { readonly name: string; readonly values: readonly string[] }[]
}

/** Throws where the query is none. */
export function readPromql(query: string): Asked {
  const metrics: string[] = []
  const labels: { name: string; values: string[] }[] = []
  const tree = parser.parse(query)
  tree.iterate({
    enter: ({ type, from, to }) => {
      const text = query.slice(from, to)
      if (type.isError) throw new Error(`No query at ${from}: ${query}`)
      if (type.name === 'Identifier') metrics.push(text)
      if (type.name === 'LabelName') labels.push({ name: text, values: [] })
      const isText = type.name === 'StringLiteral'
      if (isText) labels.at(-1)?.values.push(...text.slice(1, -1).split('|'))
    },
  })
  if (metrics.length === 0) throw new Error(`It asks for nothing: ${query}`)
  return { metrics, labels }
}
