// A room as a file: lines for people and programs, or a database to ask. Written as it is read. [LIM]

import type { MemberRow, MessageRow, RoomRow } from '../protocol/changes.ts'
import { no, yes } from './answers.ts'
import { SpilledPages } from './aside.ts'
import { type Backup, backupOf } from './backup.ts'
import { exportLines } from './export-lines.ts'
import type { OpenRoom } from './open-room.ts'
import type { Answer, Asker, ExportFormat } from './room-calls.ts'
import type { Sql } from './sql.ts'
import { type FileTable, sqliteFile } from './sqlite-file.ts'

export interface ExportParts {
  readonly format: ExportFormat
  readonly backup: Backup
  readonly exportedAt: number
  readonly aside: SpilledPages
  /** Whether the room still is in the life that the export began in: two lives make no room. */
  readonly isCurrent: () => boolean
}

/** For whoever may have it. `asideId` names the pages that wait for their place in the file. */
export function exportOf(
  { ledger, reader, rights }: OpenRoom,
  sql: Sql,
  asked: Pick<ExportParts, 'format' | 'exportedAt' | 'isCurrent'> & {
    readonly caller: Asker
    readonly asideId: string
  },
): Answer<ReadableStream<Uint8Array>> {
  const refused = rights.forbids(asked.caller, 'exportRoom')
  if (refused) return no(refused)
  const backup = backupOf(sql, ledger, reader)
  return yes(exportStream({ ...asked, backup, aside: new SpilledPages(sql, asked.asideId) }))
}

/** Nothing is read before somebody reads, and no further than they do. */
export function exportStream(parts: ExportParts): ReadableStream<Uint8Array> {
  const { format, backup, exportedAt, aside } = parts
  switch (format) {
    case 'ndjson': {
      const { room, heads, members, messages } = backup
      return streamOf(
        bytesOf(exportLines({ room, ...heads, members, messages, exportedAt })),
        parts,
      )
    }
    case 'sqlite':
      return streamOf(sqliteFile(tablesOf(backup), aside), parts)
    default:
      return format satisfies never
  }
}

function tablesOf({ room, heads, members, messages }: Backup): FileTable[] {
  return [
    table(
      'room',
      'id TEXT, epoch TEXT, rev INTEGER, name TEXT, topic TEXT, visibility TEXT',
      1,
      () => [roomValues(room, heads.epoch)],
    ),
    table(
      'members',
      'user_id TEXT, name TEXT, avatar TEXT, role TEXT, state TEXT, muted_until INTEGER',
      members.length,
      () => members.map(memberValues),
    ),
    table(
      'messages',
      `seq INTEGER PRIMARY KEY, id TEXT, author_id TEXT, kind TEXT, body TEXT, reply_to INTEGER,
       mentions TEXT, reactions TEXT, notice TEXT, created_at INTEGER, edited_at INTEGER,
       deleted_at INTEGER`,
      heads.seq,
      () => mapped(messages, messageValues),
    ),
  ]
}

type Values =
  ReturnType<FileTable['rows']> extends Iterable<infer Row> | AsyncIterable<infer Row> ? Row : never

function table(
  name: string,
  columns: string,
  rowCount: number,
  rows: () => Iterable<Values>,
): FileTable {
  return { name, columns, rowCount, rows }
}

const roomValues = ({ id, rev, name, topic, visibility }: RoomRow, epoch: string): Values => [
  ...[id, epoch, rev, name, topic, visibility],
]

const memberValues = ({ userId, name, avatar, role, state, mutedUntil }: MemberRow): Values => [
  ...[userId, name, avatar, role, state, mutedUntil],
]

const messageValues = (row: MessageRow): Values => [
  null, // The rowid itself.
  ...[row.id, row.authorId, row.kind, row.body, row.replyTo],
  ...[JSON.stringify(row.mentions), JSON.stringify(row.reactions)],
  row.notice && JSON.stringify(row.notice),
  ...[row.createdAt, row.editedAt, row.deletedAt],
]

function* mapped<From, To>(values: Iterable<From>, to: (value: From) => To): Generator<To> {
  for (const value of values) yield to(value)
}

async function* bytesOf(lines: AsyncIterable<string> | Iterable<string>) {
  const encoder = new TextEncoder()
  for await (const line of lines) yield encoder.encode(`${line}\n`)
}

function streamOf(
  chunks: AsyncGenerator<Uint8Array>,
  { aside, isCurrent }: ExportParts,
): ReadableStream<Uint8Array> {
  const end = async () => {
    await chunks.return(undefined)
    aside.clear()
  }
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        if (!isCurrent()) throw new Error('The room began another life while it was written out.')
        const { done, value } = await chunks.next()
        if (!done) return controller.enqueue(value)
        aside.clear()
        controller.close()
      } catch (error) {
        await end()
        throw error
      }
    },
    cancel: end,
  })
}
