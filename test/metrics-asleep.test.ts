// What happens to a room whose object sleeps is counted like anything else.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, startHarness } from './support/harness.ts'
import { readOpenMetrics } from './support/openmetrics.ts'
import { type Person, roomOf, signUp } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const token = randomBytes(24).toString('base64url')
let harness: Harness
let ana: Person

beforeAll(async () => {
  harness = await startHarness({ METRICS_TOKEN: token, METER_DELAY_MS: '20' })
  ana = await signUp(harness, 'Ana')
})
afterAll(() => harness.stop())

async function closed(code: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${harness.url}/api/v1/metrics`, { headers })
  const { samples = [] } = readOpenMetrics(await response.text()).get('parley_sockets_closed') ?? {}
  return samples.find(({ labels }) => labels['code'] === code)?.value ?? 0
}

it('[OPS1 SOK11] a socket that ends while the object is asleep counts as ended, once', async () => {
  const room = await roomOf(ana)
  const socket = new RoomSocket(harness.url, room, ana.token)
  await socket.welcome()
  await harness.server
    .getWorker()
    .evictDurableObject('ChatRoom', { name: room, webSockets: 'hibernate' })
  socket.socket.close(1000)
  await socket.closed
  await expect.poll(() => closed('1000'), { timeout: 10_000 }).toBe(1)
})
