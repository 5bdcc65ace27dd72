import { expect, test } from 'vitest'
import type { MyRoom } from '../../../protocol/api/rooms.ts'
import { type MessageRow, messageDefaults } from '../../../protocol/changes.ts'
import type { MessageId, Rev, RoomId, Seq, UserId } from '../../../protocol/ids.ts'
import type { RoomModel } from '../../store/room-store.ts'
import { withRoom, withUnread } from './last-message.ts'

const ana = { id: 'ana' as UserId, name: 'Ana', avatar: null }
const quay = 'quay' as RoomId

const said = (seq: number, more: Partial<MessageRow> = {}): MessageRow => ({
  ...messageDefaults,
  ...{ seq: seq as Seq, rev: seq as Rev, id: `m${seq}` as MessageId, authorId: ana.id },
  ...{ body: `Line ${seq}`, createdAt: seq * 1_000, ...more },
})

const model = (messages: readonly MessageRow[], name = 'Quay'): RoomModel => ({
  room: {
    ...{ id: quay, rev: 1 as Rev, name, topic: '', visibility: 'public', memberCount: 1 },
    settings: { slowModeSeconds: 0, editWindowSeconds: null, invitesBy: 'moderator' },
  },
  you: { userId: ana.id, name: ana.name, role: 'member', mutedUntil: null },
  ...{ messages, atBeginning: messages[0]?.seq === 1 },
  people: new Map([[ana.id, ana]]),
  members: new Map([[ana.id, { role: 'member' }]]),
  membersComplete: true,
})

const listed = (id: RoomId, seq: number): MyRoom => ({
  ...{ id, name: 'Quay', topic: '', visibility: 'public', memberCount: 1, role: 'member' },
  ...{ lastActiveAt: new Date(seq * 1_000).toISOString(), readSeq: 0 as Seq },
  ...{ unread: 0, unreadMentions: 0 },
  lastMessage: {
    ...{ seq: seq as Seq, authorName: 'Ana', excerpt: `Line ${seq}` },
    createdAt: new Date(seq * 1_000).toISOString(),
  },
})

const other = listed('other' as RoomId, 5)
const lastOf = (rooms: readonly MyRoom[]) => rooms.find(({ id }) => id === quay)?.lastMessage
const rooms = (seq: number) => [other, listed(quay, seq)]

test('[APP4] a newer message brings its room to the top', () => {
  const after = withRoom(rooms(1), model([said(1), said(2)]))
  expect(after.map(({ id }) => id)).toEqual([quay, other.id])
  expect(lastOf(after)).toMatchObject({ seq: 2, excerpt: 'Line 2', authorName: 'Ana' })
})

test('[SND6] the words of a deleted message leave the list, and its place stays', () => {
  const gone = said(2, { body: '', deletedAt: 9_000 })
  const after = withRoom(rooms(2), model([said(1), gone]))
  expect(after.map(({ id }) => id)).toEqual([other.id, quay])
  expect(lastOf(after)).toMatchObject({ seq: 1, excerpt: 'Line 1' })
  expect(lastOf(withRoom(rooms(1), model([said(1, { body: '', deletedAt: 9_000 })])))).toBeNull()
})

test('[TML8] an edit and a new name are told at once, and move nothing', () => {
  const after = withRoom(rooms(2), model([said(1), said(2, { body: 'Mended' })], 'Pier'))
  expect(after[1]).toMatchObject({ name: 'Pier', lastMessage: { seq: 2, excerpt: 'Mended' } })
})

test('what lies above a window of notices stays', () => {
  const notice = said(60, { kind: 'notice', body: '' })
  expect(lastOf(withRoom(rooms(2), model([notice])))).toMatchObject({ seq: 2 })
})

test('what is known already is the same list, so that telling ends', () => {
  const before = rooms(2)
  expect(withRoom(before, model([said(1), said(2)]))).toBe(before)
  const nothing = { count: 0, mentions: 0, isExact: true }
  expect(withUnread(before, quay, nothing, 0 as Seq)).toBe(before)
  expect(withUnread(before, quay, { ...nothing, count: 3 }, 0 as Seq)[1]?.unread).toBe(3)
})
