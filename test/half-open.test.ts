// Connections that never finish asking: whoever may come in, comes in. In production the platform's edge
// stands in front; here it is the runtime itself. [S32]

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { ownParley } from './support/own-parley.ts'
import { roomOf, signUp } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const count = Number(process.env['HALF_OPEN'] ?? 500)
const { url } = await ownParley()
const ana = await signUp({ url }, 'Ana')
const room = await roomOf(ana)
const { hostname, port } = new URL(url)

const sockets: Socket[] = []
afterAll(() => {
  for (const socket of sockets) socket.destroy()
})

const upgrade = [
  `GET /api/v1/rooms/${room}/socket HTTP/1.1`,
  `host: ${hostname}:${port}`,
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
]

it(`[S32] ${count} half-open and tokenless upgrades keep no member waiting`, async () => {
  for (let n = 0; n < count; n += 1) {
    const socket = connect(Number(port), hostname)
    sockets.push(socket)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    // One in three says nothing, one half a head, one all of it but a token.
    if (n % 3 === 1) socket.write(upgrade.slice(0, 3).join('\r\n'))
    if (n % 3 === 2) socket.write(`${upgrade.join('\r\n')}\r\n\r\n`)
  }
  const startedAt = performance.now()
  const member = new RoomSocket(url, room, ana.token)
  await member.welcome()
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  await member.close()
}, 120_000)
