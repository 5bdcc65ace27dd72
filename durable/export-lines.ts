// A room as lines of JSON: written as rows come, read back only if nothing is missing.

import * as v from 'valibot'
import { MemberRow, MessageRow, RoomRow } from '../protocol/changes.ts'
import { Epoch, Rev, Seq } from '../protocol/ids.ts'

const Time = v.pipe(v.number(), v.safeInteger())
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The first line: which room, of which life, and where its counters stood. Times in milliseconds since 1970. */
const Head = v.object({
  type: v.literal('parley-export'),
  version: v.literal(1),
  room: RoomRow,
  epoch: Epoch,
  rev: Rev,
  seq: Seq,
  exportedAt: Time,
})

/** The last line, by which a reader knows that nothing was cut off. */
const End = v.object({ type: v.literal('end'), messages: Count, members: Count })

const Line = v.variant('type', [
  Head,
  v.object({ type: v.literal('member'), ...MemberRow.entries }),
  v.object({ type: v.literal('message'), ...MessageRow.entries }),
  End,
])

export type ExportHead = Omit<v.InferOutput<typeof Head>, 'type' | 'version'>

type Rows<Row> = Iterable<Row> | AsyncIterable<Row>

export interface ExportParts extends ExportHead {
  readonly members: Rows<MemberRow>
  /** All of them, from seq 1 to the head's. */
  readonly messages: Rows<MessageRow>
}

/** Lines without their line feed, which JSON never holds. */
export async function* exportLines(parts: ExportParts): AsyncGenerator<string> {
  const { members, messages, ...head } = parts
  const counts = { messages: 0, members: 0 }
  yield line({ type: 'parley-export', version: 1, ...head })
  for await (const row of members) {
    counts.members += 1
    yield line({ type: 'member', ...row })
  }
  for await (const row of messages) {
    counts.messages += 1
    yield line({ type: 'message', ...row })
  }
  yield line({ type: 'end', ...counts })
}

function line(value: v.InferInput<typeof Line>): string {
  return JSON.stringify(value)
}

export type ExportRow =
  | { readonly kind: 'head'; readonly head: ExportHead }
  | { readonly kind: 'member'; readonly row: MemberRow }
  | { readonly kind: 'message'; readonly row: MessageRow }

/** What is wrong with an export, and on which line, the first being 1. */
export class ExportError extends Error {
  readonly line: number

  constructor(reason: string, line: number) {
    super(`Line ${line}: ${reason}`)
    this.name = 'ExportError'
    this.line = line
  }
}

/**
 * The rows of an export, in order: the head, members, messages. Rows come before the end has been
 * seen, so what is made of them counts only once this returns. Throws an ExportError.
 */
export async function* readExport(lines: Rows<string>): AsyncGenerator<ExportRow> {
  const reader = new Reader()
  for await (const text of lines) {
    const row = reader.read(text)
    if (row) yield row
  }
  reader.finish()
}

class Reader {
  #line = 0
  #head: ExportHead | null = null
  #members = 0
  #messages = 0
  #isEnded = false

  read(text: string): ExportRow | null {
    this.#line += 1
    this.#expect(!this.#isEnded, 'something follows the end')
    const value = this.#decode(text)
    if (value.type === 'parley-export') return this.#begin(value)
    this.#expect(this.#head !== null, 'the first line must be the head of an export')
    switch (value.type) {
      case 'member': {
        const { type, ...row } = value
        this.#expect(this.#messages === 0, 'members come before messages')
        this.#members += 1
        return { kind: 'member', row }
      }
      case 'message': {
        const { type, ...row } = value
        this.#messages += 1
        this.#expect(row.seq === this.#messages, `seq ${this.#messages} is missing`)
        return { kind: 'message', row }
      }
      case 'end':
        return this.#end(value)
      default:
        return value satisfies never
    }
  }

  finish(): void {
    this.#line += 1
    this.#expect(this.#isEnded, 'the export is cut off: its end is missing')
  }

  #begin({ type, version, ...head }: v.InferOutput<typeof Head>): ExportRow {
    this.#expect(this.#head === null, 'a second head')
    this.#head = head
    return { kind: 'head', head }
  }

  #end({ messages, members }: v.InferOutput<typeof End>): null {
    this.#expect(members === this.#members, `${this.#members} members of ${members}`)
    this.#expect(messages === this.#messages, `${this.#messages} messages of ${messages}`)
    const { seq } = this.#head ?? { seq: 0 }
    this.#expect(seq === this.#messages, `${this.#messages} messages of a room that had ${seq}`)
    this.#isEnded = true
    return null
  }

  #decode(text: string): v.InferOutput<typeof Line> {
    const decoded = v.safeParse(v.pipe(v.string(), v.parseJson(), Line), text)
    if (decoded.success) return decoded.output
    const [issue] = decoded.issues
    throw new ExportError(
      `${v.getDotPath(issue) ?? 'not a line of an export'}: ${issue.message}`,
      this.#line,
    )
  }

  #expect(isSo: boolean, otherwise: string): void {
    if (!isSo) throw new ExportError(otherwise, this.#line)
  }
}
