// The client's engine on the real thing: the built Worker, its rooms, its limits and its death.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RoomId } from '../protocol/ids.ts'
import { Api } from '../web/client/api.ts'
import { openRoom } from '../web/store/open-room.ts'
import type { RoomStore } from '../web/store/room-store.ts'
import { FakeBrowser, type FakeTab } from './support/fake-browser.ts'
import { bodiesOf, isLive, isSettled, sessionOf, until } from './support/fake-person.ts'
import { type Parley, type Person, roomOf, signUp, startParley } from './support/parley.ts'

let parley: Parley

beforeAll(async () => {
  parley = await startParley()
})

afterAll(() => parley.stop())

function enter(person: Person, roomId: RoomId, tab: FakeTab): RoomStore {
  const session = sessionOf(person.id, person.token)
  const api = new Api({ token: session.token, origin: parley.url })
  const { host, tabs, kept, cache } = tab
  return openRoom({ api, session, userId: person.id, host, tabs, kept, cache }, roomId)
}

const openTab = () => new FakeBrowser().openTab(parley.url)

it('[CMP5 LIM2] thirty messages at once arrive in order, none failed', async () => {
  const ana = await signUp(parley, 'Ana')
  const store = enter(ana, await roomOf(ana), openTab())
  const bodies = Array.from({ length: 30 }, (_, n) => `message ${n}`)
  for (const body of bodies) store.send(body)
  await until(() => isSettled(store) && bodiesOf(store).length >= 30)
  expect(bodiesOf(store).filter((body) => bodies.includes(body))).toEqual(bodies)
  store.close()
})

it('[R7 SND3 CON4] talks both ways through outages and kills: each once, in order', async () => {
  const [ana, bo] = [await signUp(parley, 'Ana'), await signUp(parley, 'Bo')]
  const roomId = await roomOf(ana, [bo])
  const tabs = [openTab(), openTab()]
  const stores = [enter(ana, roomId, tabs[0]!), enter(bo, roomId, tabs[1]!)]
  await until(() => stores.every(isLive))

  const written: string[][] = [[], []]
  const write = (who: number) => {
    const body = `${who} says ${written[who]!.length}`
    written[who]!.push(body)
    stores[who]!.send(body)
  }
  for (let round = 0; round < 4; round += 1) {
    tabs[round % 2]!.network(false)
    for (const who of [0, 1, 0]) write(who)
    await parley.workerd.kill()
    write(1)
    await parley.workerd.start()
    tabs[round % 2]!.network(true)
    await until(() => stores.every((store) => isLive(store) && isSettled(store)))
  }
  const [hers, his] = stores.map((store) => store.model.value!.messages)
  expect(hers!.slice(-his!.length)).toEqual(his!.slice(-hers!.length))
  for (const [who, bodies] of written.entries()) {
    const shown = hers!.map(({ body }) => body).filter((body) => body.startsWith(`${who} says`))
    expect(shown).toEqual(bodies)
  }
  expect(stores.map(({ resyncs }) => resyncs.value)).toEqual([0, 0])
  for (const store of stores) store.close()
})
