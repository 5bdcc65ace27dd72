import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageId } from '../test/support/ids.ts'
import { decodeCommand, decodeServerFrame, encode, refOf } from './frames.ts'

const send = { type: 'send', ref: 1, id: messageId(1), body: 'Hello' }

describe('a client frame', () => {
  it('is read as what it is', () => {
    const whole = { ...send, replyTo: null, mentions: [] }
    expect(decodeCommand(JSON.stringify(send))).toEqual(whole)
    expect(decodeCommand('{"type":"sync","after":0}')).toEqual({ type: 'sync', after: 0 })
  })

  it('[D-42 SOK7] is refused for an unknown field, a missing one, or another type in its place', () => {
    const hostile: unknown[] = [{ $regex: '.*' }, [], 0, null, { toString: 1 }, true, '\0', 1e308]
    const frames = [
      ...Object.keys(send).map((key) => ({ ...send, [key]: undefined })),
      ...Object.keys(send).flatMap((key) => hostile.map((value) => ({ ...send, [key]: value }))),
      { ...send, extra: 1 },
      { ...send, authorId: messageId(2) },
      { type: 'sync', after: -1 },
      { type: 'sync', after: 1.5 },
    ]
    for (const frame of frames) {
      const isFine = 'ref' in frame && frame.ref === 0 // The one value of the table that fits.
      expect([frame, decodeCommand(JSON.stringify(frame)) !== null]).toEqual([frame, isFine])
    }
    expect(
      decodeCommand(JSON.stringify(send).replace('{', '{"__proto__":{"body":"x"},')),
    ).toBeNull()
  })

  it('[SOK7] of any text whatever never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (raw) => {
        decodeCommand(raw)
        refOf(raw)
        decodeServerFrame(raw)
      }),
    )
    expect(decodeCommand('['.repeat(60_000))).toBeNull()
  })
})

describe('a server frame', () => {
  it('gets its empty lists back', () => {
    const frame = decodeServerFrame(encode({ type: 'changes', from: 1 as never, to: 2 as never }))
    expect(frame).toEqual({
      ...{ type: 'changes', from: 1, to: 2, messages: [], members: [], room: null, people: [] },
      ...{ more: false, snapshot: false },
    })
  })

  it('of an unknown type is skipped, an unknown field is dropped', () => {
    expect(decodeServerFrame('{"type":"confetti"}')).toBeNull()
    const ok = { type: 'ok', ref: 1, seq: 2, rev: 3, at: 4 }
    expect(decodeServerFrame(JSON.stringify({ ...ok, mood: 'good' }))).toEqual(ok)
  })
})
