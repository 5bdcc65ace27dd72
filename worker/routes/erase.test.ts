// A deleted room under wrangler's own harness, which shows what an object has left on its disk.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RoomId } from '../../protocol/ids.ts'
import { type Harness, startHarness } from '../../test/support/harness.ts'
import { messageId } from '../../test/support/ids.ts'
import { type Person, roomOf, signUp } from '../../test/support/parley.ts'

let harness: Harness
let ann: Person

beforeAll(async () => {
  harness = await startHarness()
  ann = await signUp(harness, 'Ann')
})

afterAll(() => harness.stop())

/** Evicted first: the tables are what a new instance finds, not what an old one remembers. */
async function tablesOf(name: RoomId): Promise<unknown[]> {
  const worker = harness.server.getWorker()
  await worker.evictDurableObject('ChatRoom', { name, webSockets: 'hibernate' })
  const storage = await worker.getDurableObjectStorage('ChatRoom', { name })
  return storage.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'")
}

it('[D-22] leaves nothing of it on the disk of its object', async () => {
  const room = await roomOf(ann)
  await ann.ask('POST', `/rooms/${room}/messages`, { id: messageId(1), body: 'Hi' })
  expect(await tablesOf(room)).not.toEqual([])

  expect((await ann.ask('DELETE', `/rooms/${room}`)).status).toBe(204)
  expect(await tablesOf(room)).toEqual([])
  expect((await ann.ask('GET', `/rooms/${room}`)).status).toBe(404)
  expect(await tablesOf(room)).toEqual([])
})
