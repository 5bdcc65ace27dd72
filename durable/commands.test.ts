import { describe, expect, it } from 'vitest'
import { commandTypes } from '../protocol/commands.ts'
import { seq } from '../test/support/ids.ts'
import { asker, type LocalRoom, message, owner } from '../test/support/local-room.ts'
import { cast, furnishedRoom, roomCommands, socketCommands } from '../test/support/room-commands.ts'
import { People } from './people.ts'
import { Room } from './room.ts'

const olga = asker(owner.id)
const each = Object.entries(roomCommands)
const headsOf = ({ open: { ledger } }: LocalRoom) => {
  const { rev, seq: head, room, isCrowd } = ledger
  return { rev, seq: head, room, isCrowd }
}

it('every command has a case here, and everything else that a room may be told', () => {
  expect(Object.keys(socketCommands).sort()).toEqual([...commandTypes].sort())
  const methods = [People, Room].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
  const reads = [
    'view',
    'viewOf',
    'mayInvite',
    'mayChange',
    'members',
    'bans',
    'history',
    'search',
    'spend',
  ]
  const others = { erase: 'delete', changeMember: 'mute' } as Record<string, string>
  const missing = methods
    .filter((name) => name !== 'constructor' && !reads.includes(name))
    .filter((name) => !((others[name] ?? name) in roomCommands))
  expect(missing).toEqual([])
})

describe('counters', () => {
  it.each(each)('[ORD2 R4] %s takes its one rev, a repeat of it none', (_, { run, revs }) => {
    const room = furnishedRoom()
    const { rev } = room.open.ledger
    run(room)
    expect(room.open.ledger.rev).toBe(rev + revs)
    run(room)
    expect(room.open.ledger.rev).toBe(rev + revs)
  })

  it.each(each)('[ORD2 ORD5] after %s a restart finds the same heads in the rows', (_, { run }) => {
    const room = furnishedRoom()
    run(room)
    const heads = headsOf(room)
    room.restart()
    expect(headsOf(room)).toEqual(heads)
    room.post(owner.id)
    expect(room.open.ledger.rev).toBe(heads.rev + 1)
  })

  it('[ORD2] what is refused takes no rev and leaves nothing', () => {
    const room = furnishedRoom()
    const before = room.dump()
    const { room: heart, people, signs } = room.open
    const [ana, stranger] = [asker(cast.ana), asker(cast.stranger)]
    const answers = [
      heart.send(stranger, message()),
      heart.send(olga, message('?', { replyTo: seq(99) })),
      heart.edit(ana, { seq: seq(8), body: 'Mine' }),
      heart.erase(ana, { seq: seq(8) }),
      heart.react(stranger, { seq: seq(8), emoji: '👍', on: true }),
      signs.markRead(stranger, seq(8)),
      people.join(asker(cast.banned), { id: cast.banned, name: 'B', avatar: null, asOf: 9 }, true),
      people.leave(olga),
      people.remove(ana, cast.max),
      people.ban(ana, { id: cast.max, name: 'M', avatar: null, asOf: 9 }),
      people.unban(ana, cast.banned),
      people.changeMember(ana, cast.max, { role: 'member' }),
      people.changeMember(olga, cast.gone, { mutedUntil: 1 }),
      people.changeMember(olga, owner.id, { role: 'member' }),
      people.change(ana, { name: 'Mine', topic: '', visibility: 'public', version: 9 }),
      people.configure(ana, { slowModeSeconds: 1 }),
    ]
    expect(answers.filter(({ ok }) => ok)).toEqual([])
    expect(room.dump()).toEqual(before)
  })
})

describe('faults', () => {
  it.each(each)(
    '[ORD6 R16] %s: a fault at any statement leaves all of it or nothing, and the next works',
    (_, { run, revs }) => {
      const furnished = () => {
        const room = furnishedRoom()
        return { room, sockets: [cast.ana, owner.id].map((user) => room.arrive(user)) }
      }
      const reference = furnished().room
      const before = reference.sql.statements
      run(reference)
      const statements = reference.sql.statements - before

      const whole = rowsOf(reference)

      for (let n = 1; n <= statements; n += 1) {
        const { room, sockets } = furnished()
        const [rows, heads] = [rowsOf(room), headsOf(room)]
        room.sql.failAt(n)
        expect(() => run(room)).toThrow('The disk is gone.')
        room.sql.failAt(null)
        room.passMs(1_000)
        const { rev } = room.open.ledger
        const told = sockets.filter(({ closed }) => !closed).map(({ changes }) => changes.at(-1))
        if (rev > heads.rev) expect(told.map((frame) => frame?.to)).toEqual(told.map(() => rev))
        else expect(sockets.flatMap(({ changes }) => changes)).toEqual([])
        expect(revs === 1 && rev === heads.rev ? [rows] : [rows, whole]).toContainEqual(
          rowsOf(room),
        )
        const memory = headsOf(room)
        room.restart(...sockets.filter(({ closed }) => !closed))
        expect(headsOf(room)).toEqual(memory)
        run(room)
        room.post(owner.id)
        expect(room.open.ledger.rev).toBe(heads.rev + revs + 1)
      }
    },
  )

  it('[ORD5 API5] a fault while the archive is put on the agenda keeps nobody in the dark', async () => {
    const room = furnishedRoom()
    const socket = room.arrive(cast.ana)
    await room.open.archive.run()
    const send = () => room.open.room.send(olga, message())
    const reference = room.sql.statements
    send()
    const statements = room.sql.statements - reference
    await room.open.archive.run()
    room.passMs(1_000)
    socket.clear()
    room.sql.failAt(statements)
    expect(send).toThrow('The disk is gone.')
    room.sql.failAt(null)
    expect(socket.changes).toHaveLength(1)
    expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).not.toContain('archive')
    send()
    expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).toContain('archive')
  })
})

/** All rows but leases, which are hints; ids made by chance are one. */
function rowsOf(room: LocalRoom): unknown {
  const { departures, agenda, ...rows } = room.dump()
  return JSON.parse(
    JSON.stringify(rows).replaceAll(/"(?!01990000)[\da-f]{8}-[\da-f-]{27}"/g, '"*"'),
  )
}
