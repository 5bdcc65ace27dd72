// A room as a file: lines for people and programs, or a database to ask. Written as it is read. [LIM]

import type { MemberRow, MessageRow, RoomRow } from '../protocol/changes.ts'
import type { Backup } from './backup.ts'
import { exportLines } from './export-lines.ts'
import type { ExportFormat } from './room-calls.ts'
import { type FileTable, sqliteFile } from './sqlite-file.ts'

/** Nothing is read before somebody reads, and no further than they do. */
export function exportStream(
  format: ExportFormat,
  backup: Backup,
  exportedAt: number,
): ReadableStream<Uint8Array> {
  switch (format) {
    case 'ndjson': {
      const { room, heads, members, messages } = backup
      return streamOf(bytesOf(exportLines({ room, ...heads, members, messages, exportedAt })))
    }
    case 'sqlite':
      return streamOf(sqliteFile(tablesOf(backup)))
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

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
}
