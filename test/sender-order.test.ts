// One sender's messages keep their order whatever else the room is busy with. [R6]

import { expect, it } from 'vitest'
import { newMessageId } from './support/ids.ts'
import { allSaid } from './support/kill-run.ts'
import { manyInARoom } from './support/own-parley.ts'
import { seeded, seedOf } from './support/random.ts'
import { RoomSocket } from './support/room-socket.ts'

const senders = 20
const each = 200
const waitMsMax = 40
const seed = seedOf()

const { parley, people, room } = await manyInARoom(senders)

it(`[R6 ORD4] ${each} pipelined by each of ${senders} while Postgres dawdles, people come, go and ask (seed ${seed})`, async () => {
  const random = seeded(seed)
  parley.postgres.delayMs = () => random() * waitMsMax
  const sockets = people.map(({ token }) => new RoomSocket(parley.url, room, token))
  await Promise.all(sockets.map((socket) => socket.welcome()))

  let isSending = true
  const asking = (async () => {
    while (isSending) {
      const asker = people[Math.floor(random() * senders)]!
      await asker.ask('GET', `/rooms/${room}/messages?limit=5`)
      await asker.ask('PUT', `/rooms/${room}/read`, { seq: 1 })
      const visitor = new RoomSocket(parley.url, room, asker.token)
      await visitor.welcome()
      await visitor.close()
    }
  })()
  for (let n = 0; n < each; n += 1) {
    sockets.forEach((socket, who) => {
      const body = `${who}:${n}`
      socket.send({ type: 'send', ref: n, id: newMessageId(), body })
    })
  }
  await Promise.all(
    sockets.map((socket) => socket.until((one) => one.type === 'ok' && one.ref === each - 1)),
  )
  isSending = false
  await asking

  const said = (await allSaid(people[0]!, room)).map(({ body }) => body)
  for (const who of people.keys()) {
    const own = said.filter((body) => body.startsWith(`${who}:`))
    expect(own).toEqual(Array.from({ length: each }, (_, n) => `${who}:${n}`))
  }
  for (const socket of sockets) await socket.close()
})
