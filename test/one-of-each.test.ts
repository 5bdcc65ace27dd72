// What is one must stay one, however many ask at once and however they spell it.

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Account } from '../protocol/api/accounts.ts'
import type { History } from '../protocol/api/messages.ts'
import type { RoomCard } from '../protocol/api/rooms.ts'
import { socketsPerMemberMax } from '../protocol/limits.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { type Person, roomOf, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const parley = await ownParley({ vars: wideLimits })
const people = await signUpAll(parley, 'Ana', 'Bo', 'Cy', 'Di')
const [ana, bo] = people

const say = (person: Person, room: string, body: string) =>
  person.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body })

it('[D-17] a room is one, and no other spelling of its id is another', async () => {
  const room = await roomOf(ana)
  await say(ana, room, 'Here')
  for (const spelled of [room.toUpperCase(), room.replaceAll('-', ''), `{${room}}`, ` ${room}`]) {
    const asked = await say(ana, encodeURIComponent(spelled), 'And here?')
    expect([spelled, asked.status]).toEqual([spelled, 404])
    const socket = new RoomSocket(parley.url, encodeURIComponent(spelled), ana.token)
    expect((await socket.closed).code).toBe(1006)
  }
  const { body } = await ana.ask<History>('GET', `/rooms/${room}/messages`)
  expect(body.messages.map((message) => message.body)).toEqual(['Here'])
})

it('[D-19] whoever comes twenty times at once is one member, with as many sockets as one may have', async () => {
  const room = await roomOf(ana)
  const watching = new RoomSocket(parley.url, room, ana.token)
  await watching.welcome()
  const joined = Array.from({ length: 20 }, () => bo.ask('POST', `/rooms/${room}/join`))
  expect((await Promise.all(joined)).map(({ status }) => status)).toEqual(Array(20).fill(200))
  const { body } = await ana.ask<RoomCard>('GET', `/rooms/${room}`)
  expect(body.memberCount).toBe(2)

  const sockets = Array.from({ length: 20 }, () => new RoomSocket(parley.url, room, bo.token))
  await Promise.all(sockets.map((socket) => socket.welcome()))
  await expect
    .poll(() => sockets.filter(({ isClosed }) => !isClosed).length)
    .toBe(socketsPerMemberMax)
  await Promise.all(sockets.map((socket) => socket.close()))
  const back = new RoomSocket(parley.url, room, bo.token)
  expect(await back.welcome()).toMatchObject({ onlineCount: 2 })
  await Promise.all([back.close(), watching.close()])
})

it('[V-24] of a thousand requests at once none is answered with another’s', async () => {
  const rooms = await Promise.all(people.map((person) => roomOf(person)))
  const owns = people.map((person, n) => [person, rooms[n] ?? ''] as const)
  const asked = Array.from({ length: 1_000 }, async (_, n) => {
    const [person, room] = owns[n % owns.length]!
    const [path, own] = n % 2 === 0 ? [`/rooms/${room}`, room] : [`/users/me`, person.id]
    const { status, body } = await person.ask<RoomCard | Account>('GET', path)
    return status === 200 && body.id === own
  })
  expect((await Promise.all(asked)).filter((isOwn) => !isOwn)).toEqual([])
})
