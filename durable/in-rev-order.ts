// Several lists of changed rows, each in rev order, as one: read only as far as somebody asks.

import type { Stamped } from './page.ts'

export function* inRevOrder(lists: readonly Iterable<Stamped>[]): Generator<Stamped> {
  const sources = lists.flatMap((list) => {
    const rows = list[Symbol.iterator]()
    const first = rows.next()
    return first.done ? [] : [{ rows, next: first.value }]
  })
  while (sources.length > 0) {
    const source = sources.reduce((one, other) =>
      other.next.row.rev < one.next.row.rev ? other : one,
    )
    yield source.next
    const following = source.rows.next()
    if (following.done) sources.splice(sources.indexOf(source), 1)
    else source.next = following.value
  }
}
