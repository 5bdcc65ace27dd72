// A page as the frame that carries it.

import { encode } from '../protocol/frames.ts'
import type { Rev } from '../protocol/ids.ts'
import type { Page } from './page.ts'
import { birthOf } from './rows.ts'

/** The rows after `from`, or a snapshot where there is nothing to continue. */
export function encodePage(page: Page, from: Rev | null): string {
  const { to, more } = page
  return encode({
    ...{ type: 'changes', from, to },
    ...rowsOf(page),
    ...(more && { more }),
    ...(from === null && { snapshot: true }),
  })
}

/** What a page brings, kind by kind; of births without what is at its default. */
export function rowsOf({ rows, people, altered }: Pick<Page, 'rows' | 'people' | 'altered'>) {
  const { messages, members, room } = rows
  return {
    ...(messages.length > 0 && {
      messages: messages.map((row) => (altered.has(row.seq) ? row : birthOf(row))),
    }),
    ...(members.length > 0 && { members: [...members] }),
    ...(room && { room }),
    ...(people.length > 0 && { people: [...people] }),
  }
}
