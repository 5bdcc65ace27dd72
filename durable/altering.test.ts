import { describe, expect, it } from 'vitest'
import { reactionKindsMax, reactionsMax, storageBytesMax } from '../protocol/limits.ts'
import { seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'

const olga = asker(owner.id)
const code = (expected: string) => ({ ok: false, refusal: { code: expected } })
const isNew = (expected: boolean) => ({ ok: true, value: { isNew: expected } })

it('[ORD1 SND6] nothing is edited or deleted before it was written, though a clock was set back', () => {
  const room = new LocalRoom()
  const { seq: at, at: createdAt } = room.post(owner.id)
  room.nowMs -= 60_000
  const value = { at: createdAt, isNew: true }
  expect(room.open.room.edit(olga, { seq: at, body: 'Edited' })).toMatchObject({ value })
  expect(room.open.room.erase(olga, { seq: at })).toMatchObject({ value })
  const times = { createdAt, editedAt: createdAt, deletedAt: createdAt }
  expect(room.open.messages.find(at)).toMatchObject(times)
})

it('[LIM2 R19] a full room takes no reaction, but lets one be taken away', () => {
  const room = new LocalRoom()
  const { seq: at } = room.post(owner.id)
  const react = (emoji: string, on: boolean) => room.open.room.react(olga, { seq: at, emoji, on })
  room.storageBytes = storageBytesMax - 1
  expect(react('👍', true)).toMatchObject(isNew(true))
  room.storageBytes = storageBytesMax
  expect(react('🎉', true)).toMatchObject(code('storageFull'))
  expect(react('👍', false)).toMatchObject(isNew(true))
})

describe('editing', () => {
  it('[SND6] is the author’s alone, whatever the others may do', () => {
    const room = new LocalRoom()
    const [ana, max] = [room.join(2), room.join(3, 'moderator')]
    const { seq: at } = room.post(ana, 'Mine')
    for (const other of [owner.id, max]) {
      const answer = room.open.room.edit(asker(other), { seq: at, body: 'Yours' })
      expect(answer).toMatchObject(code('forbidden'))
    }
    expect(room.open.room.edit(asker(ana), { seq: at, body: 'Still mine' })).toMatchObject(
      isNew(true),
    )
  })

  it('[SND6] ends with the window of the room, to the millisecond', () => {
    const room = new LocalRoom()
    const edit = (body: string) => room.open.room.edit(olga, { seq: seq(1), body })
    room.post(owner.id)
    room.open.people.configure(olga, { editWindowSeconds: 60 })
    room.passMs(59_999)
    expect(edit('In time')).toMatchObject(isNew(true))
    room.passMs(1)
    expect(edit('Late')).toMatchObject(code('editClosed'))
    room.open.people.configure(olga, { editWindowSeconds: 0 })
    const { seq: at } = room.post(owner.id)
    expect(room.open.room.edit(olga, { seq: at, body: 'Never' })).toMatchObject(code('editClosed'))
    room.open.people.configure(olga, { editWindowSeconds: null })
    room.passMs(86_400_000)
    expect(edit('Always')).toMatchObject(isNew(true))
  })

  it('[ORD2] that says what is so already is answered, and takes no rev', () => {
    const room = new LocalRoom()
    const { rev } = room.post(owner.id, 'Same')
    const answer = room.open.room.edit(olga, { seq: seq(1), body: 'Same' })
    expect(answer).toMatchObject({ ok: true, value: { seq: 1, rev, isNew: false } })
    expect(room.open.ledger.rev).toBe(rev)
  })

  it('[SND6] never concerns a line of the room’s own, or one that is not there', () => {
    const room = new LocalRoom()
    room.join(2)
    const { room: heart } = room.open
    for (const at of [seq(1), seq(2)]) {
      expect(heart.edit(olga, { seq: at, body: 'x' })).toMatchObject(code('notFound'))
      expect(heart.erase(olga, { seq: at })).toMatchObject(code('notFound'))
      expect(heart.react(olga, { seq: at, emoji: '👍', on: true })).toMatchObject(code('notFound'))
    }
  })
})

describe('deleting', () => {
  it('[SND6] is the author’s, or a moderator’s', () => {
    const room = new LocalRoom()
    const [ana, ben, max] = [room.join(2), room.join(3), room.join(4, 'moderator')]
    const [one, two] = [room.post(ana).seq, room.post(owner.id).seq]
    const erase = (who = ana, at = one) => room.open.room.erase(asker(who), { seq: at })
    expect(erase(ben)).toMatchObject(code('forbidden'))
    expect(erase(ana)).toMatchObject(isNew(true))
    expect(erase(max, two)).toMatchObject(isNew(true))
    const { rev } = room.open.ledger
    expect(erase(owner.id, two)).toMatchObject({ ok: true, value: { rev, isNew: false } })
    expect(room.open.ledger.rev).toBe(rev)
  })

  it('[SND6] leaves no word of it in any table, and nobody who was named', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const { room: heart, messages } = room.open
    const { seq: at } = room.post(owner.id, 'xylophone first', { mentions: [ana], replyTo: seq(1) })
    heart.edit(olga, { seq: at, body: 'xylophone trombone' })
    heart.react(asker(ana), { seq: at, emoji: '👍', on: true })
    expect(heart.search(olga, { query: 'xyloph', limit: 5 })).toMatchObject({
      value: { hits: [{ seq: at }] },
    })
    heart.erase(olga, { seq: at })
    expect(messages.find(at)).toMatchObject({
      ...{ body: '', replyTo: null, mentions: [], reactions: {}, deletedAt: room.nowMs },
    })
    expect(heart.search(olga, { query: 'xyloph', limit: 5 })).toMatchObject({ value: { hits: [] } })
    const everything = Object.values(room.dump()).flatMap((rows) => rows.map(textOf))
    for (const word of ['xyl', 'phone', '👍', 'tromb']) {
      expect(everything.filter((row) => row.includes(word))).toEqual([])
    }
    const [row] = room.sql.run('SELECT * FROM messages WHERE seq = ?', at)
    expect(row).toMatchObject({ body: '', mentions: null, reactions: null, first_digest: null })
  })

  it('[SND6] a tombstone cannot be edited or reacted to', () => {
    const room = new LocalRoom()
    room.post(owner.id)
    const { room: heart } = room.open
    heart.erase(olga, { seq: seq(1) })
    expect(heart.edit(olga, { seq: seq(1), body: 'Back' })).toMatchObject(code('messageGone'))
    const react = heart.react(olga, { seq: seq(1), emoji: '👍', on: true })
    expect(react).toMatchObject(code('messageGone'))
  })

  it('[V-5 SND6] what was sent and deleted within one window is told without its text', () => {
    const room = new LocalRoom()
    const socket = room.arrive(room.join(2))
    room.post(owner.id, 'At once')
    const { seq: at } = room.post(owner.id, 'Regretted')
    room.open.room.erase(olga, { seq: at })
    room.passMs(1_000)
    expect(socket.raw.join()).not.toContain('Regretted')
    expect(socket.changes[1]?.messages).toMatchObject([{ seq: at, body: '' }])
  })
})

