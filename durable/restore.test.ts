// What a restore takes in: this room's own export, whole, in time, and nothing no room could hold.

import { describe, expect, it } from 'vitest'
import type { MemberRow, MessageRow } from '../protocol/changes.ts'
import {
  exportClockSkewMs,
  mentionsMax,
  reactionKindsMax,
  restoreMsMax,
} from '../protocol/limits.ts'
import { messageId, newEpoch, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'
import { SpilledPages } from './aside.ts'
import { backupOf, Restoration } from './backup.ts'
import { exportStream } from './exports.ts'
import { readRestoration } from './restore.ts'

const olga = asker(owner.id)

/** Two members; a notice, a message, one that was deleted, and an answer with all there can be. */
function smallRoom(): LocalRoom {
  const room = new LocalRoom()
  const { room: heart } = room.open
  const ana = room.join(2)
  room.post(ana, 'Hello', { id: messageId(1) })
  room.post(owner.id, 'Never mind', { id: messageId(2) })
  heart.erase(olga, { seq: seq(3) })
  room.post(ana, 'To you', { id: messageId(3), replyTo: seq(2), mentions: [owner.id] })
  heart.react(olga, { seq: seq(4), emoji: '👍', on: true })
  return room
}

async function linesOf(room: LocalRoom): Promise<string[]> {
  const { sql, open, nowMs: exportedAt } = room
  const backup = backupOf(sql, open.ledger, open.reader)
  const aside = new SpilledPages(sql, 'one')
  const isCurrent = () => true
  const stream = exportStream({ format: 'ndjson', backup, exportedAt, aside, isCurrent })
  return (await new Response(stream).text()).trimEnd().split('\n')
}

const later = () => AbortSignal.timeout(60_000)

function read(room: LocalRoom, lines: ReadableStream<Uint8Array>, signal = later()) {
  const terms = { roomId: room.open.ledger.room.id, nowMs: room.nowMs, signal }
  return readRestoration(room.sql, lines, terms)
}

async function refusal(change: object, line: number): Promise<string> {
  const room = smallRoom()
  const lines = await linesOf(room)
  const changed = { ...JSON.parse(lines[line - 1]!), ...change }
  const bytes = new Blob([lines.with(line - 1, JSON.stringify(changed)).join('\n')]).stream()
  const error = await read(room, bytes).then(
    () => new Error('accepted'),
    (failure: Error) => failure,
  )
  if (error.message !== 'accepted') expect(error).toMatchObject({ code: 'invalid' })
  return error.message
}

const [HEAD, OLGA, ANA, NOTICE, HELLO, DELETED, ANSWER] = [1, 2, 3, 4, 5, 6, 7]
const now = new LocalRoom().nowMs + 1_000 // As `join` lets a second pass.
const people = (count: number) => Array.from({ length: count }, (_, n) => userId(n + 1))

describe('a restore', () => {
  it('[R8] takes in what the room wrote', async () => {
    const room = smallRoom()
    const finish = await read(room, new Blob([(await linesOf(room)).join('\n')]).stream())
    finish(newEpoch())
    room.restart()
    expect(room.open.ledger.seq).toBe(4)
  })

  it('[R8] of another room’s export is refused, and says so', async () => {
    const { room } = JSON.parse((await linesOf(smallRoom()))[0]!)
    expect(await refusal({ room: { ...room, id: userId(99) } }, HEAD)).toBe(
      'Line 1: this is another room’s export',
    )
  })

  const ofMessages: [string, Partial<MessageRow>, number, string][] = [
    ['an empty body', { body: '' }, HELLO, 'body'],
    ['a body with NUL', { body: 'a\0b' }, HELLO, 'body'],
    ['a body too long', { body: 'x'.repeat(4_001) }, HELLO, 'body'],
    ['an id its author used before', { id: messageId(1) }, ANSWER, 'has this id already'],
    ['an answer to itself', { replyTo: seq(4) }, ANSWER, 'replyTo'],
    ['an answer to nothing', { replyTo: seq(0) }, ANSWER, 'replyTo'],
    ['a deleted one that speaks', { body: 'Still' }, DELETED, 'says nothing'],
    ['a deleted one with reactions', { reactions: { '👍': [owner.id] } }, DELETED, 'nothing'],
    ['a deleted one that calls', { mentions: [owner.id] }, DELETED, 'says nothing'],
    ['a deleted one that answers', { replyTo: seq(1) }, DELETED, 'says nothing'],
    ['a notice that speaks', { body: 'Hm' }, NOTICE, 'a notice is no message'],
    ['a notice that was deleted', { deletedAt: now }, NOTICE, 'a notice is no message'],
    ['a notice of nothing', { notice: null }, NOTICE, 'a notice tells'],
    ['a message that tells', { notice: { event: 'left', userId: owner.id } }, HELLO, 'no notice'],
    ['a time before its time', { createdAt: 0 }, NOTICE, 'a time'],
    ['an edit before its time', { editedAt: -1 }, HELLO, 'a time'],
    ['a time too far ahead', { createdAt: now + exportClockSkewMs + 1 }, ANSWER, 'a time'],
    ['times out of order', { createdAt: now - 5_000 }, ANSWER, 'before'],
    ['everybody called twice', { mentions: [owner.id, owner.id] }, ANSWER, 'mentions'],
    ['too many called', { mentions: people(mentionsMax + 1) }, ANSWER, 'mentions'],
    ['no emoji', { reactions: { smile: [owner.id] } }, ANSWER, 'reactions'],
    ['an emoji of nobody', { reactions: { '👍': [] } }, ANSWER, 'reactions'],
    ['twice the same', { reactions: { '👍': [owner.id, owner.id] } }, ANSWER, 'reactions'],
    ['too many reactions', { reactions: { '👍': people(1_001) } }, ANSWER, 'too many'],
    ['too many kinds', { reactions: kinds(reactionKindsMax + 1) }, ANSWER, 'too many'],
  ]
  it.each(ofMessages)('[R8] refuses %s, naming the line', async (_, change, line, reason) => {
    const said = await refusal(change, line)
    expect(said).toContain(reason)
    expect(said).toContain(`Line ${line}: `)
  })

  const ofMembers: [string, Partial<MemberRow>, number, string][] = [
    ['a member twice', { userId: owner.id }, ANA, 'Line 3: this member'],
    ['an owner who left', { state: 'left' }, OLGA, 'Line 2: the owner'],
    ['two owners', { role: 'owner' }, ANA, 'one owner'],
    ['no owner', { role: 'member' }, OLGA, 'one owner'],
    ['a name with NUL', { name: 'A\0' }, ANA, 'Line 3: a name'],
    ['a silence of no date', { mutedUntil: 9e15 }, ANA, 'Line 3: mutedUntil'],
    ['a silence before its time', { mutedUntil: 0 }, ANA, 'Line 3: mutedUntil'],
  ]
  it.each(ofMembers)('[R8] refuses %s', async (_, change, line, reason) => {
    expect(await refusal(change, line)).toContain(reason)
  })

  it.each([
    ['as many called as one may', { mentions: people(mentionsMax) }],
    ['as many kinds as there may be', { reactions: kinds(reactionKindsMax) }],
    ['as many reactions as there may be', { reactions: { '👍': people(1_000) } }],
    ['a clock a day ahead', { createdAt: now + exportClockSkewMs }],
  ])('takes in %s', async (_, change) => {
    expect(await refusal(change, ANSWER)).toBe('accepted')
  })

  it.each([
    ['before it began', 0],
    ['half-way', 300],
  ])('[R8 LIM4] ends when its sender falls silent %s', async (_, sent) => {
    const room = smallRoom()
    const text = (await linesOf(room)).join('\n')
    const asked = Promise.withResolvers<void>()
    const cancelled = Promise.withResolvers<void>()
    const bytes = new ReadableStream<Uint8Array>(
      {
        start: (controller) => controller.enqueue(new TextEncoder().encode(text.slice(0, sent))),
        pull: () => asked.resolve(),
        cancel: () => cancelled.resolve(),
      },
      { highWaterMark: 0 },
    )
    const deadline = new AbortController()
    const reading = read(room, bytes, deadline.signal)
    await asked.promise
    deadline.abort()
    await expect(reading).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(`within ${restoreMsMax / 60_000} minutes`),
    })
    await cancelled.promise
    Restoration.clear(room.sql)
  })
})

function kinds(count: number) {
  const emoji = Array.from({ length: count }, (_, n) => String.fromCodePoint(0x1f600 + n))
  return Object.fromEntries(emoji.map((one) => [one, [owner.id]]))
}
