import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defaultSettings,
  type MemberRow,
  type MessageRow,
  messageDefaults,
} from '../protocol/changes.ts'
import type { Epoch, MessageId, Rev, RoomId, Seq, UserId } from '../protocol/ids.ts'
import {
  ExportError,
  type ExportParts,
  type ExportRow,
  exportLines,
  readExport,
} from './export-lines.ts'

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`

const message = (seq: number, body = `message ${seq}`): MessageRow => ({
  ...messageDefaults,
  mentions: [],
  seq: seq as Seq,
  rev: (seq + 1) as Rev,
  id: id(seq) as MessageId,
  authorId: id(900) as UserId,
  body,
  createdAt: 1_790_000_000_000 + seq,
})

const member = (n: number): MemberRow => ({
  userId: id(n) as UserId,
  rev: 1 as Rev,
  name: `Member ${n}`,
  avatar: null,
  role: 'member',
  state: 'joined',
  mutedUntil: null,
})

function parts(bodies: string[] = ['one', 'two', 'three']): ExportParts {
  const name = 'Tea'
  const room = { id: id(1) as RoomId, rev: 1 as Rev, name, topic: '', memberCount: 2 }
  return {
    room: { ...room, visibility: 'public', settings: defaultSettings },
    epoch: id(2) as Epoch,
    rev: (bodies.length + 1) as Rev,
    seq: bodies.length as Seq,
    exportedAt: 1_790_000_000_000,
    members: [member(900), member(901)],
    messages: bodies.map((body, index) => message(index + 1, body)),
  }
}

const written = (some: ExportParts) => all(exportLines(some))
const read = (lines: readonly string[]) => all(readExport(lines))

async function all<One>(some: AsyncIterable<One>): Promise<One[]> {
  const found: One[] = []
  for await (const one of some) found.push(one)
  return found
}

async function refusal(lines: readonly string[]): Promise<string> {
  try {
    await read(lines)
  } catch (error) {
    if (error instanceof ExportError) return error.message
    throw error
  }
  return 'accepted'
}

describe('an export', () => {
  it('comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), async (bodies) => {
        const { members, messages, ...head } = parts(bodies)
        const lines = await written({ ...head, members, messages })
        expect(lines.filter((line) => line.includes('\n'))).toEqual([])
        const expected: ExportRow[] = [{ kind: 'head', head }]
        for await (const row of members) expected.push({ kind: 'member', row })
        for await (const row of messages) expected.push({ kind: 'message', row })
        expect(await read(lines)).toEqual(expected)
      }),
    )
  })

  it('begins with what it is and ends with what it held', async () => {
    const lines = await written(parts())
    const { room, ...head } = JSON.parse(lines[0] ?? '')
    const heads = { epoch: id(2), rev: 4, seq: 3, exportedAt: 1_790_000_000_000 }
    expect(head).toEqual({ type: 'parley-export', version: 1, ...heads })
    expect(room.name).toBe('Tea')
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'end', messages: 3, members: 2 })
  })

  it('is refused when it was cut off after any line', async () => {
    const lines = await written(parts())
    for (let kept = 0; kept < lines.length; kept += 1)
      expect(await refusal(lines.slice(0, kept))).toBe(
        `Line ${kept + 1}: the export is cut off: its end is missing`,
      )
    expect(await refusal(lines)).toBe('accepted')
  })

  it('[ORD1] is refused without any one of its lines', async () => {
    const lines = await written(parts())
    const without = lines.map((_, gone) => refusal(lines.toSpliced(gone, 1)))
    expect(await Promise.all(without)).toEqual([
      'Line 1: the first line must be the head of an export',
      'Line 6: 1 members of 2',
      'Line 6: 1 members of 2',
      'Line 4: seq 1 is missing',
      'Line 5: seq 2 is missing',
      'Line 6: 2 messages of 3',
      'Line 7: the export is cut off: its end is missing',
    ])
  })

  it.each([
    [1, '', 'Line 2: not a line of an export: '],
    [1, 'null', 'Line 2: not a line of an export: '],
    [1, '{"type":"member"}', 'Line 2: userId: '],
    [1, '{"type":"virus"}', 'Line 2: type: '],
    [2, JSON.stringify({ type: 'message', ...message(1) }), 'Line 4: seq 2 is missing'],
    [0, JSON.stringify({ type: 'parley-export', version: 2 }), 'Line 1: version: '],
  ])('is refused when line %i is %s', async (index, line, reason) => {
    const lines = await written(parts())
    expect(await refusal(lines.with(index, line))).toContain(reason)
  })

  it('is refused with a second head, members after messages, lines after the end', async () => {
    const lines = await written(parts())
    const [head = '', person = ''] = lines
    expect(await refusal(lines.toSpliced(1, 0, head))).toBe('Line 2: a second head')
    expect(await refusal(lines.toSpliced(4, 0, person))).toBe(
      'Line 5: members come before messages',
    )
    expect(await refusal([...lines, person])).toBe('Line 8: something follows the end')
  })

  it('is refused when it holds fewer messages than the room had', async () => {
    const lines = await written({ ...parts(), seq: 4 as Seq })
    expect(await refusal(lines)).toBe('Line 7: 3 messages of a room that had 4')
  })
})
