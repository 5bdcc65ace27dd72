// A server that dies under many clients: they come back by and by, all of them, and nothing is lost.

import { expect, it } from 'vitest'
import type { RoomId } from '../protocol/ids.ts'
import { Api } from '../web/client/api.ts'
import { browserHost } from '../web/client/host.ts'
import { openRoom } from '../web/store/open-room.ts'
import type { RoomStore } from '../web/store/room-store.ts'
import { FakeBrowser } from './support/fake-browser.ts'
import { sessionOf, until } from './support/fake-person.ts'
import { newMessageId } from './support/ids.ts'
import { type Person, roomOf, signUp, startParley, wideLimits } from './support/parley.ts'

const rooms = Number(process.env['STORM_ROOMS'] ?? 3)
const people = 10
const tabs = 10

/** All of them are back within this, of which a first retry may take five seconds. [CON5] */
const backWithinMs = 10_000

it(`[P24 R12 R7 SOK4] ${rooms * people * tabs} clients cut at once come back by and by, and miss nothing`, async () => {
  const parley = await startParley({ vars: wideLimits })
  const members: Person[] = []
  for (let n = 0; n < people; n += 1) members.push(await signUp(parley, `Member${n}`))
  const [owner] = members as [Person]
  const roomIds: RoomId[] = []
  for (let n = 0; n < rooms; n += 1) roomIds.push(await roomOf(owner, members.slice(1)))

  let triedAt: number[] = []
  const enter = (person: Person, roomId: RoomId): RoomStore => {
    const { tabs: own, kept, cache } = new FakeBrowser().openTab(parley.url)
    const host = {
      ...browserHost(parley.url),
      open: (url: string, protocols: string[]) => {
        triedAt.push(Date.now())
        return new WebSocket(url, protocols)
      },
    }
    const session = sessionOf(person.id, person.token)
    const api = new Api({ token: session.token, origin: parley.url })
    return openRoom({ api, session, userId: person.id, host, tabs: own, kept, cache }, roomId)
  }
  const stores = roomIds.flatMap((roomId) =>
    members.flatMap((person) => Array.from({ length: tabs }, () => enter(person, roomId))),
  )
  const areLive = () => stores.every(({ connection }) => connection.value.face === 'live')
  await until(areLive)

  await parley.workerd.kill()
  const cutAt = Date.now()
  triedAt = []
  await parley.workerd.start()
  for (const roomId of roomIds) {
    const body = { id: newMessageId(), body: 'While you were away' }
    expect((await owner.ask('POST', `/rooms/${roomId}/messages`, body)).status).toBe(201)
  }
  await until(() => areLive() && stores.every(hasHeard))
  expect(Date.now() - cutAt).toBeLessThan(backWithinMs)

  const firsts = triedAt.slice(0, stores.length).map((at) => Math.floor((at - cutAt) / 1_000))
  const busiest = Math.max(...firsts.map((second) => firsts.filter((one) => one === second).length))
  expect(busiest / stores.length).toBeLessThanOrEqual(0.3)
  expect(stores.filter(({ resyncs }) => resyncs.value > 0)).toEqual([])
  for (const store of stores) store.close()
  await parley.stop()
})

const hasHeard = ({ model }: RoomStore) =>
  model.value?.messages.at(-1)?.body === 'While you were away'
