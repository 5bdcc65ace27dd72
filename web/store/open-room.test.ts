// A room as a person has it: real sockets that break, tabs that crash, and a fake room behind them.

import { effect, signal } from '@preact/signals'
import { afterEach, describe, expect, it } from 'vitest'
import { Budgets } from '../../durable/budgets.ts'
import type { UserId } from '../../protocol/ids.ts'
import { FakeBrowser, type FakeTab } from '../../test/support/fake-browser.ts'
import {
  bodiesOf,
  enterRoom,
  isLive,
  isSettled,
  sessionOf,
  turn,
  until,
} from '../../test/support/fake-person.ts'
import { FakeRoom } from '../../test/support/fake-room.ts'
import { FakeServer, type FakeServerParts } from '../../test/support/fake-server.ts'
import { newMessageId, newUserId } from '../../test/support/ids.ts'
import type { RoomStore } from './room-store.ts'
import type { SessionState } from './session.ts'

const opened: { close(): void }[] = []

afterEach(() => {
  for (const thing of opened.splice(0)) thing.close()
})

async function serve(parts: FakeServerParts = {}) {
  const server = new FakeServer(parts)
  opened.push(server)
  return { server, room: server.room, origin: await server.listen() }
}

function enter(tab: FakeTab, server: FakeServer, userId: UserId): RoomStore {
  const store = enterRoom(tab, server, userId)
  opened.push(store)
  return store
}

async function keptDrafts(browser: FakeBrowser, userId: UserId, { room }: FakeRoom) {
  const drafts = (await browser.kept.get(`outbox/${userId}/${room.id}`)) ?? []
  return (drafts as unknown[]).length
}

function enterSignedIn(tab: FakeTab, server: FakeServer, userId: UserId) {
  const session = signal<SessionState>(sessionOf(userId, userId).state.value)
  return { session, store: enterRoom(tab, server, userId, session) }
}

