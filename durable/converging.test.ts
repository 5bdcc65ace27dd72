import { expect, it } from 'vitest'
import type { Command } from '../protocol/commands.ts'
import { commandTypes } from '../protocol/commands.ts'
import { quietMembersMax } from '../protocol/limits.ts'
import { roomOf } from '../test/support/crowd.ts'
import { rev, seq, userId } from '../test/support/ids.ts'
import {
  asker,
  type LocalRoom,
  type LocalSocket,
  message,
  owner,
} from '../test/support/local-room.ts'
import { seeded, seedOf } from '../test/support/random.ts'
import { peopleCommands } from '../test/support/room-commands.ts'
import { RoomReplica } from '../test/support/room-replica.ts'

const seed = seedOf()
const times = Number(process.env['PLAYS_TIMES'] ?? 1)
const olga = asker(owner.id)
const ana = userId(2)

/** Chance, and the room it works on. */
interface Play {
  readonly room: LocalRoom
  readonly below: (n: number) => number
  readonly some: <T>(items: readonly T[]) => T
}

const someSeq = ({ room, below }: Play) => seq(1 + below(room.open.ledger.seq))
const extra = ({ below }: Play) => userId(900 + below(4))
const named = (id = ana, name = 'Somebody') => ({ id, name, avatar: null, asOf: asOf++ })
let asOf = 10
let version = 2

/** One of every kind; what is refused or says nothing new is part of the play. */
const socketMoves: Record<Command['type'], (play: Play) => void> = {
  send: (play) => {
    const replyTo = play.below(2) ? someSeq(play) : null
    const mentions = play.below(2) ? [ana, extra(play)] : []
    const author = play.some([owner.id, ana, extra(play)])
    play.room.open.room.send(asker(author), message('Hello', { replyTo, mentions }))
  },
  edit: (play) => {
    const more = play.below(2) ? { mentions: [ana] } : {}
    const author = asker(play.some([owner.id, ana]))
    play.room.open.room.edit(author, { seq: someSeq(play), body: `Edit ${asOf++}`, ...more })
  },
  delete: (play) => play.room.open.room.erase(olga, { seq: someSeq(play) }),
  react: (play) => {
    const [who, emoji] = [play.some([owner.id, ana, extra(play)]), play.some(['👍', '🎉'])]
    play.room.open.room.react(asker(who), { seq: someSeq(play), emoji, on: play.below(3) > 0 })
  },
  read: (play) => play.room.open.signs.markRead(asker(ana), someSeq(play)),
  typing: ({ room }) => room.open.signs.types(asker(ana), true),
  sync: () => {}, // The followers do.
  auth: () => {}, // Changes nothing of the room.
}

const peopleMoves: Record<string, (play: Play) => void> = {
  join: (play) => {
    const id = extra(play)
    play.room.open.people.join(asker(id), named(id), true)
  },
  leave: (play) => play.room.open.people.leave(asker(extra(play))),
  remove: (play) => play.room.open.people.remove(olga, extra(play)),
  ban: (play) => play.room.open.people.ban(olga, named(extra(play))),
  unban: (play) => play.room.open.people.unban(olga, extra(play)),
  mute: (play) => {
    const change = { mutedUntil: play.some([null, 5, 2e12]) }
    play.room.open.people.changeMember(olga, play.some([ana, extra(play)]), change)
  },
  changeRole: (play) => {
    const role = play.some(['member', 'moderator'] as const)
    play.room.open.people.changeMember(olga, play.some([ana, extra(play)]), { role })
  },
  handOver: ({ room }) => {
    const next = userId(3)
    room.open.people.changeMember(olga, next, { role: 'owner' })
    room.open.people.changeMember(asker(next), owner.id, { role: 'owner' })
  },
  renamePerson: (play) => {
    const id = play.some([owner.id, ana, extra(play)])
    play.room.open.people.renamePerson(named(id, `Name ${asOf}`))
  },
  adopt: ({ room }) => {
    const entry = { topic: '', visibility: 'public' as const, version: version++ }
    room.open.people.adopt({ name: `Room ${version}`, ...entry }, null)
  },
  change: ({ room }) => {
    const { name, visibility } = room.open.ledger.room
    const topic = `Topic ${version}`
    room.open.people.change(olga, { name, topic, visibility, version: version++ })
  },
  configure: (play) => {
    play.room.open.people.configure(olga, { slowModeSeconds: 0, editWindowSeconds: 1e6 })
    play.room.open.people.configure(olga, { editWindowSeconds: null })
  },
}

const moves = [...Object.values(socketMoves), ...Object.values(peopleMoves)]
const busy = [socketMoves.send, socketMoves.send, socketMoves.edit, socketMoves.react]

/** A client that hears all it is sent, is cut at times, and comes back with its cursor. */
class Follower {
  readonly replica = new RoomReplica()
  #socket: LocalSocket | null = null

