// What counts as unread.

import { expect, it } from 'vitest'
import type { MessageRow } from '../../protocol/changes.ts'
import { unreadMax } from '../../protocol/limits.ts'
import { ana, bo, HandFollower } from '../../test/support/hand-follower.ts'
import { newMessageId, seq } from '../../test/support/ids.ts'
import { modelOf } from './room-model.ts'
import { unreadOf } from './unread.ts'

function modelWith(say: (room: HandFollower['room']) => void) {
  const rig = new HandFollower()
  say(rig.room)
  rig.flush()
  rig.deliverAll()
  return modelOf(rig.held)
}

it('[SND8] others’ messages after the mark: no deleted ones, no lines of the room, none of one’s own', () => {
  const model = modelWith((room) => {
    for (const author of [bo, bo, ana, bo, bo]) room.send(author, newMessageId(), 'hello')
    room.send(bo, newMessageId(), 'for you', { mentions: [ana] })
    room.note(bo, { event: 'joined', userId: bo })
    room.remove(5)
  })
  expect(unreadOf(model, seq(0))).toEqual({ count: 4, mentions: 1, isExact: true })
  expect(unreadOf(model, seq(1))).toEqual({ count: 3, mentions: 1, isExact: true })
  expect(unreadOf(model, seq(6))).toEqual({ count: 0, mentions: 0, isExact: true })
})

it('[SND8] is at least so much where the mark lies above what is held', () => {
  const model = modelWith((room) => {
    for (let n = 0; n < 4; n += 1) room.send(bo, newMessageId(), 'hello')
  })
  const window = { ...model, messages: model.messages.slice(2), atBeginning: false }
  expect(unreadOf(window, seq(1))).toEqual({ count: 2, mentions: 0, isExact: false })
  expect(unreadOf(window, seq(2))).toEqual({ count: 2, mentions: 0, isExact: true })
})

it.each([
  [unreadMax - 1, unreadMax - 1, true],
  [unreadMax, unreadMax, false],
  [unreadMax + 1, unreadMax, false],
])('[SND8] counts %i as %i, exact: %s', (said, count, isExact) => {
  const model = modelWith((room) => void room.send(bo, newMessageId(), 'hello'))
  const [row] = model.messages
  const messages = Array.from(
    { length: said },
    (_, n): MessageRow => ({ ...row!, seq: seq(n + 1) }),
  )
  expect(unreadOf({ ...model, messages }, seq(0))).toEqual({ count, mentions: 0, isExact })
})
