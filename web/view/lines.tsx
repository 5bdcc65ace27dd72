// The quiet lines between messages: a new day, somebody who came or went. [TML6]

import type { MessageRow, Person } from '../../protocol/changes.ts'
import type { UserId } from '../../protocol/ids.ts'
import { dayName, nameList } from '../i18n/format.ts'
import { words } from '../i18n/words.ts'
import { Time } from './time.tsx'

export function DayLine({ atMs }: { atMs: number }) {
  return (
    <div class="day">
      <Time atMs={atMs} show={(at) => dayName(at, Date.now())} />
    </div>
  )
}

interface NoticeProps {
  readonly notices: readonly MessageRow[]
  readonly people: ReadonlyMap<UserId, Person>
}

/** A run of joins and leaves, folded: "Ana, Bo and Cy joined". */
export function NoticeLine({ notices, people }: NoticeProps) {
  const text = words().timeline
  const names = (body: string) => [
    ...new Set(
      notices
        .filter((notice) => notice.body === body)
        .map((notice) => people.get(notice.authorId)?.name ?? words().room.formerMember),
    ),
  ]
  const joined = names('joined')
  const left = names('left')
  return (
    <p class="notice" data-row>
      {joined.length > 0 && <span>{text.joined(nameList(joined))}</span>}
      {left.length > 0 && <span>{text.left(nameList(left))}</span>}
    </p>
  )
}
