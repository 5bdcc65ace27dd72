// What the timeline shows, top to bottom: days, messages in groups, notices, drafts. Pure. [TML6]

import type { MessageRow } from '../../protocol/changes.ts'
import type { UserId } from '../../protocol/ids.ts'
import { dayKey } from '../i18n/format.ts'
import type { Draft } from '../store/room-store.ts'

/** One author within this long is one group. */
const GROUP_MS = 5 * 60_000

export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'notice'; readonly key: string; readonly notices: readonly MessageRow[] }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly leads: boolean
      readonly row: MessageRow
    }
  | { readonly kind: 'draft'; readonly key: string; readonly leads: boolean; readonly draft: Draft }

/**
 * A draft's key is that of the row it becomes, so the DOM node stays when it settles. [CMP2]
 * Ids are unique by author only, so the author is part of the key. [SND2]
 */
export function timelineRows(
  messages: readonly MessageRow[],
  drafts: readonly Draft[],
  own: UserId,
): TimelineRow[] {
  const rows: TimelineRow[] = []
  let before: Entry | null = null
  for (const row of messages) before = add(rows, before, { authorId: row.authorId, row })
  for (const draft of drafts) before = add(rows, before, { authorId: own, draft })
  return rows
}

type Entry = { readonly authorId: UserId } & (
  | { readonly row: MessageRow }
  | { readonly draft: Draft }
)

function add(rows: TimelineRow[], before: Entry | null, entry: Entry): Entry {
  const atMs = timeOf(entry)
  const startsDay = before === null || dayKey(timeOf(before)) !== dayKey(atMs)
  if (startsDay) rows.push({ kind: 'day', key: `day ${entryKey(entry)}`, atMs })

  const leads = startsDay || !continues(before, entry)
  if ('draft' in entry) {
    rows.push({ kind: 'draft', key: entryKey(entry), leads, draft: entry.draft })
  } else if (entry.row.kind === 'notice') {
    addNotice(rows, entryKey(entry), entry.row)
  } else {
    rows.push({ kind: 'message', key: entryKey(entry), leads, row: entry.row })
  }
  return entry
}

// Runs of joins and leaves are one line, told by the first of them.
function addNotice(rows: TimelineRow[], key: string, row: MessageRow): void {
  const last = rows.at(-1)
  if (last?.kind === 'notice') {
    rows[rows.length - 1] = { ...last, notices: [...last.notices, row] }
  } else {
    rows.push({ kind: 'notice', key, notices: [row] })
  }
}

function continues(before: Entry | null, entry: Entry): boolean {
  return (
    before !== null &&
    !isNotice(before) &&
    before.authorId === entry.authorId &&
    timeOf(entry) - timeOf(before) <= GROUP_MS
  )
}

const isNotice = (entry: Entry): boolean => 'row' in entry && entry.row.kind === 'notice'

const timeOf = (entry: Entry): number =>
  'draft' in entry ? entry.draft.createdAt : entry.row.createdAt

const entryKey = (entry: Entry): string =>
  `${entry.authorId} ${'draft' in entry ? entry.draft.id : entry.row.id}`
