import { expect, it } from 'vitest'
import type { Mirrored } from '../database/archive.ts'
import { forgetScanRows, forgetSliceRows } from '../protocol/limits.ts'
import { newEpoch, rev, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner, seed } from '../test/support/local-room.ts'
import { Restoration } from './backup.ts'

const olga = asker(owner.id)

/** Until it is done, as the Worker asks. */
function forget(room: LocalRoom, who = userId(2), erases = true) {
  for (let calls = 1; ; calls += 1) {
    const answer = room.open.forgetting.advance(who, erases)
    if (answer.isDone) return { ...answer, calls }
  }
}

const member = (room: LocalRoom, n: number) => room.open.members.find(userId(n))

function furnished() {
  const room = new LocalRoom()
  const ana = room.join(2, 'member', 'Canary')
  room.post(ana, 'Canary one', { mentions: [owner.id] })
  const { seq } = room.post(owner.id, 'Hello')
  room.post(ana, 'Canary two', { replyTo: seq })
  for (const [who, emoji] of [
    [ana, '👍'],
    [ana, '🎉'],
    [owner.id, '🎉'],
  ] as const) {
    room.open.room.react(asker(who), { seq, emoji, on: true })
  }
  return { room, ana, hello: seq }
}

const holdsCanary = (room: LocalRoom) => JSON.stringify(room.dump()).includes('Canary')

it('[S29] leaves the id of a member, and nothing that they said or were called', () => {
  const { room, ana, hello } = furnished()
  const { seq } = room.open.ledger
  const indexed = () => room.sql.run("SELECT rowid FROM search WHERE search MATCH 'canary'").length
  room.open.room.search(olga, { query: 'canary', limit: 9 })
  expect(indexed()).toBe(2)
  const socket = room.arrive(ana)
  const other = room.arrive(owner.id)
  expect(forget(room)).toMatchObject({ erased: 2, isHandedOver: false, isDeserted: false })
  expect(socket.closed?.code).toBe(4403)
  expect(holdsCanary(room)).toBe(false)
  const found = room.open.room.search(olga, { query: 'canary', limit: 9 })
  expect(found).toMatchObject({ value: { hits: [] } })
  expect(indexed()).toBe(0)
  expect(member(room, 2)).toMatchObject({ name: '', avatar: null, state: 'left', role: 'member' })
  expect(room.open.messages.find(hello)?.reactions).toEqual({ '🎉': [owner.id] })
  expect(room.open.ledger.seq).toBe(seq + 1) // The line that they left.
  expect(room.open.ledger.room.memberCount).toBe(1)
  room.passMs(1_000)
  const told = other.changes.flatMap(({ members }) => members ?? [])
  expect(told).toContainEqual(expect.objectContaining({ userId: ana, name: '', state: 'left' }))
  const buried = other.changes.flatMap(({ messages }) => messages ?? [])
  expect(buried.filter(({ deletedAt }) => deletedAt)).toHaveLength(2)
})

it('[S29] keeps what they said where they want it kept, without a name', () => {
  const { room, ana, hello } = furnished()
  expect(forget(room, ana, false)).toMatchObject({ erased: 0, calls: 1 })
  const { people } = room.open.reader.changesSince(rev(0), owner.id)
  expect(people).toContainEqual({ id: ana, name: '', avatar: null })
  const bodies = room.open.reader.history({ limit: 50 }).map(({ body }) => body)
  expect(bodies).toContain('Canary one')
  expect(room.open.messages.find(hello)?.reactions).toMatchObject({ '👍': [ana] })
})

it('[S29 ORD2] takes one rev for who they were and one a slice, and none for nothing', () => {
  const { room, ana } = furnished()
  for (let n = 0; n < forgetSliceRows; n += 1) room.post(ana, `More ${n}`)
  const before = room.open.ledger.rev
  expect(forget(room)).toMatchObject({ erased: forgetSliceRows + 2, calls: 3 })
  expect(room.open.ledger.rev).toBe(before + 3)
  expect(forget(room)).toMatchObject({ erased: forgetSliceRows + 2, calls: 1 })
  expect(room.open.ledger.rev).toBe(before + 3)
})

it('[S29 SOK2] a page never parts the messages of one slice', () => {
  const { room, ana } = furnished()
  for (let n = 0; n < 3 * forgetSliceRows; n += 1) room.post(ana, `More ${n}`)
  const { rev: before } = room.open.ledger
  const { seq: other } = room.post(owner.id)
  room.open.room.edit(olga, { seq: other, body: 'Edited' }) // No slice ends where a page does.
  forget(room)
  const seen = new Set<number>()
  for (let from = before, more = true; more; ) {
    const limits = { rows: 150, bytes: 1_000_000 }
    const page = room.open.reader.changesSince(from, owner.id, limits)
    for (const { seq, deletedAt } of page.rows.messages) if (deletedAt) seen.add(seq)
    from = page.to
    more = page.more
  }
  expect(seen.size).toBe(3 * forgetSliceRows + 2)
  const whole = room.open.reader.changesSince(before, owner.id, { rows: 9_999, bytes: 9_999_999 })
  expect(whole.rows.messages.filter(({ deletedAt }) => deletedAt)).toHaveLength(seen.size)
})

