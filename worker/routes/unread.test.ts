// What is unread in my rooms, counted by Postgres over rows planted there.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Posted } from '../../protocol/api/messages.ts'
import type { MyRooms } from '../../protocol/api/rooms.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { unreadMax } from '../../protocol/limits.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { type Person, roomOf } from '../../test/support/parley.ts'
import { plant } from '../../test/support/planted.ts'

const head = 1_000

const parley = await ownParley()
const { db } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')

async function readUpTo(person: Person, room: RoomId, seq: number) {
  await db.execute(sql`update memberships set read_seq = ${seq}
    where room_id = ${room} and user_id = ${person.id}`)
}

async function unreadIn(room: RoomId) {
  const { body } = await bob.ask<MyRooms>('GET', '/rooms/mine')
  const { readSeq, unread, unreadMentions } = body.rooms.find(({ id }) => id === room) ?? {}
  return { readSeq, unread, unreadMentions }
}

it('[SND8] counts what others said after the mark, and neither notices nor what is deleted', async () => {
  const room = await roomOf(ann, [bob])
  await readUpTo(bob, room, head)
  const mentions = [ann.id, bob.id]
  await plant(db, room, [
    { seq: head, author: ann.id, mentions },
    { seq: head + 1, author: bob.id, mentions },
    { seq: head + 2, author: ann.id, mentions, isDeleted: true },
    { seq: head + 3, author: ann.id, kind: 'notice' },
    { seq: head + 4, author: ann.id, mentions: [ann.id] },
    { seq: head + 5, author: ann.id, mentions },
    { seq: head + 6, author: ann.id },
  ])
  expect(await unreadIn(room)).toEqual({ readSeq: head, unread: 3, unreadMentions: 1 })
  await readUpTo(bob, room, head + 5)
  expect(await unreadIn(room)).toEqual({ readSeq: head + 5, unread: 1, unreadMentions: 0 })
})

it('[SND8] is exact to 99, and says 100 for more', async () => {
  const room = await roomOf(ann, [bob])
  await readUpTo(bob, room, head)
  const seqs = Array.from({ length: unreadMax + 1 }, (_, n) => head + 1 + n)
  await plant(
    db,
    room,
    seqs.map((seq) => ({ seq, author: ann.id, mentions: [bob.id] })),
  )
  for (const unread of [unreadMax - 1, unreadMax]) {
    await readUpTo(bob, room, head + 1 + unreadMax - unread)
    expect(await unreadIn(room)).toMatchObject({ unread, unreadMentions: unread })
  }
  await readUpTo(bob, room, head)
  expect(await unreadIn(room)).toMatchObject({ unread: unreadMax, unreadMentions: unreadMax })
})

it('[SND8] follows what is said and read in the room', async () => {
  const room = await roomOf(ann, [bob])
  const post = (body: string, mentions: readonly string[] = []) =>
    ann.ask<Posted>('POST', `/rooms/${room}/messages`, { id: uuidv7(), body, mentions })
  const read = (await post('Read')).body.seq
  await bob.ask('PUT', `/rooms/${room}/read`, { seq: read })
  await post('Unread', [bob.id])
  const counts = { readSeq: read, unread: 1, unreadMentions: 1 }
  await expect.poll(() => unreadIn(room), { timeout: 10_000 }).toEqual(counts)
})
