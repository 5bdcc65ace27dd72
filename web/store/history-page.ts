// A page of older messages, read over HTTP while changes go on arriving over the socket. Pure.

import type { History } from '../../protocol/api/messages.ts'
import { filled } from './apply-messages.ts'
import { firstSeq, type Held } from './room-model.ts'

/** From now on changes of messages above the window are set aside for the page. */
export function expectPage(held: Held): Held {
  return held.aside ? held : { ...held, aside: new Map() }
}

/**
 * The page put before the window. One that does not end where the window begins, or that was asked
 * for before the window was replaced, is dropped: the person scrolls and it is asked for again.
 */
export function takePage(held: Held, page: History): Held {
  const { aside } = held
  const without = { ...held, aside: null }
  const first = firstSeq(held.messages)
  const older = page.messages.filter(({ seq }) => seq < first)
  if (!aside || page.epoch !== held.epoch || older.at(-1)?.seq !== first - 1) return without

  const rows = older.map((row) => {
    const change = aside.get(row.seq)
    return change && change.rev > row.rev ? filled(change, row) : row
  })
  const people = new Map(page.people.map((person) => [person.id, person]))
  // Whoever the socket has named since may have another name by now.
  for (const [id, person] of held.people) people.set(id, person)
  return { ...without, messages: [...rows, ...held.messages], people }
}

/** No page will come. */
export function forgoPage(held: Held): Held {
  return held.aside ? { ...held, aside: null } : held
}
