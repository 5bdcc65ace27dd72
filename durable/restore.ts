// An export read back: every line checked before anything of the room is touched.

import type { MemberRow, RoomRow } from '../protocol/changes.ts'
import type { Restoration } from './backup.ts'
import { readExport } from './export-lines.ts'

/** Fails `invalid`, with the line, for anything that is not a whole export. */
export async function readInto(
  restoration: Restoration,
  bytes: ReadableStream<Uint8Array>,
): Promise<{ room: RoomRow; members: readonly MemberRow[] }> {
  return readExport(bytes.pipeThrough(new TextDecoderStream('utf-8', { fatal: true })), (row) =>
    restoration.add(row),
  )
}
