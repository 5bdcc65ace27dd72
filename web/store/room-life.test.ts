// What people do in a room beside writing, over real sockets and a fake room behind them.

import { afterEach, describe, expect, it } from 'vitest'
import type { Command } from '../../protocol/commands.ts'
import { refusal } from '../../protocol/failures.ts'
import type { UserId } from '../../protocol/ids.ts'
import { FakeBrowser, type FakeTab } from '../../test/support/fake-browser.ts'
import { enterRoom, isLive, isSettled, turn, until } from '../../test/support/fake-person.ts'
import { FakeRoom } from '../../test/support/fake-room.ts'
import { FakeServer, type FakeServerParts } from '../../test/support/fake-server.ts'
import { newMessageId, newUserId, seq } from '../../test/support/ids.ts'
import type { RoomStore } from './room-store.ts'

const opened: { close(): void }[] = []

afterEach(() => {
  for (const thing of opened.splice(0)) thing.close()
})

const [ana, bo] = [newUserId(), newUserId()]

async function serve(parts: FakeServerParts = {}) {
  const room = new FakeRoom()
  room.join(ana)
  room.join(bo, 'joined', 'Bo')
  room.send(bo, newMessageId(), 'hello')
  const server = new FakeServer({ room, ...parts })
  opened.push(server)
  return { server, room, origin: await server.listen() }
}

async function enter(server: FakeServer, origin: string, userId: UserId, tab?: FakeTab) {
  const store = enterRoom(tab ?? new FakeBrowser().openTab(origin), server, userId)
  opened.push(store)
  await until(() => isLive(store) && store.presence.value !== null)
  return store
}

const firstOf = (store: RoomStore) => store.model.value?.messages[0]
const heard = (server: FakeServer, type: Command['type']) =>
  server.heard.filter((command) => command.type === type)

describe('deeds', () => {
  it('[SOK6 SND6 SND7] shows them when their change comes, and waits for it in sight', async () => {
    const { server, origin } = await serve()
    const store = await enter(server, origin, ana)
    store.edit(seq(1), ' better ')
    store.react(seq(1), '🍵', true)
    expect([...store.pending.value]).toEqual([1])
    expect(firstOf(store)?.body).toBe('hello')
    await until(() => store.pending.value.size === 0)
    expect(firstOf(store)).toMatchObject({ body: 'better', reactions: { '🍵': [ana] } })
    store.remove(seq(1))
    await until(() => firstOf(store)?.deletedAt !== null)
    expect(firstOf(store)).toMatchObject({ body: '', reactions: {} })
  })

  it('[CMP5] waits when told to, and goes on by itself', async () => {
    let isBusy = true
    const refuses = ({ type }: Command) => {
      const refused = type === 'react' && isBusy
      isBusy = false
      return refused ? refusal('busy', '', 5) : null
    }
    const { server, room, origin } = await serve({ refuses })
    const store = await enter(server, origin, ana)
    store.react(seq(1), '🍵', true)
    await until(() => store.pending.value.size === 0)
    expect([room.messages[0]?.reactions, store.mishap.value]).toEqual([{ '🍵': [ana] }, null])
    expect(heard(server, 'react')).toHaveLength(2)
  })

  it('[CMP4] says what the room would not do, and what it never could', async () => {
    const refuses = ({ type }: Command) => (type === 'edit' ? refusal('editClosed') : null)
    const { server, origin } = await serve({ refuses })
    const store = await enter(server, origin, ana)
    store.edit(seq(1), 'too late')
    await until(() => store.mishap.value !== null)
    expect(store.mishap.value).toMatchObject({ deed: { body: 'too late' }, code: 'editClosed' })
    store.forgetMishap()
    expect(store.mishap.value).toBeNull()
    store.edit(seq(1), '  ')
    expect(store.mishap.value).toMatchObject({ code: 'invalid' })
    expect(heard(server, 'edit')).toHaveLength(1)
  })

  it('[SND3] is done once the network is back', async () => {
    const { server, room, origin } = await serve()
    const tab = new FakeBrowser().openTab(origin)
    const store = await enter(server, origin, ana, tab)
    tab.network(false)
    store.react(seq(1), '🍵', true)
    tab.network(true)
    await until(() => store.pending.value.size === 0 && isLive(store))
    expect(room.messages[0]?.reactions).toEqual({ '🍵': [ana] })
  })

  it('[SND5] sends what a message answers and whom it calls, through the outbox', async () => {
    const { server, room, origin } = await serve()
    const store = await enter(server, origin, ana)
    store.send('@Bo yes', { replyTo: seq(1), mentions: [bo] })
    expect(store.drafts.value).toMatchObject([{ replyTo: 1, mentions: [bo] }])
    await until(() => isSettled(store) && store.model.value?.messages.length === 2)
    expect(room.messages[1]).toMatchObject({ body: '@Bo yes', replyTo: 1, mentions: [bo] })
  })
})