describe('reacting', () => {
  const emoji = (n: number) => String.fromCodePoint(0x1f600 + n)
  const reactionsOf = (room: LocalRoom) => room.open.messages.find(seq(1))?.reactions ?? {}

  it('[SND7] twice is once, and taken back twice is taken back', () => {
    const room = new LocalRoom()
    room.post(owner.id)
    const react = (on: boolean) => room.open.room.react(olga, { seq: seq(1), emoji: '👍', on })
    expect([true, true, false, false].map((on) => react(on).ok)).not.toContain(false)
    expect(room.open.ledger.rev).toBe(4)
    expect(reactionsOf(room)).toEqual({})
  })

  it('[SND7] keeps the order of setting, and forgets a kind that nobody has', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const { seq: at } = room.post(owner.id)
    const react = (who = ana, what = '👍', on = true) =>
      room.open.room.react(asker(who), { seq: at, emoji: what, on })
    react(ana)
    react(owner.id)
    react(ana, '🎉')
    react(ana, '👍', false)
    expect(room.open.messages.find(at)?.reactions).toEqual({ '👍': [owner.id], '🎉': [ana] })
    react(owner.id, '👍', false)
    expect(room.open.messages.find(at)?.reactions).toEqual({ '🎉': [ana] })
  })

  it('[SND7 R19] takes 50 kinds and no more; of a kind that is there anybody may be one more', () => {
    const room = new LocalRoom()
    room.post(owner.id)
    const ana = room.join(2)
    const react = (n: number, who = owner.id) =>
      room.open.room.react(asker(who), { seq: seq(1), emoji: emoji(n), on: true })
    const answers = Array.from({ length: reactionKindsMax + 1 }, (_, n) => react(n).ok)
    expect(answers.indexOf(false)).toBe(reactionKindsMax)
    expect(react(reactionKindsMax)).toMatchObject(code('reactionsFull'))
    expect(react(0, ana)).toMatchObject(isNew(true))
    expect(Object.keys(reactionsOf(room))).toHaveLength(reactionKindsMax)
  })

  it('[SND7 R19] takes 1,000 in all', () => {
    const room = new LocalRoom()
    room.post(owner.id)
    const many = Array.from({ length: reactionsMax - 1 }, (_, n) => userId(n + 9))
    const values = [JSON.stringify({ '👍': many }), 1]
    room.sql.run('UPDATE messages SET reactions = ? WHERE seq = ?', ...values)
    const react = (who = owner.id, on = true) =>
      room.open.room.react(asker(who), { seq: seq(1), emoji: '👍', on })
    expect(react()).toMatchObject(isNew(true))
    const ana = room.join(2)
    expect(react(ana)).toMatchObject(code('reactionsFull'))
    expect(react()).toMatchObject(isNew(false)) // Theirs is in it.
    react(owner.id, false)
    expect(react(ana)).toMatchObject(isNew(true))
  })
})

it('[SND2 SND6] the answer to a command that changed nothing tells of the last that did', () => {
  const room = new LocalRoom()
  const first = message()
  const { room: heart } = room.open
  heart.send(olga, first)
  room.passMs(1_000)
  const deleted = heart.erase(olga, { seq: seq(1) })
  room.passMs(1_000)
  const again = heart.erase(olga, { seq: seq(1) })
  expect(again).toEqual({ ...deleted, value: { ...(deleted.ok && deleted.value), isNew: false } })
})

function textOf(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
}
