import { describe, expect, it } from 'vitest'
import { newEpoch, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner, seed } from '../test/support/local-room.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { Ledger } from './ledger.ts'
import { isOpened, migrate } from './schema.ts'

const ana = { id: userId(2), name: 'Ana', avatar: null, asOf: 5 }
const anna = { ...ana, name: 'Anna', asOf: 6 }
const entry = { name: 'Kitchen', topic: '', visibility: 'public' as const, version: 2 }

function roomWithAna(): LocalRoom {
  const room = new LocalRoom()
  room.open.people.join(asker(ana.id), ana, false)
  return room
}

describe('counters', () => {
  it('[ORD1 ORD2] numbers messages and changes from 1, without holes', () => {
    const room = new LocalRoom()
    expect(room.open.ledger).toMatchObject({ rev: 1, seq: 0 })
    room.open.people.join(asker(ana.id), ana, false)
    for (let n = 1; n <= 5; n += 1) room.post(ana.id)
    expect(room.open.ledger).toMatchObject({ rev: 7, seq: 6 }) // Their joining is a line too.
  })

  it('[ORD5] finds its heads again in the rows alone, whatever was written last', () => {
    const room = new LocalRoom()
    const steps = [
      () => room.open.people.join(asker(ana.id), ana, false),
      () => room.post(ana.id),
      () => room.open.people.adopt({ ...entry, topic: 'Soup' }, null),
      () => room.open.people.renamePerson(anna),
      () => room.open.people.leave(asker(ana.id)),
      () => room.post(owner.id),
    ]
    for (const step of steps) {
      step()
      const { rev, seq, room: row } = room.open.ledger
      room.restart()
      expect(room.open.ledger).toMatchObject({ rev, seq, room: row })
    }
  })

  it('a message is never older than the one above it, whatever the clock does', () => {
    const room = new LocalRoom()
    const { at } = room.post(owner.id)
    room.nowMs -= 60_000
    expect(room.post(owner.id).at).toBe(at)
    room.restart()
    expect(room.post(owner.id).at).toBe(at)
  })
})

describe('late news', () => {
  it('of a name never replaces a newer one, whatever the order', () => {
    const { people, members } = roomWithAna().open
    const nameNow = () => members.find(ana.id)?.name
    people.renamePerson(anna)
    people.renamePerson({ ...ana, name: 'Late', asOf: 5 })
    expect(nameNow()).toBe('Anna')
    people.leave(asker(ana.id))
    people.join(asker(ana.id), { ...ana, name: 'Later still', asOf: 4 }, false)
    expect(nameNow()).toBe('Anna')
    people.renamePerson({ ...anna, asOf: 9 }) // The same name, of a later day.
    people.renamePerson({ ...ana, asOf: 8 })
    expect(nameNow()).toBe('Anna')
  })

  it('of the directory never replaces a newer word, also after a restart', () => {
    const room = new LocalRoom()
    room.open.people.adopt({ ...entry, name: 'Third', version: 3 }, null)
    room.restart()
    const { people, ledger } = room.open
    people.adopt({ ...entry, name: 'Second', version: 2 }, null)
    people.adopt({ ...entry, name: 'Third', version: 4 }, null)
    people.adopt({ ...entry, name: 'Fourth', version: 4 }, null)
    expect(ledger.room.name).toBe('Third')
  })
})

describe('sending', () => {
  it('[SND2] answers a repeat with the first seq and writes nothing, also after a restart', () => {
    const room = new LocalRoom()
    const hello = message()
    const send = () => room.open.room.send(asker(owner.id), hello)
    const first = send()
    room.post(owner.id)
    room.restart()
    room.passMs(1_000)
    const value = { seq: 1, rev: 2, at: room.nowMs - 1_000 }
    expect(first).toEqual({ ok: true, value: { ...value, isNew: true } })
    expect(send()).toEqual({ ok: true, value: { ...value, isNew: false } })
    expect(room.open.ledger).toMatchObject({ seq: 2, rev: 3 })
  })

  it('[SND2] refuses other content under a known id, and lets another author use the id', () => {
    const room = roomWithAna()
    const hello = message()
    const send = (author = owner.id, more = {}) =>
      room.open.room.send(asker(author), { ...hello, ...more })
    send()
    expect(send(owner.id, { body: 'Other' })).toMatchObject({ refusal: { code: 'idConflict' } })
    expect(send(owner.id, { replyTo: 1 })).toMatchObject({ refusal: { code: 'idConflict' } })
    expect(send(ana.id)).toMatchObject({ ok: true, value: { seq: 3, isNew: true } })
  })
})

describe('migrations', () => {
  it('repeats a step that was killed half-way', () => {
    const whole = nodeSql()
    migrate(whole)
    for (let n = 1; n <= whole.statements; n += 1) {
      const sql = nodeSql()
      sql.failAt(n)
      expect(() => migrate(sql)).toThrow()
      sql.failAt(null)
      migrate(sql)
      expect(Ledger.open(sql, seed, newEpoch()).rev).toBe(1)
    }
  })

  it('[D-21] tells an object that was never opened without writing to it', () => {
    const sql = nodeSql()
    expect(isOpened(sql)).toBe(false)
    expect(sql.run('SELECT name FROM sqlite_master')).toEqual([])
    migrate(sql)
    expect(isOpened(sql)).toBe(false) // Killed between the tables and the first row.
    Ledger.open(sql, seed, newEpoch())
    expect(isOpened(sql)).toBe(true)
  })
})
