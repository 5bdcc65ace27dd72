// Access that was taken away is gone with the answer: under load, again and again. [S4]

import { expect, it } from 'vitest'
import type { ServerFrame } from '../protocol/frames.ts'
import { newMessageId } from './support/ids.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { type Person, roomOf, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const trials = Number(process.env['TRIALS'] ?? 20)

/** How long a socket may stay open after access was taken away. [SOK13] */
const closedWithinMs = 1_000

const parley = await ownParley({ vars: wideLimits })
const [owner, talker, outcast] = await signUpAll(parley, 'Olga', 'Tom', 'Otto')
const room = await roomOf(owner, [talker])

/** A member who says something every ten milliseconds until told to stop. */
function talk(person: Person): { stop: () => Promise<void> } {
  const socket = new RoomSocket(parley.url, room, person.token)
  const timer = setInterval(() => {
    if (socket.socket.readyState !== socket.socket.OPEN) return
    socket.send({ type: 'send', ref: 1, id: newMessageId(), body: `${person.name} talks` })
  }, 10)
  return {
    stop: async () => {
      clearInterval(timer)
      await socket.close()
    },
  }
}

const isChanges = ({ type }: ServerFrame) => type === 'changes'

/** The rev under which the others saw somebody go; a snapshot may tell of earlier times. */
async function revOfRemoval(witness: RoomSocket, event: 'banned' | 'removed'): Promise<number> {
  const { rev: before } = await witness.welcome()
  const frame = await witness.until(
    (one) =>
      one.type === 'changes' &&
      one.messages.some(({ notice, rev }) => notice?.event === event && rev > before),
  )
  const rows = frame.type === 'changes' ? frame.messages : []
  return Number(rows.findLast(({ notice }) => notice?.event === event)?.rev)
}

it(
  `[S4 SOK13 V-6] ${trials} times banned or removed under load: no frame in or out after it`,
  async () => {
    const talking = [talk(talker), talk(owner)]
    const late: string[] = []
    const slowMs: number[] = []
    for (let n = 0; n < trials; n += 1) {
      await outcast.ask('POST', `/rooms/${room}/join`, {})
      const witness = new RoomSocket(parley.url, room, owner.token)
      const sockets = [1, 2].map(() => new RoomSocket(parley.url, room, outcast.token))
      await Promise.all([witness, ...sockets].map((socket) => socket.until(isChanges)))

      const isBan = n % 2 === 0
      const banned = isBan
        ? owner.ask('PUT', `/rooms/${room}/bans/${outcast.id}`, {})
        : owner.ask('DELETE', `/rooms/${room}/members/${outcast.id}`)
      const typing = setInterval(() => {
        for (const { socket } of sockets) {
          const send = { type: 'send', ref: 9, id: newMessageId(), body: `Too late ${n}` }
          if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(send))
        }
      }, 5)
      expect((await banned).status).toBe(204)
      const acknowledgedAt = Date.now()
      const head = await owner.ask<{ last: number }>('GET', `/rooms/${room}/messages?limit=1`)
      const closes = await Promise.all(sockets.map((socket) => socket.closed))
      slowMs.push(Date.now() - acknowledgedAt)
      clearInterval(typing)
      expect(closes.map(({ code }) => code)).toEqual([4403, 4403])

      const rev = await revOfRemoval(witness, isBan ? 'banned' : 'removed')
      for (const { changes } of sockets) {
        for (const { to } of changes) if (to >= rev) late.push(`trial ${n}: told ${to} of ${rev}`)
      }
      const since = `/rooms/${room}/messages?after=${head.body.last}&limit=100`
      const { body } = await owner.ask<{ messages: { body: string; seq: number }[] }>('GET', since)
      for (const { seq, body: said } of body.messages) {
        if (said === `Too late ${n}`) late.push(`trial ${n}: said ${seq}`)
      }
      expect((await outcast.ask('GET', `/rooms/${room}/messages`)).status).toBe(403)
      expect((await outcast.ask('GET', `/rooms/${room}/search?query=late`)).status).toBe(403)
      const again = await outcast.ask('POST', `/rooms/${room}/join`, {})
      expect(again.status).toBe(isBan ? 403 : 200)
      if (isBan) await owner.ask('DELETE', `/rooms/${room}/bans/${outcast.id}`)
      await witness.close()
    }
    for (const one of talking) await one.stop()
    expect(late).toEqual([])
    expect(slowMs.filter((ms) => ms > closedWithinMs)).toEqual([])
  },
  60_000 + trials * 1_500,
)
