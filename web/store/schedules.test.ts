// Chaos by the seed: connections cut at any frame, tabs killed in any state, networks gone and back.

import { expect, it } from 'vitest'
import { Budgets } from '../../durable/budgets.ts'
import type { MessageRow } from '../../protocol/changes.ts'
import type { Command } from '../../protocol/commands.ts'
import type { UserId } from '../../protocol/ids.ts'
import { FakeBrowser, type FakeTab } from '../../test/support/fake-browser.ts'
import { enterRoom, isLive, isSettled, turn, until } from '../../test/support/fake-person.ts'
import { FakeRoom } from '../../test/support/fake-room.ts'
import { FakeServer } from '../../test/support/fake-server.ts'
import { newUserId } from '../../test/support/ids.ts'
import type { RoomStore } from './room-store.ts'

const schedules = Number(process.env['SCHEDULES'] ?? 200)
const firstSeed = Number(process.env['SEED'] ?? 1)
const atOnce = 40
const steps = 40
const cutsMax = 25

interface Seat {
  readonly person: number
  readonly browser: FakeBrowser
  readonly userId: UserId
  name: string
  tab: FakeTab
  store: RoomStore
  written: number
  /** No other tab reacts with it: what it said last is how it ends. */
  readonly emoji: string
  /** How what it did last to each message must end. */
  readonly due: Map<string, boolean>
}

const emojis = [...'🍵🌿🍎🍐🍊🍋🍌🍉🍇🍓🫐🍈🍒🍑🥭🍍🥥🥝🍅🥑🍆🥔🥕🌽🥒🥬🥦🧄🧅🥜']

