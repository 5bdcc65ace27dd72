// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { MessageRow } from '../../protocol/changes.ts'
import type { MessageId, Rev, Seq, UserId } from '../../protocol/ids.ts'
import type { Draft } from '../store/room-store.ts'
import { timelineRows } from './timeline-rows.ts'

const ana = 'ana' as UserId
const bo = 'bo' as UserId
const noon = new Date(2026, 10, 23, 12).getTime()
const MINUTE_MS = 60_000

function message(
  seq: number,
  authorId: UserId,
  createdAt: number,
  more: Partial<MessageRow> = {},
): MessageRow {
  return {
    seq: seq as Seq,
    rev: seq as Rev,
    id: `m${seq}` as MessageId,
    authorId,
    kind: 'message',
    body: `line ${seq}`,
    createdAt,
    ...{ replyTo: null, mentions: [], reactions: {}, notice: null },
    editedAt: null,
    deletedAt: null,
    ...more,
  }
}

const draft = (id: string, createdAt: number): Draft => ({
  id: id as MessageId,
  body: id,
  createdAt,
  ...{ replyTo: null, mentions: [] },
  status: { state: 'waiting' },
})

const shape = (rows: ReturnType<typeof timelineRows>) =>
  rows.map((row) => ('leads' in row ? `${row.kind}${row.leads ? ' leads' : ''}` : row.kind))

test('[TML6] one author within five minutes is one group', () => {
  const rows = timelineRows(
    [
      message(1, ana, noon),
      message(2, ana, noon + 5 * MINUTE_MS),
      message(3, ana, noon + 10 * MINUTE_MS + 1),
      message(4, bo, noon + 10 * MINUTE_MS + 2),
    ],
    [],
    ana,
  )
  expect(shape(rows)).toEqual(['day', 'message leads', 'message', 'message leads', 'message leads'])
})

test('[TML6] midnight where the viewer is draws a day line and starts a group', () => {
  const midnight = new Date(2026, 10, 24).getTime()
  const rows = timelineRows([message(1, ana, midnight - 1), message(2, ana, midnight)], [], ana)
  expect(shape(rows)).toEqual(['day', 'message leads', 'day', 'message leads'])
})

test('[TML6] runs of joins and leaves are one line, and end a group', () => {
  const rows = timelineRows(
    [
      message(1, ana, noon),
      message(2, bo, noon + 1, { kind: 'notice', body: 'joined' }),
      message(3, ana, noon + 2, { kind: 'notice', body: 'left' }),
      message(4, ana, noon + 3),
    ],
    [],
    ana,
  )
  expect(shape(rows)).toEqual(['day', 'message leads', 'notice', 'message leads'])
  expect(rows[2]).toMatchObject({ notices: [{ seq: 2 }, { seq: 3 }] })
})

test('[CMP2] a draft keeps its key and its place in the group when it becomes a row', () => {
  const before = timelineRows([message(1, ana, noon)], [draft('m2', noon + 1)], ana)
  const after = timelineRows([message(1, ana, noon), message(2, ana, noon + 1)], [], ana)
  expect(before.map((row) => row.key)).toEqual(after.map((row) => row.key))
  expect(shape(before)).toEqual(['day', 'message leads', 'draft'])
})

test('[D-20 SND2] equal ids of two authors are two rows', () => {
  const rows = timelineRows(
    [message(1, ana, noon), message(2, bo, noon, { id: 'm1' as MessageId })],
    [],
    ana,
  )
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
})

test('[D-20] days that come back, by a clock set wrong, never share a key', () => {
  const rows = timelineRows(
    [message(1, ana, noon), message(2, ana, noon + 86_400_000), message(3, ana, noon)],
    [],
    ana,
  )
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
})
