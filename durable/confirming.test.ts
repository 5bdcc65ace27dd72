import { expect, it } from 'vitest'
import { messageId, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'
import { confirm } from './confirming.ts'

const olga = asker(owner.id)

it('[SND6] says what messages say by now, and nothing of those that say nothing', () => {
  const room = new LocalRoom()
  room.post(owner.id, 'One', { id: messageId(1) })
  room.post(owner.id, 'Two', { id: messageId(2) })
  room.post(owner.id, 'Three')
  room.join(2) // The room's own line.
  room.open.room.edit(olga, { seq: seq(2), body: 'Two, edited' })
  room.open.room.erase(olga, { seq: seq(3) })
  expect(confirm(room.open, olga, [1, 2, 3, 4, 99].map(seq))).toEqual({
    ok: true,
    value: [
      { seq: 1, id: messageId(1), body: 'One' },
      { seq: 2, id: messageId(2), body: 'Two, edited' },
    ],
  })
})

it('[V-6] says nothing to whoever is not in, be the room public, nor to an ended sign-in', () => {
  const room = new LocalRoom()
  room.post(owner.id)
  const answer = (caller = olga) => confirm(room.open, caller, [seq(1)])
  expect(answer(asker(userId(2)))).toMatchObject({ refusal: { code: 'notFound' } })
  room.open.ended.add([olga.sessionId], room.nowMs + 1_000)
  expect(answer()).toMatchObject({ refusal: { code: 'unauthenticated' } })
})
