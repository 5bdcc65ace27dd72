// The client's engine on the real thing: the built Worker, its rooms, its limits and its death.

import { expect, it } from 'vitest'
import type { History } from '../protocol/api/messages.ts'
import type { RoomId } from '../protocol/ids.ts'
import { Api } from '../web/client/api.ts'
import { openRoom } from '../web/store/open-room.ts'
import type { RoomStore } from '../web/store/room-store.ts'
import { FakeBrowser, type FakeTab } from './support/fake-browser.ts'
import { bodiesOf, isLive, isSettled, sessionOf, until } from './support/fake-person.ts'
import { ownParley } from './support/own-parley.ts'
import { type Person, roomOf, signUp } from './support/parley.ts'

const parley = await ownParley()

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

it('[P24 D-16 R7 SND3 CON4] talks both ways through outages and kills: each once, in order', async () => {
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

it('[SOK5 SOK6 SND7] edits, reacts, deletes and reads through kills: both see what the room has', async () => {
  const [ana, bo] = [await signUp(parley, 'Ana'), await signUp(parley, 'Bo')]
  const roomId = await roomOf(ana, [bo])
  const stores = [enter(ana, roomId, openTab()), enter(bo, roomId, openTab())]
  const [hers, his] = [stores[0]!, stores[1]!]
  await until(() => stores.every(isLive))
  for (const body of ['one', 'two', 'three']) hers.send(body)
  await until(() => stores.every((store) => bodiesOf(store).includes('three')))
  const [one, two, three] = ['one', 'two', 'three'].map(
    (said) => his.model.value!.messages.find(({ body }) => body === said)!.seq,
  )

  const ends = (ok: (store: RoomStore) => boolean) =>
    until(() =>
      stores.every((store) => isLive(store) && store.pending.value.size === 0 && ok(store)),
    )
  for (const round of [1, 2, 3]) {
    hers.edit(one!, `one, ${round}`, [bo.id])
    his.react(two!, '🍵', true)
    hers.react(two!, '🌿', round % 2 === 1)
    await parley.workerd.kill()
    await parley.workerd.start()
    await ends((store) => bodiesOf(store).includes(`one, ${round}`))
  }
  his.send('yes', { replyTo: one!, mentions: [ana.id] })
  hers.remove(three!)
  await ends((store) => bodiesOf(store).includes('yes') && !bodiesOf(store).includes('three'))

  const history = await ana.ask<History>('GET', `/rooms/${roomId}/messages`)
  for (const { model, resyncs } of stores) {
    expect(model.value!.messages.slice(-4)).toEqual(history.body.messages.slice(-4))
    expect(resyncs.value).toBe(0)
  }
  const rowAt = (seq: number) => hers.model.value!.messages.find((row) => row.seq === seq)
  expect(rowAt(one!)).toMatchObject({ body: 'one, 3', mentions: [bo.id] })
  expect(rowAt(two!)?.reactions).toEqual({ '🍵': [bo.id], '🌿': [ana.id] })
  expect(rowAt(three!)).toMatchObject({ body: '', reactions: {} })
  expect(hers.model.value!.messages.at(-1)).toMatchObject({ replyTo: one, mentions: [ana.id] })
  for (const store of stores) store.close()
})

it('[SOK9 SOK10 SND8] sees who is here, who types, and how far others have read', async () => {
  const [ana, bo] = [await signUp(parley, 'Ana'), await signUp(parley, 'Bo')]
  const roomId = await roomOf(ana, [bo])
  const [hers, his] = [enter(ana, roomId, openTab()), enter(bo, roomId, openTab())]
  await until(() => isLive(hers) && isLive(his))
  await until(() => hers.presence.value?.count === 2)
  expect(hers.presence.value?.online).toEqual(new Set([ana.id, bo.id]))

  his.type(true)
  await until(() => hers.typing.value.includes(bo.id))
  his.send('hello')
  await until(() => bodiesOf(hers).includes('hello'))
  expect(hers.typing.value).toEqual([])

  const { seq } = hers.model.value!.messages.at(-1)!
  expect(hers.unread.value).toMatchObject({ count: 1, isExact: true })
  hers.markRead(seq)
  await until(() => his.reads.value.get(ana.id) === seq)
  expect(hers.unread.value).toMatchObject({ count: 0 })
  for (const store of [hers, his]) store.close()
})
