// A room's lines go to nobody who has left it: whoever had them sent may have owned it once.

import { expect, it } from 'vitest'
import { Hooked, olga } from '../test/support/hooked-room.ts'
import { asker, owner } from '../test/support/local-room.ts'

type Parting = (room: Hooked, heir: ReturnType<typeof asker>) => unknown

const handOver = ({ open }: Hooked, { userId }: ReturnType<typeof asker>) =>
  open.people.changeMember(olga, userId, { role: 'owner' })

const partings: readonly [string, Parting][] = [
  [
    'leaves',
    (room, heir) => {
      handOver(room, heir)
      room.open.people.leave(olga)
    },
  ],
  [
    'is removed',
    (room, heir) => {
      handOver(room, heir)
      room.open.people.remove(heir, owner.id)
    },
  ],
  [
    'is banned',
    (room, heir) => {
      handOver(room, heir)
      room.open.people.ban(heir, { id: owner.id })
    },
  ],
  ['deletes their account', (room) => room.open.forgetting.begin(owner.id, true)],
]

it.each(partings)('[HOK3 V-6] nothing more is sent once who had it sent %s', async (_, part) => {
  const room = new Hooked()
  const heir = asker(room.join(2))
  const id = room.hook()
  room.post(owner.id, 'One')
  await room.let(5_000)
  part(room, heir)
  room.post(heir.userId, 'Two')
  await room.let(5_000)
  expect(room.saidByPeople).toEqual(['One'])
  expect(room.pauses).toEqual([{ id, reason: 'makerGone' }])

  room.open.webhooks.change(heir, id, { paused: false })
  await room.let(5_000)
  expect(room.saidByPeople).toEqual(['One', 'Two'])
  expect(room.viewBy(heir, id)).toMatchObject({ madeBy: heir.userId, paused: null })
})

it('[HOK3 V-6] a try that is due later finds them gone, too', async () => {
  const room = new Hooked()
  const heir = asker(room.join(2))
  room.hook()
  room.answer = () => 503
  room.post(owner.id, 'One')
  await room.let(1_000)
  const tries = room.sent.length
  room.open.forgetting.begin(owner.id, true)
  await room.let(60_000)
  expect(room.sent).toHaveLength(tries)
  expect(heir.userId).toBe(room.open.members.ownerId())
})

it('[HOK3 V-6] who gives it another address has it sent from then on', async () => {
  const room = new Hooked()
  const heir = asker(room.join(2))
  const id = room.hook()
  handOver(room, heir)
  room.open.webhooks.change(heir, id, { url: 'https://b.acme.io/', ownHost: 'parley.dev' })
  room.open.people.leave(olga)
  room.post(heir.userId, 'Two')
  await room.let(5_000)
  expect(room.saidByPeople).toEqual(['Two'])
  expect(room.sent.every(({ url }) => url === 'https://b.acme.io/')).toBe(true)
})
