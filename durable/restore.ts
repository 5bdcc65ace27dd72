// An export read back: every line checked, and nothing of the room touched before the last.

import type { MemberRow, RoomSettings } from '../protocol/changes.ts'
import { Failure } from '../protocol/failures.ts'
import type { Epoch } from '../protocol/ids.ts'
import { exportLineCharactersMax, restoreMsMax } from '../protocol/limits.ts'
import { noBecause, yes } from './answers.ts'
import { Restoration } from './backup.ts'
import { ExportError, readExport } from './export-lines.ts'
import { RestoreRules, type RestoreTerms } from './restore-rules.ts'
import type { Answer } from './room-calls.ts'
import type { Sql } from './sql.ts'

interface Terms extends RestoreTerms {
  /** Whoever stops sending must not keep the next restore waiting for ever. */
  readonly signal: AbortSignal
}

/** As `readRestoration`, with what is wrong as an answer; of what was read nothing stays then. */
export async function restoration(
  sql: Sql,
  bytes: ReadableStream<Uint8Array>,
  terms: Terms,
): Promise<Answer<(epoch: Epoch) => void>> {
  try {
    return yes(await readRestoration(sql, bytes, terms))
  } catch (error) {
    Restoration.clear(sql)
    if (error instanceof Failure) return noBecause(error.code, error.message)
    throw error
  }
}

/**
 * Resolves to what puts the export in the room's place. Fails `invalid`, naming the line, for
 * anything that is not a whole export of this room's.
 */
export async function readRestoration(
  sql: Sql,
  bytes: ReadableStream<Uint8Array>,
  terms: Terms,
): Promise<(epoch: Epoch) => void> {
  const restoration = new Restoration(sql)
  const { members, settings } = await readInto(restoration, bytes, terms)
  return (epoch) => restoration.finish(members, settings, epoch)
}

async function readInto(
  restoration: Restoration,
  bytes: ReadableStream<Uint8Array>,
  terms: Terms,
): Promise<{ members: readonly MemberRow[]; settings: RoomSettings }> {
  const members: MemberRow[] = []
  const rules = new RestoreRules(terms)
  let settings: RoomSettings | null = null
  let line = 0
  try {
    for await (const read of readExport(linesOf(bytes, terms.signal))) {
      line += 1
      const broken = rules.brokenBy(read)
      if (broken !== null) throw new ExportError(broken, line)
      if (read.kind === 'head') settings = read.head.room.settings
      else if (read.kind === 'member') members.push(read.row)
      else restoration.add(read.row)
    }
    const twice = restoration.repeated()
    if (twice !== null) {
      throw new ExportError('its author has this id already', 1 + members.length + twice)
    }
  } catch (error) {
    if (!(error instanceof ExportError || error instanceof TypeError)) throw error
    throw new Failure('invalid', { detail: error.message })
  }
  if (!settings || !rules.hasOwner) {
    throw new Failure('invalid', { detail: 'An export has one room and one owner.' })
  }
  return { settings, members }
}

async function* linesOf(
  bytes: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let rest = ''
  for await (const chunk of untilAborted(bytes, signal)) {
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

async function* untilAborted(
  bytes: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = bytes.getReader()
  const { promise: late, reject } = Promise.withResolvers<never>()
  late.catch(() => {}) // Nobody may be waiting for it when it comes.
  const detail = `An export must come within ${restoreMsMax / 60_000} minutes.`
  const end = () => reject(new Failure('invalid', { detail }))
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late])
      if (done) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', end)
    void reader.cancel().catch(() => {})
  }
}
