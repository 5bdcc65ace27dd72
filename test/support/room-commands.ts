// Everything that can be asked of a room and changes it, each in a room where it has something to do.

import type { Command } from '../../protocol/commands.ts'
import type { UserId } from '../../protocol/ids.ts'
import { rev, seq, userId } from './ids.ts'
import { asker, LocalRoom, message, owner } from './local-room.ts'

/** Who is in the room that the commands find. */
export const cast = {
  ana: userId(2),
  max: userId(3),
  banned: userId(4),
  gone: userId(5),
  stranger: userId(6),
}

/** Where: 1–4 are joinings, 5 a leaving, 6 a ban, 7 Ana's message, 8 the owner's, with a reaction. */
export const anasMessage = seq(7)
export const ownersMessage = seq(8)

export function furnishedRoom(): LocalRoom {
  const room = new LocalRoom()
  room.join(2, 'member', 'Ana')
  room.join(3, 'moderator', 'Max')
  room.join(4)
  room.join(5)
  room.open.people.leave(asker(cast.gone))
  room.open.people.ban(olga, person(cast.banned))
  room.post(cast.ana, 'From Ana')
  room.post(owner.id, 'From Olga')
  react(room, '🎉')
  room.passMs(1_000)
  return room
}

export interface RoomCommand {
  readonly run: (room: LocalRoom) => unknown
  /** Revs it takes where it changes something. */
  readonly revs: 0 | 1
}

const olga = asker(owner.id)
const person = (id: UserId, name = 'Somebody') => ({ id, name, avatar: null, asOf: 9 })
const entry = { name: 'Cellar', topic: 'Wine', visibility: 'private' as const, version: 2 }
const react = (room: LocalRoom, emoji: string) =>
  room.open.room.react(olga, { seq: ownersMessage, emoji, on: true })
const once = (run: (room: LocalRoom) => unknown): RoomCommand => ({ run, revs: 1 })
const never = (run: (room: LocalRoom) => unknown): RoomCommand => ({ run, revs: 0 })

const hello = message('Hello', { mentions: [cast.ana], replyTo: anasMessage })

/** One of each kind that a socket can send. */
export const socketCommands: Record<Command['type'], RoomCommand> = {
  send: once(({ open }) => open.room.send(olga, hello)),
  edit: once(({ open }) => open.room.edit(olga, { seq: ownersMessage, body: 'Better' })),
  delete: once(({ open }) => open.room.erase(olga, { seq: anasMessage })),
  react: once((room) => react(room, '👍')),
  read: never(({ open }) => open.signs.markRead(olga, seq(8))),
  typing: never(({ open }) => open.signs.types(olga, true)),
  sync: never((room) => room.say(room.attach(owner.id), { type: 'sync', after: rev(1) })),
  auth: never((room) => room.say(room.attach(owner.id), { type: 'auth', ref: 1, token: 't' })),
}

/** One of each that changes who is in the room, as what, or what the room is. */
export const peopleCommands: Record<string, RoomCommand> = {
  join: once(({ open }) => open.people.join(asker(cast.stranger), person(cast.stranger), false)),
  rejoin: once(({ open }) => open.people.join(asker(cast.gone), person(cast.gone), false)),
  leave: once(({ open }) => open.people.leave(asker(cast.ana))),
  remove: once(({ open }) => open.people.remove(olga, cast.ana)),
  ban: once(({ open }) => open.people.ban(olga, person(cast.ana))),
  banOfStranger: once(({ open }) => open.people.ban(olga, person(cast.stranger))),
  banOfGone: once(({ open }) => open.people.ban(olga, person(cast.gone))),
  unban: once(({ open }) => open.people.unban(olga, cast.banned)),
  mute: once(({ open }) => open.people.changeMember(olga, cast.ana, { mutedUntil: 2e12 })),
  changeRole: once(({ open }) => open.people.changeMember(olga, cast.ana, { role: 'moderator' })),
  handOver: once(({ open }) => open.people.changeMember(olga, cast.max, { role: 'owner' })),
  renamePerson: once(({ open }) => open.people.renamePerson(person(cast.ana, 'Anna'))),
  renamePersonAlike: never(({ open }) => open.people.renamePerson(person(cast.ana, 'Ana'))),
  adopt: once(({ open }) => open.people.adopt(entry, null)),
  change: once(({ open }) => open.people.change(olga, entry)),
  changeAlike: never(({ open }) => open.people.change(olga, { ...open.ledger.room, version: 2 })),
  configure: once(({ open }) => open.people.configure(olga, { slowModeSeconds: 9 })),
}

export const roomCommands = { ...socketCommands, ...peopleCommands }
