// A receiver hears everything although the room's object is evicted between any two messages.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, startHarness } from './support/harness.ts'
import { newMessageId } from './support/ids.ts'
import { type Person, roomOf, signUp } from './support/parley.ts'
import { bodiesOf, type Receiver, says, startReceiver } from './support/receiver.ts'

let harness: Harness
let ana: Person
let receiver: Receiver

beforeAll(async () => {
  harness = await startHarness()
  ana = await signUp(harness, 'Ana')
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
  await harness.stop()
})

it('[HOK2] hears of every message once the object is awake again, in order', async () => {
  const room = await roomOf(ana)
  await ana.ask('POST', `/rooms/${room}/webhooks`, { url: receiver.url })
  const said: string[] = []
  for (let n = 1; n <= 4; n += 1) {
    const body = `Line ${n}`
    said.push(body)
    if (n === 3) receiver.answer = says(503)
    await ana.ask('POST', `/rooms/${room}/messages`, { id: newMessageId(), body })
    if (n % 2 === 1) await receiver.until(({ text }) => text.includes(body))
    await harness.server
      .getWorker()
      .evictDurableObject('ChatRoom', { name: room, webSockets: 'hibernate' })
  }
  receiver.answer = says(204)
  // An eviction at the moment of the alarm takes it along here: whoever comes next wakes the object.
  const comes = setInterval(() => void ana.ask('GET', `/rooms/${room}/messages`), 1_000)
  await receiver.until(({ text }) => text.includes('Line 4')).finally(() => clearInterval(comes))
  expect([...new Set(bodiesOf(receiver))]).toEqual(said)
})