describe('one person, one tab', () => {
  it('[SND1 SOK1] shows a message at once, and the row in its place when it comes', async () => {
    const { server, origin } = await serve()
    const store = enter(new FakeBrowser().openTab(origin), server, newUserId())
    await until(() => isLive(store))
    const seen: string[] = []
    opened.push({
      close: effect(() => {
        seen.push(`${store.drafts.value.length} ${store.model.value?.messages.length}`)
      }),
    })
    store.send('  hello  ')
    expect(store.drafts.value).toMatchObject([{ body: 'hello', status: { state: 'waiting' } }])
    await until(() => bodiesOf(store).length === 1)
    expect([bodiesOf(store), store.drafts.value]).toEqual([['hello'], []])
    // Never both of them, never neither. [CMP2]
    expect([...new Set(seen)]).toEqual(['0 0', '1 0', '0 1'])
  })

  it('ignores blank text and fails what the room would refuse, keeping its text', async () => {
    const { server, origin } = await serve()
    const store = enter(new FakeBrowser().openTab(origin), server, newUserId())
    store.send(' \n ')
    store.send('x'.repeat(4_001))
    expect(store.drafts.value).toMatchObject([{ status: { state: 'failed', code: 'invalid' } }])
    store.discard(store.drafts.value[0]!.id)
    expect(store.drafts.value).toEqual([])
  })

  it('[CON1 CMP3] writes offline, reloads, comes back: each once, in order', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const first = browser.openTab(origin)
    const before = enter(first, server, ana)
    await until(() => isLive(before))
    first.network(false)
    expect(before.connection.value.face).toBe('offline')
    for (const body of ['one', 'two', 'three']) before.send(body)
    while ((await keptDrafts(browser, ana, room)) < 3) await turn()
    first.crash()

    const second = browser.openTab(origin)
    second.network(false)
    const after = enter(second, server, ana)
    await until(() => after.drafts.value.length === 3)
    expect(after.connection.value.face).not.toBe('live')
    second.network(true)
    await until(() => isSettled(after) && isLive(after))
    expect(room.messages.map(({ body }) => body)).toEqual(['one', 'two', 'three'])
    expect(bodiesOf(after)).toEqual(['one', 'two', 'three'])
  })

  it('[CMP5 LIM2] waits when told to, goes on by itself, and fails nothing', async () => {
    const budgets = new Budgets({ burst: 5, perSecond: 100 })
    const paces = (userId: UserId) => {
      const verdict = budgets.take(userId, Date.now())
      return verdict.verdict === 'wait' ? verdict.retryAfterMs : undefined
    }
    const { server, room, origin } = await serve({ paces })
    const store = enter(new FakeBrowser().openTab(origin), server, newUserId())
    const bodies = Array.from({ length: 30 }, (_, n) => `${n}`)
    for (const body of bodies) store.send(body)
    await until(() => isSettled(store) && bodiesOf(store).length === 30)
    expect(room.messages.map(({ body }) => body)).toEqual(bodies)
  })

  it('[SOK2] catches up in pages, and says so', async () => {
    const { server, room, origin } = await serve({ room: new FakeRoom({ pageRows: 100 }) })
    const [ana, bo] = [newUserId(), newUserId()]
    room.join(ana)
    const tab = new FakeBrowser().openTab(origin)
    const store = enter(tab, server, ana)
    await until(() => isLive(store))
    tab.network(false)
    for (let n = 0; n < 1_000; n += 1) room.send(bo, newMessageId(), `${n}`)
    room.edit(1, 'edited while away')
    const faces = new Set<string>()
    opened.push({ close: effect(() => void faces.add(store.connection.value.face)) })
    tab.network(true)
    await until(() => isLive(store))
    expect(store.model.value?.messages).toEqual(room.messages)
    expect([...faces]).toEqual(['offline', 'reconnecting', 'catchingUp', 'live'])
    expect(store.resyncs.value).toBe(0)
  })

  it('reads older pages up to the beginning', async () => {
    const { server, room, origin } = await serve()
    for (let n = 0; n < 120; n += 1) room.send(newUserId(), newMessageId(), `${n}`)
    const store = enter(new FakeBrowser().openTab(origin), server, newUserId())
    await until(() => isLive(store))
    expect(store.model.value).toMatchObject({ atBeginning: false })
    const page = store.loadOlder()
    expect(store.loadOlder()).toBe(page)
    expect(store.history.value).toBe('loading')
    await page
    expect(store.history.value).toBe('idle')
    expect(store.model.value?.messages).toHaveLength(100)
    await store.loadOlder()
    expect(store.model.value).toMatchObject({ atBeginning: true })
    expect(store.model.value?.messages).toEqual(room.messages)
  })

  it('shows the last visit at once, and goes on from its cursor', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    for (let n = 0; n < 9; n += 1) room.send(newUserId(), newMessageId(), `${n}`)
    const before = enter(browser.openTab(origin), server, ana)
    await until(() => isLive(before))
    before.close()
    room.edit(2, 'edited while away')

    const tab = browser.openTab(origin)
    tab.network(false)
    const after = enter(tab, server, ana)
    await until(() => after.model.value !== null)
    expect(bodiesOf(after)).toHaveLength(9)
    tab.network(true)
    await until(() => isLive(after))
    expect(after.model.value?.messages).toEqual(room.messages)
  })

  it('[SOK2] begins with the newest when too much has been said since the last visit', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana, bo] = [new FakeBrowser(), newUserId(), newUserId()]
    const before = enter(browser.openTab(origin), server, ana)
    await until(() => isLive(before))
    before.close()
    for (let n = 0; n < 1_001; n += 1) room.send(bo, newMessageId(), `${n}`)
    const tab = browser.openTab(origin)
    const after = enter(tab, server, ana)
    await until(() => isLive(after))
    expect(after.model.value?.messages).toEqual(room.messages.slice(-50))

    // A page that is merely cut off goes on, however much it missed.
    tab.network(false)
    for (let n = 0; n < 1_001; n += 1) room.send(bo, newMessageId(), `${n}`)
    tab.network(true)
    await until(() => isLive(after))
    expect(after.model.value?.messages).toEqual(room.messages.slice(-1_051))
  })

  it('[SOK13] keeps nothing of a room that one may not read', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const copyKey = `room/${ana}/${room.room.id}`
    const before = enter(browser.openTab(origin), server, ana)
    await until(() => isLive(before))
    before.close()
    expect(await browser.cache.get(copyKey)).toBeDefined()

    const store = enter(browser.openTab(origin), server, ana)
    await until(() => isLive(store))
    server.cutAll(4403)
    await until(() => store.connection.value.face === 'stopped')
    expect(store.model.value).toBeNull()
    store.close()
    expect(await browser.cache.get(copyKey)).toBeUndefined()
  })

  it('keeps no copy for somebody who has signed out', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const tab = browser.openTab(origin)
    const { session, store } = enterSignedIn(tab, server, ana)
    opened.push(store)
    await until(() => isLive(store))
    session.value = { state: 'signedOut' }
    store.close()
    expect(await browser.cache.get(`room/${ana}/${room.room.id}`)).toBeUndefined()
  })
})