it('[S29 R19] looks at so many messages in a slice', () => {
  const room = new LocalRoom()
  const ana = room.join(2)
  room.post(ana, 'First')
  room.sql.run(
    `WITH RECURSIVE n (seq) AS (SELECT 3 UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
     INSERT INTO messages (seq, rev, id, author, kind, body, created_at)
     SELECT seq, seq + 9, 'id' || seq, ?, 'message', 'x', 1 FROM n`,
    ...[forgetScanRows - 1, owner.id],
  )
  room.restart()
  room.open.forgetting.begin(ana, true) // The line of their leaving is the last that fits.
  expect(forget(room).calls).toBe(1) // It has begun.
  room.post(owner.id)
  room.sql.run('UPDATE forgotten SET next = 1')
  expect(forget(room).calls).toBe(2)
})

it('[S29] hands a room to the highest rank, and of those to whoever is longest in', () => {
  const room = new LocalRoom()
  for (const n of [7, 3, 5, 4]) room.join(n, n === 5 || n === 4 ? 'moderator' : 'member')
  room.open.people.leave(asker(userId(5)))
  room.join(5, 'moderator') // Came back, so Four is in for longer.
  expect(forget(room, owner.id)).toMatchObject({ isHandedOver: true, isDeserted: false })
  expect(member(room, 4)).toMatchObject({ role: 'owner', state: 'joined' })
  expect(member(room, 1)).toMatchObject({ role: 'member', name: '', state: 'left' })
  expect(room.open.members.ownerId()).toBe(userId(4))
  forget(room, userId(4))
  forget(room, userId(5))
  expect(room.open.members.ownerId()).toBe(userId(7))
})

it('[S29] lets nobody into a room that its owner left with nobody in it', () => {
  const room = new LocalRoom()
  expect(forget(room, owner.id)).toMatchObject({ isHandedOver: false, isDeserted: true })
  const nina = { id: userId(9), name: 'Nina', avatar: null, asOf: 1 }
  expect(room.open.people.join(asker(nina.id), nina, true)).toMatchObject({
    refusal: { code: 'roomGone' },
  })
  room.restart()
  expect(room.open.forgetting.advance(owner.id, true)).toMatchObject({ isDeserted: true })
})

it('[S29] keeps a ban by the id, and lets no name and nobody come back', () => {
  const { room, ana } = furnished()
  room.open.people.ban(olga, { id: ana })
  forget(room)
  expect(member(room, 2)).toMatchObject({ state: 'banned', name: '' })
  const again = { id: ana, name: 'Canary', avatar: null, asOf: Date.now() }
  room.open.people.renamePerson(again)
  room.open.people.unban(olga, ana)
  expect(room.open.people.join(asker(ana), again, true)).toMatchObject({
    refusal: { code: 'unauthenticated' },
  })
  expect(holdsCanary(room)).toBe(false)
})

it('[S29 API5] forgets by itself whom its mirror knows to be gone, and goes on by its alarm', async () => {
  const { room, ana } = furnished()
  for (let n = 0; n < 2 * forgetSliceRows; n += 1) room.post(ana, `Canary ${n}`)
  const gone: Mirrored = { ...seed, gone: [{ userId: ana, erases: true }] }
  room.directory = gone
  await room.open.archive.run()
  expect(member(room, 2)?.name).toBe('')
  room.restart()
  room.ringFor(10_000)
  expect(holdsCanary(room)).toBe(false)
  expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).not.toContain('forgetting')
})

it('[S29 ORD6] killed at any statement it is done once, and as without the kill', () => {
  const whole = furnished().room
  const before = whole.sql.statements
  forget(whole)
  const count = whole.sql.statements - before
  for (let n = 1; n <= count; n += 1) {
    const { room } = furnished()
    room.sql.failAt(n)
    expect(() => forget(room)).toThrow('The disk is gone.')
    room.sql.failAt(null)
    room.restart()
    expect([n, forget(room)]).toMatchObject([n, { erased: 2 }])
    expect(holdsCanary(room)).toBe(false)
    expect(room.open.ledger.seq).toBe(whole.open.ledger.seq)
    expect(room.open.ledger.rev).toBe(whole.open.ledger.rev)
  }
})

it.each([
  ['with their row', 2],
  ['with what they said alone', 1],
])(
  '[S29 R8] a copy that is put back, %s, brings them back until the mirror speaks',
  async (_, n) => {
    const { room, ana } = furnished()
    const rows = room.open.reader.history({ limit: 50 })
    const members = [member(room, 1)!, member(room, 2)!].slice(0, n)
    forget(room)
    const copy = new Restoration(room.sql)
    for (const row of rows) copy.add(row)
    copy.finish(members, room.open.ledger.room.settings, newEpoch())
    room.restart()
    expect(holdsCanary(room)).toBe(true)
    room.directory = { ...seed, gone: [{ userId: ana, erases: true }] } as Mirrored
    await room.open.archive.run()
    room.ringFor(1_000)
    expect(holdsCanary(room)).toBe(false)
  },
)
