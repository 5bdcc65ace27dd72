import { describe, expect, it } from 'vitest'
import { messageId, newEpoch, roomId, userId } from '../test/support/ids.ts'
import { LocalRoom, owner } from '../test/support/local-room.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { Ledger } from './ledger.ts'
import { isOpened, migrate } from './schema.ts'

const ana = { id: userId(2), name: 'Ana', avatar: null, asOf: 5 }
const anna = { ...ana, name: 'Anna', asOf: 6 }
const entry = { name: 'Kitchen', topic: '', visibility: 'public' as const, version: 2 }
const hello = (n: number, body = `Hello ${n}`) => ({ id: messageId(n), body })

describe('counters', () => {
  it('[ORD1 ORD2] numbers messages and changes from 1, without holes', () => {
    const { ledger } = new LocalRoom().open
    expect([ledger.rev, ledger.seq]).toEqual([1, 0])
    ledger.join(ana, 'member')
    for (let n = 1; n <= 5; n += 1) ledger.send(ana.id, hello(n), 0)
    expect([ledger.rev, ledger.seq]).toEqual([7, 5])
  })

  it('[ORD2] takes no rev for what changes nothing', () => {
    const { ledger } = new LocalRoom().open
    ledger.join(ana, 'member')
    ledger.send(ana.id, hello(1), 0)
    const before = ledger.rev
    expect(ledger.join(ana, 'member')).toBeNull()
    expect(ledger.leave(userId(9))).toBeNull()
    expect(ledger.renamePerson(ana)).toBeNull()
    expect(ledger.adopt(entry)).toBeNull()
    ledger.send(ana.id, hello(1), 0)
    ledger.send(ana.id, hello(1, 'Other'), 0)
    expect(ledger.rev).toBe(before)
  })

  it('[ORD5] finds its heads again in the rows alone, whatever was written last', () => {
    const room = new LocalRoom()
    const steps = [
      (ledger: Ledger) => ledger.join(ana, 'member'),
      (ledger: Ledger) => ledger.send(ana.id, hello(1), 0),
      (ledger: Ledger) => ledger.adopt({ ...entry, topic: 'Soup' }),
      (ledger: Ledger) => ledger.renamePerson(anna),
      (ledger: Ledger) => ledger.leave(ana.id),
      (ledger: Ledger) => ledger.send(owner.id, hello(2), 0),
    ]
    for (const step of steps) {
      step(room.open.ledger)
      const { rev, seq, room: row } = room.open.ledger
      room.restart()
      expect(room.open.ledger).toMatchObject({ rev, seq, room: row })
    }
  })
})

describe('late news', () => {
  it('of a name never replaces a newer one, whatever the order', () => {
    const { ledger } = new LocalRoom().open
    ledger.join(ana, 'member')
    expect(ledger.renamePerson(anna)).not.toBeNull()
    expect(ledger.renamePerson({ ...ana, name: 'Late', asOf: 5 })).toBeNull()
    ledger.leave(ana.id)
    ledger.join({ ...ana, name: 'Later still', asOf: 4 }, 'member')
    expect(ledger.member(ana.id)?.name).toBe('Anna')
    expect(ledger.renamePerson({ ...anna, asOf: 9 })).toBeNull() // The same name, of a later day.
    expect(ledger.renamePerson({ ...ana, asOf: 8 })).toBeNull()
  })

  it('of the directory never replaces a newer word, also after a restart', () => {
    const room = new LocalRoom()
    room.open.ledger.adopt({ ...entry, name: 'Third', version: 3 })
    room.restart()
    expect(room.open.ledger.adopt({ ...entry, name: 'Second', version: 2 })).toBeNull()
    expect(room.open.ledger.adopt({ ...entry, name: 'Third', version: 4 })).toBeNull()
    expect(room.open.ledger.adopt({ ...entry, name: 'Fourth', version: 4 })).toBeNull()
    expect(room.open.ledger.room.name).toBe('Third')
  })
})

describe('sending', () => {
  it('[SND2] answers a repeat with the first seq and writes nothing, also after a restart', () => {
    const room = new LocalRoom()
    const first = room.open.ledger.send(owner.id, hello(1), 5)
    room.open.ledger.send(owner.id, hello(2), 6)
    room.restart()
    const again = room.open.ledger.send(owner.id, hello(1), 99)
    expect(first).toMatchObject({ outcome: 'written', seq: 1 })
    expect(again).toEqual({ outcome: 'repeated', seq: 1, rev: 2, at: 5 })
    expect(room.open.ledger.seq).toBe(2)
  })

  it('[SND2] refuses other content under a known id, and lets another author use the id', () => {
    const { ledger } = new LocalRoom().open
    ledger.join(ana, 'member')
    ledger.send(owner.id, hello(1), 0)
    expect(ledger.send(owner.id, hello(1, 'Other'), 0)).toEqual({ outcome: 'conflict' })
    expect(ledger.send(ana.id, hello(1), 0)).toMatchObject({ outcome: 'written', seq: 2 })
  })
})

describe('faults', () => {
  const commands: Record<string, (ledger: Ledger) => unknown> = {
    send: (ledger) => ledger.send(owner.id, hello(9), 0),
    join: (ledger) => ledger.join({ ...ana, id: userId(5) }, 'member'),
    leave: (ledger) => ledger.leave(ana.id),
    rename: (ledger) => ledger.renamePerson(anna),
    change: (ledger) => ledger.adopt({ ...entry, name: 'Cellar' }),
  }

  it.each(Object.entries(commands))(
    '[ORD6 R16] %s: a fault at any statement leaves nothing, and the next command works',
    (_, command) => {
      const reference = new LocalRoom()
      reference.open.ledger.join(ana, 'member')
      const before = reference.sql.statements
      command(reference.open.ledger)
      const statements = reference.sql.statements - before
      expect(statements).toBeGreaterThan(0)

      for (let n = 1; n <= statements; n += 1) {
        const room = new LocalRoom()
        room.open.ledger.join(ana, 'member')
        const heads = [room.open.ledger.rev, room.open.ledger.seq]
        room.sql.failAt(n)
        expect(() => command(room.open.ledger)).toThrow('The disk is gone.')
        room.sql.failAt(null)
        expect([room.open.ledger.rev, room.open.ledger.seq]).toEqual(heads)
        room.restart()
        expect([room.open.ledger.rev, room.open.ledger.seq]).toEqual(heads)
        command(room.open.ledger)
        expect(room.open.ledger.rev).toBe(heads[0]! + 1)
      }
    },
  )
})

describe('migrations', () => {
  const seed = {
    id: roomId(1),
    name: 'A room',
    topic: '',
    visibility: 'public' as const,
    version: 1,
    owner,
  }

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
