// What the frames of a room tell, field by field: one more is told on purpose, or not at all. [S7]

import { expect, it } from 'vitest'
import { beyond } from '../test/support/room-socket.ts'
import { MemberChange, MemberRow, MessageChange, MessageRow, Person, RoomRow } from './changes.ts'
import { decodeServerFrame, ServerFrame, Welcome } from './frames.ts'

const golden: Readonly<Record<string, string>> = {
  welcome: 'epoch limits now online onlineCount protocol resumed rev room seq type you',
  changes: 'from members messages more people room snapshot to type',
  ok: 'at ref rev seq type',
  refused: 'code detail ref retryAfterMs type',
  presence: 'joined left onlineCount type',
  typing: 'on type userId',
  reads: 'reads type',
  expiring: 'at type',
  closing: 'code detail retryAfterMs type',
}

const message =
  'authorId body createdAt deletedAt editedAt id kind mentions notice reactions replyTo rev seq'
const member = 'avatar isBot mutedUntil name rev role state userId'

const fieldsOf = ({ entries }: { entries: object }) => Object.keys(entries).sort().join(' ')

it('[S7 V-5] every frame has its fields and no other', () => {
  const frames = ServerFrame.options.map((frame) => [frame.entries.type.literal, fieldsOf(frame)])
  expect(Object.fromEntries(frames)).toEqual(golden)
})

it.each([
  ['a message', MessageRow, message],
  ['what changed of one', MessageChange, message],
  ['a member', MemberRow, member],
  ['what changed of one', MemberChange, member],
  ['a person', Person, 'avatar id isBot name'],
  ['a room', RoomRow, 'id memberCount name rev settings topic visibility'],
  ['oneself', Welcome.entries.you, 'name readSeq role userId'],
])('[S7 V-5] %s has no address, no telephone number and no secret', (_, row, fields) => {
  expect(fieldsOf(row)).toBe(fields)
})

it('[S7] a field that is told beside them is seen, however deep', () => {
  const people = [{ id: '01a1b2c3-d4e5-7f60-8a9b-0c1d2e3f4a5b', name: 'Ana', avatar: null }]
  const told = { type: 'presence', joined: people.map((one) => ({ ...one, email: 'x' })) }
  const text = JSON.stringify({ ...told, onlineCount: 1 })
  expect(beyond(JSON.parse(text), decodeServerFrame(text))).toEqual(['/joined/0/email'])
})
