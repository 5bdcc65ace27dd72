// All that there is about oneself, as lines of JSON that nobody holds in memory. [S29]

import {
  beginExport,
  type ExportedRow,
  endExport,
  exportedPages,
} from '../../database/account-export.ts'
import type { Database } from '../../database/client.ts'
import type { Caller } from './access-tokens.ts'

/**
 * One at a time a person. Nothing is read before somebody reads, and no further than they do; an export
 * that came to its end says so in its last line. Fails `rateLimited` and `unauthenticated`.
 */
export async function exportAccount(
  db: Database,
  caller: Caller,
  exportedAt: Date,
): Promise<ReadableStream<Uint8Array>> {
  await beginExport(db, caller)
  const chunks = chunksOf(db, caller, exportedAt)
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return()
      await endExport(db, caller) // One that nobody has begun to read comes to no end of its own.
    },
  })
}

async function* chunksOf(
  db: Database,
  caller: Caller,
  exportedAt: Date,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder()
  const encode = (type: string, rows: readonly ExportedRow[]) =>
    encoder.encode(rows.map((row) => `${JSON.stringify({ type, ...row })}\n`).join(''))
  let lines = 0
  try {
    yield encode('export', [{ version: 1, exportedAt }])
    for await (const { type, rows } of exportedPages(db, caller)) {
      lines += rows.length
      if (rows.length > 0) yield encode(type, rows)
    }
    yield encode('end', [{ lines }])
  } finally {
    await endExport(db, caller)
  }
}