describe('signs', () => {
  it('[SOK9] knows who is here', async () => {
    const { server, origin } = await serve()
    const store = await enter(server, origin, ana)
    const other = await enter(server, origin, bo)
    await until(() => store.presence.value?.count === 2)
    expect(store.presence.value?.online).toEqual(new Set([ana, bo]))
    other.close()
    await until(() => store.presence.value?.count === 1)
    expect(store.presence.value?.online).toEqual(new Set([ana]))
  })

  it('[SOK10] tells typing once in three seconds, and takes it back when the box is empty', async () => {
    const { server, origin } = await serve()
    const store = await enter(server, origin, ana)
    const other = await enter(server, origin, bo)
    for (let n = 0; n < 5; n += 1) other.type(true)
    await until(() => store.typing.value.length === 1)
    expect([store.typing.value, other.typing.value]).toEqual([[bo], []])
    other.type(false)
    await until(() => store.typing.value.length === 0)
    other.type(false)
    expect(heard(server, 'typing')).toEqual([true, false].map((on) => ({ type: 'typing', on })))
  })

  it('[SOK10] forgets who typed when their message is here, and with the connection', async () => {
    const { server, origin } = await serve()
    const tab = new FakeBrowser().openTab(origin)
    const store = await enter(server, origin, ana, tab)
    const other = await enter(server, origin, bo)
    other.type(true)
    await until(() => store.typing.value.length === 1)
    other.send('done')
    await until(() => store.model.value?.messages.length === 2)
    expect(store.typing.value).toEqual([])
    server.tellAll({ type: 'typing', userId: bo, on: true })
    await until(() => store.typing.value.length === 1)
    tab.network(false)
    expect(store.typing.value).toEqual([])
  })

  it('[SOK13] says nothing of typing while muted', async () => {
    const { server, room, origin } = await serve()
    room.mute(ana, Date.now() + 60_000)
    const store = await enter(server, origin, ana)
    store.type(true)
    await turn()
    expect(heard(server, 'typing')).toEqual([])
  })

  it('[SND8] counts what is unread, on every device of one person', async () => {
    const { server, room, origin } = await serve()
    const [here, there] = [await enter(server, origin, ana), await enter(server, origin, ana)]
    expect(here.unread.value).toEqual({ count: 1, mentions: 0, isExact: true })
    here.markRead(seq(1))
    expect(here.unread.value?.count).toBe(0)
    await until(() => there.unread.value?.count === 0)
    expect([room.reads.get(ana), there.readSeq.value]).toEqual([1, 1])
    server.tellAll({ type: 'reads', reads: [{ userId: bo, seq: seq(1) }] })
    await until(() => here.reads.value.get(bo) === 1)
    server.tellAll({ type: 'reads', reads: [{ userId: bo, seq: seq(0) }] })
    server.tellAll({ type: 'reads', reads: [{ userId: ana, seq: seq(1) }] })
    await turn()
    expect(here.reads.value.get(bo)).toBe(1)
  })

  it('[SND8] tells what was read just before one goes', async () => {
    const { server, room, origin } = await serve()
    const store = await enter(server, origin, ana)
    store.markRead(seq(1))
    room.send(bo, newMessageId(), 'more')
    server.flush()
    await until(() => store.model.value?.messages.length === 2)
    store.markRead(seq(2))
    store.close()
    while (room.reads.get(ana) !== 2) await turn()
  })
})

it('[LIM2 CMP5] slow mode keeps the next message back, and says until when', async () => {
  const { server, room, origin } = await serve()
  room.slowDown(1)
  const store = await enter(server, origin, ana)
  const beganMs = Date.now()
  for (const body of ['one', 'two']) store.send(body)
  await until(() => store.slowUntilMs.value > 0)
  expect(store.slowUntilMs.value).toBeGreaterThan(beganMs)
  await until(() => isSettled(store) && store.model.value?.messages.length === 3)
  expect(Date.now() - beganMs).toBeGreaterThanOrEqual(1_000)
})

it('[R21] takes an old copy of a room, without what rooms have since learnt, for none', async () => {
  const { server, room, origin } = await serve()
  const browser = new FakeBrowser()
  const before = await enter(server, origin, ana, browser.openTab(origin))
  before.close()
  const key = `room/${ana}/${room.room.id}`
  const copy = (await browser.cache.get(key)) as { messages: Record<string, unknown>[] }
  const messages = copy.messages.map(({ reactions: _, ...row }) => row)
  await browser.cache.set(key, { ...copy, messages })
  const store = await enter(server, origin, ana, browser.openTab(origin))
  expect(store.model.value?.messages).toEqual(room.messages)
})