describe('one person, several tabs', () => {
  it('[CMP3] shows a draft in all, sends it from one, and once', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const stores = [1, 2, 3].map(() => enter(browser.openTab(origin), server, ana))
    await until(() => stores.every(isLive))
    const bodies = Array.from({ length: 9 }, (_, n) => `${n}`)
    for (const [n, body] of bodies.entries()) stores[n % 3]!.send(body)
    await until(() => stores.every((store) => isSettled(store) && bodiesOf(store).length === 9))
    expect(room.messages.map(({ body }) => body).sort()).toEqual(bodies)
  })

  it('[CMP2] turns a draft into its row without a flicker in the other tab, too', async () => {
    const { server, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const tabs = [browser.openTab(origin), browser.openTab(origin)]
    const [here, there] = tabs.map((tab) => enter(tab, server, ana))
    await until(() => isLive(here!) && isLive(there!))
    const seen: number[] = []
    const watch = effect(() => {
      seen.push(there!.drafts.value.length + bodiesOf(there!).length)
    })
    opened.push({ close: watch })
    tabs[1]!.network(false)
    here!.send('hello')
    await until(() => isSettled(here!) && bodiesOf(here!).length === 1)
    while ((await keptDrafts(browser, ana, server.room)) > 0) await turn()
    await turn()
    expect(there!.drafts.value).toMatchObject([{ body: 'hello', status: { state: 'sending' } }])
    tabs[1]!.network(true)
    await until(() => isSettled(there!) && bodiesOf(there!).length === 1)
    expect([...new Set(seen)]).toEqual([0, 1])
  })

  it('sends what a tab wrote to the disk as its last act, telling nobody', async () => {
    const { server, room, origin } = await serve()
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const doomed = browser.openTab(origin)
    const first = enter(doomed, server, ana)
    const second = enter(browser.openTab(origin), server, ana)
    await until(() => isLive(first) && isLive(second))
    const draft = { id: newMessageId(), body: 'last words', createdAt: 0 }
    await browser.kept.set(`outbox/${ana}/${room.room.id}`, [draft])
    doomed.crash()
    await until(() => bodiesOf(second).length === 1)
    expect(room.messages).toMatchObject([{ id: draft.id, body: 'last words' }])
  })

  it('sends what a crashed tab left behind', async () => {
    const { server, room, origin } = await serve({ paces: () => (blocked ? 1 : undefined) })
    let blocked = true
    const [browser, ana] = [new FakeBrowser(), newUserId()]
    const doomed = browser.openTab(origin)
    const first = enter(doomed, server, ana)
    const second = enter(browser.openTab(origin), server, ana)
    await until(() => isLive(first) && isLive(second))
    first.send('left behind')
    await until(() => second.drafts.value.length === 1)
    blocked = false
    doomed.crash()
    await until(() => isSettled(second) && bodiesOf(second).length === 1)
    expect(room.messages.map(({ body }) => body)).toEqual(['left behind'])
  })
})
