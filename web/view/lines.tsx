// The quiet lines between messages: a new day, and what the room itself tells. [TML6]

import type { MessageRow, Notice, Person } from '../../protocol/changes.ts'
import type { UserId } from '../../protocol/ids.ts'
import { dayName, isolated, nameList } from '../i18n/format.ts'
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

/** A run of them. Joins in a row are one sentence, and so are leaves: "Ana, Bo and Cy joined". */
export function NoticeLine({ notices, people }: NoticeProps) {
  const nameOf = (id: UserId) => isolated(people.get(id)?.name ?? words().room.formerMember)
  return (
    <div class="notice" data-row>
      {sentences(notices, nameOf).map((sentence) => (
        <p>{sentence}</p>
      ))}
    </div>
  )
}

type NameOf = (id: UserId) => string

function sentences(notices: readonly MessageRow[], nameOf: NameOf): string[] {
  return runsOf(notices).map(([first, ...rest]) => {
    const { notice, authorId } = first
    if (notice.event !== 'joined' && notice.event !== 'left')
      return sentenceOf(notice, nameOf(authorId), nameOf)
    const who = new Set([first, ...rest].map((row) => whomOf(row.notice, row.authorId)))
    return words().timeline[notice.event](nameList([...who].map(nameOf)))
  })
}

type Told = MessageRow & { readonly notice: Notice }

/** Joins that follow each other stand together, and so do leaves; anything else stands alone. */
function runsOf(rows: readonly MessageRow[]): [Told, ...Told[]][] {
  const runs: [Told, ...Told[]][] = []
  for (const { notice, ...row } of rows) {
    if (!notice) continue
    const last = runs.at(-1)
    const { event } = notice
    const goesOn = (event === 'joined' || event === 'left') && last?.[0].notice.event === event
    if (goesOn) last.push({ ...row, notice })
    else runs.push([{ ...row, notice }])
  }
  return runs
}

const whomOf = (notice: Notice, by: UserId): UserId => ('userId' in notice ? notice.userId : by)

type Deed = Exclude<Notice, { event: 'joined' | 'left' }>

function sentenceOf(notice: Deed, by: string, nameOf: NameOf): string {
  const text = words().timeline
  switch (notice.event) {
    case 'removed':
      return text.removed(by, nameOf(notice.userId))
    case 'banned':
      return text.banned(by, nameOf(notice.userId))
    case 'roleChanged':
      return text.roleChanged[notice.role](by, nameOf(notice.userId))
    case 'renamed':
      return text.renamed(by, isolated(notice.name))
    default:
      return notice satisfies never
  }
}