  comeBack(room: LocalRoom): void {
    const { rev: after, epoch } = this.replica
    this.#socket = room.attach(ana, after === null || !epoch ? {} : { after, epoch })
  }

  hear(): void {
    for (const frame of this.#socket?.frames ?? []) this.replica.hear(frame)
    this.#socket?.clear()
  }

  cut(room: LocalRoom): void {
    this.hear()
    if (this.#socket) room.open.reception.detach(this.#socket.session)
    this.#socket = null
  }

  get isHere(): boolean {
    return this.#socket !== null
  }
}

/** A reader of small pages: the same read behind a catch-up and the archive. */
function readPages(room: LocalRoom, replica: RoomReplica): void {
  for (let more = true; more; ) {
    const page = room.open.reader.changesSince(replica.rev ?? rev(0), ana, {
      rows: 3,
      bytes: 2_000,
    })
    const { messages, members, room: row } = page.rows
    const frame = { type: 'changes', from: replica.rev, to: page.to, snapshot: false } as const
    const rows = { messages: [...messages], members: [...members], room: row }
    replica.hear({ ...frame, ...rows, people: [...page.people], more: page.more })
    ;({ more } = page)
  }
}

/**
 * What both hold is the same; what the snapshot holds of messages and the room, all hold. Of a crowd
 * that shrank, a row that changed quietly is held with its name and rev of before, and its rights.
 */
function compare(old: RoomReplica, fresh: RoomReplica, size: 'small' | 'crowd' | 'shrunk'): void {
  const isWhole = size === 'small'
  const quiet = size === 'shrunk' ? { rev: 0, name: '' } : {}
  expect(old.gaps).toEqual([])
  expect({ rev: old.rev, room: old.room }).toEqual({ rev: fresh.rev, room: fresh.room })
  for (const [at, row] of fresh.messages) expect(old.messages.get(at)).toEqual(row)
  for (const [id, row] of fresh.members) {
    if (isWhole || old.members.has(id))
      expect({ ...old.members.get(id), ...quiet }).toEqual({ ...row, ...quiet })
  }
  if (!isWhole) return // In a crowd a name is as new as the last row that told it.
  for (const [id, person] of fresh.people) expect(old.people.get(id)).toEqual(person)
  const joined = [...old.members.values()].filter(({ state }) => state === 'joined')
  expect(joined.length).toBe(fresh.members.size)
}

function play(members: number, random: () => number): void {
  const room = roomOf(members)
  const below = (n: number) => Math.floor(random() * n)
  const some = <T>(items: readonly T[]) => items[below(items.length)] as T
  const chance: Play = { room, below, some }
  const [steady, hasty, reader] = [new Follower(), new Follower(), new RoomReplica()]
  readPages(room, reader)
  steady.comeBack(room)
  let wasCrowd = room.open.ledger.isCrowd
  for (let step = 0; step < 30; step += 1) {
    some(random() < 0.5 ? busy : moves)(chance)
    wasCrowd ||= room.open.ledger.isCrowd
    if (random() < 0.3) room.passMs(below(20))
    if (random() < 0.2) hasty.isHere ? hasty.cut(room) : hasty.comeBack(room)
    if (random() < 0.1) readPages(room, reader)
    if (random() < 0.05) [room.passMs(1_000), steady.cut(room), hasty.cut(room), room.restart()]
    if (!steady.isHere) steady.comeBack(room)
  }
  room.passMs(1_000)
  if (!hasty.isHere) hasty.comeBack(room)
  readPages(room, reader)
  const fresh = new RoomReplica()
  for (const frame of room.attach(ana).frames) fresh.hear(frame)
  for (const one of [steady, hasty]) one.hear()
  const size = room.open.ledger.isCrowd ? 'crowd' : wasCrowd ? 'shrunk' : 'small'
  for (const old of [steady.replica, hasty.replica, reader]) compare(old, fresh, size)
}

it('[R9] every kind of change has its part in the play', () => {
  expect(Object.keys(socketMoves).sort()).toEqual([...commandTypes].sort())
  const others = ['rejoin', 'banOfStranger', 'banOfGone', 'renamePersonAlike', 'changeAlike']
  expect([...Object.keys(peopleMoves), ...others].sort()).toEqual(
    Object.keys(peopleCommands).sort(),
  )
})

it.each([
  [3, 300],
  [quietMembersMax, 100],
  [quietMembersMax + 1, 100],
])(
  '[SOK5 SOK6 SOK15 R9] old state and changes are a fresh snapshot, with %i members',
  (members, plays) => {
    const random = seeded(seed)
    for (let n = 0; n < plays * times; n += 1) {
      try {
        play(members, random)
      } catch (error) {
        throw new Error(`PARLEY_SEED=${seed}, play ${n}`, { cause: error })
      }
    }
  },
  60_000 * times,
)
