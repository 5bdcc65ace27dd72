// An export read back: every line checked, and nothing of the room touched before the last.

import type { MemberRow, RoomSettings } from '../protocol/changes.ts'
import { Failure } from '../protocol/failures.ts'
import { exportLineCharactersMax } from '../protocol/limits.ts'
import type { Restoration } from './backup.ts'
import { ExportError, readExport } from './export-lines.ts'

export interface Restored {
  readonly settings: RoomSettings
  readonly members: readonly MemberRow[]
}

/** Fails `invalid`, naming the line, for anything that is not a whole export. */
export async function readInto(
  restoration: Restoration,
  bytes: ReadableStream<Uint8Array>,
): Promise<Restored> {
  const members: MemberRow[] = []
  let settings: RoomSettings | null = null
  try {
    for await (const read of readExport(linesOf(bytes))) {
      if (read.kind === 'head') settings = read.head.room.settings
      else if (read.kind === 'member') members.push(read.row)
      else restoration.add(read.row)
    }
  } catch (error) {
    if (!(error instanceof ExportError || error instanceof TypeError)) throw error
    throw new Failure('invalid', { detail: error.message })
  }
  const owners = members.filter(({ role, state }) => role === 'owner' && state === 'joined')
  if (!settings || owners.length !== 1) {
    throw new Failure('invalid', { detail: 'An export has one room and one owner.' })
  }
  return { settings, members }
}

async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let rest = ''
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    if (rest.length > exportLineCharactersMax) {
      throw new Failure('invalid', { detail: 'A line is longer than any row.' })
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