/** Small, fast and the same everywhere. https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

class Schedule {
  readonly #random: () => number
  readonly #server: FakeServer
  readonly #seats: Seat[] = []
  readonly #written: string[] = []
  readonly #mayBeMissing = new Set<string>()
  readonly #marks: boolean // Marks go out every two seconds, so only a few schedules wait for them.
  #origin = ''
  #names = 0
  #cuts = cutsMax

  constructor(seed: number) {
    this.#random = mulberry32(seed)
    this.#marks = seed % 10 === 0
    const cuts = () => this.#cuts > 0 && this.#random() < 0.06 && this.#cuts-- > 0
    const budgets = new Budgets({ burst: 4, perSecond: 400 }, { burst: 8, perSecond: 600 })
    const refuses = (command: Command, userId: UserId) =>
      'seq' in command || command.type === 'send'
        ? budgets.spend(userId, Date.now(), command.type === 'send' ? command.id : null)
        : null
    const room = new FakeRoom({ pageRows: 4, snapshotRows: 6 })
    this.#server = new FakeServer({ room, cuts, refuses })
  }

  async run(): Promise<void> {
    this.#origin = await this.#server.listen()
    for (const person of [0, 1, 2]) this.#sit(person, new FakeBrowser(), newUserId())
    const [first] = this.#seats
    this.#sit(0, first!.browser, first!.userId) // A second tab of the first person.
    for (let step = 0; step < steps; step += 1) {
      await this.#step()
      for (let wait = this.#random() * 6; wait > 0; wait -= 1) await turn()
    }
    await this.#heal()
    this.#check()
    for (const { store } of this.#seats) store.close()
    this.#server.close()
  }

  #sit(person: number, browser: FakeBrowser, userId: UserId): void {
    const tab = browser.openTab(this.#origin)
    const emoji = emojis[this.#names % emojis.length]!
    const name = `${person}/${this.#names++}`
    const store = enterRoom(tab, this.#server, userId)
    const seat = { person, browser, userId, name, tab, store, emoji }
    this.#seats.push({ ...seat, written: 0, due: new Map() })
  }

  async #step(): Promise<void> {
    const seat = this.#seats[Math.floor(this.#random() * this.#seats.length)]!
    const dice = this.#random()
    if (dice < 0.4) this.#write(seat)
    else if (dice < 0.6) this.#touch(seat)
    else if (dice < 0.7) await this.#kill(seat)
    else if (dice < 0.8) seat.tab.network(false)
    else if (dice < 0.9) seat.tab.network(true)
    else if (dice < 0.95) this.#server.cutAll(1012)
    else if (isLive(seat.store)) void seat.store.loadOlder()
  }

  #write(seat: Seat): void {
    const body = `${seat.name}/${seat.written++}`
    this.#written.push(body)
    seat.store.send(body)
  }

  /** Reacts to any message, edits or deletes one of its own. */
  #touch({ name, store, emoji, due }: Seat): void {
    const rows = store.model.value?.messages ?? []
    const row = rows[Math.floor(this.#random() * rows.length)]
    if (!row) return
    const dice = this.#random()
    const isOwn = this.#server.room.firstSaid[row.seq - 1]?.startsWith(`${name}/`)
    if (this.#marks) store.markRead(row.seq)
    if (isOwn && dice < 0.2) {
      store.remove(row.seq)
      due.set(`${row.seq} gone`, true)
    } else if (isOwn && dice < 0.6) {
      const body = `edited ${this.#random()}`
      store.edit(row.seq, body)
      for (const key of due.keys()) if (key.startsWith(`${row.seq} edited`)) due.delete(key)
      due.set(`${row.seq} ${body}`, true)
    } else {
      const on = this.#random() < 0.6
      store.react(row.seq, emoji, on)
      due.set(`${row.seq} ${emoji}`, on)
    }
  }

  /** What had not reached the disk, nor the room, may be gone with the tab. Nothing else. */
  async #kill(seat: Seat): Promise<void> {
    seat.tab.crash()
    const key = `outbox/${seat.userId}/${this.#server.room.room.id}`
    const kept = ((await seat.browser.kept.get(key)) ?? []) as { body: string }[]
    const safe = new Set([...kept.map(({ body }) => body), ...this.#server.room.firstSaid])
    for (const body of this.#written)
      if (body.startsWith(`${seat.name}/`) && !safe.has(body)) this.#mayBeMissing.add(body)
    this.#seats.splice(this.#seats.indexOf(seat), 1)
    this.#sit(seat.person, seat.browser, seat.userId)
  }

  async #heal(): Promise<void> {
    this.#cuts = 0
    for (const { tab } of this.#seats) tab.network(true)
    const stores = this.#seats.map(({ store }) => store)
    await until(() => stores.every((store) => isLive(store) && isSettled(store)))
    await until(() => stores.every(({ pending }) => pending.value.size === 0))
    await this.#hearAll(stores)
  }

  /** The last flush, presence and marks are under way. */
  async #hearAll(stores: readonly RoomStore[]): Promise<void> {
    const { room } = this.#server
    const shown = () => stores.map(({ model }) => model.value?.messages ?? [])
    const isSame = (rows: readonly MessageRow[]) =>
      JSON.stringify(rows) === JSON.stringify(room.messages.slice(room.seq - rows.length))
    await until(() => shown().every((rows) => isSame(rows)))
    const online = new Set(this.#seats.map(({ userId }) => userId))
    await until(() => stores.every(({ presence }) => presence.value?.online?.size === online.size))
    if (!this.#marks) return
    for (const store of stores) if (room.seq > 0) store.markRead(room.seq)
    const read = () => stores.map(({ readSeq, unread }) => [readSeq.value, unread.value?.count])
    await until(() => read().every(([seq, count]) => seq === room.seq && count === 0))
    while (this.#seats.some(({ userId }) => (room.reads.get(userId) ?? 0) < room.seq)) await turn()
  }

  #checkDeeds({ userId, due, name }: Seat): void {
    for (const [key, isDue] of due) {
      const at = key.indexOf(' ')
      const row = this.#server.room.messages[Number(key.slice(0, at)) - 1]!
      const what = key.slice(at + 1)
      if (row.deletedAt !== null && what !== 'gone') continue
      expect(isSo(row, what, userId), `${name}: ${key}`).toBe(isDue)
    }
  }

  #check(): void {
    const { messages, firstSaid: bodies } = this.#server.room
    const due = this.#written.filter((body) => !this.#mayBeMissing.has(body))
    expect(new Set(bodies).size, 'each message once').toBe(bodies.length)
    expect(
      due.filter((body) => !bodies.includes(body)),
      'nothing lost',
    ).toEqual([])
    for (const name of new Set(bodies.map((body) => body.slice(0, body.lastIndexOf('/'))))) {
      const order = bodies.filter((body) => body.startsWith(`${name}/`))
      expect(order, 'in the order of writing').toEqual(order.toSorted(byNumber))
    }
    for (const seat of this.#seats) this.#checkDeeds(seat)
    for (const { store } of this.#seats) {
      const shown = store.model.value!.messages
      expect(shown).toEqual(messages.slice(messages.length - shown.length))
      expect(store.resyncs.value).toBe(0)
    }
  }
}

/** Unless the message is gone: that ends whatever was said of it. */
function isSo(row: MessageRow, what: string, userId: UserId): boolean {
  if (what === 'gone' || what.startsWith('edited '))
    return row.body === (what === 'gone' ? '' : what)
  return row.reactions[what]?.includes(userId) ?? false
}

const byNumber = (one: string, other: string) => numberOf(one) - numberOf(other)

const numberOf = (body: string) => Number(body.slice(body.lastIndexOf('/') + 1))

it(
  `[R7 R23 SND3 SND7 CMP3] each message once and in order, each deed as last said, in ${schedules} schedules`,
  async () => {
    for (let seed = firstSeed; seed < firstSeed + schedules; seed += atOnce) {
      const seeds = Array.from({ length: Math.min(atOnce, schedules) }, (_, n) => seed + n)
      const failed = (number: number) => (error: unknown) => {
        throw new Error(`SEED=${number} SCHEDULES=1`, { cause: error })
      }
      await Promise.all(seeds.map((number) => new Schedule(number).run().catch(failed(number))))
    }
  },
  120_000 + 1_000 * schedules,
)
