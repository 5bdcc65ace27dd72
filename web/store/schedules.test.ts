// Chaos by the seed: connections cut at any frame, tabs killed in any state, networks gone and back.

import { expect, it } from 'vitest'
import type { UserId } from '../../protocol/ids.ts'
import { FakeBrowser, type FakeTab } from '../../test/support/fake-browser.ts'
import {
  bodiesOf,
  enterRoom,
  isLive,
  isSettled,
  turn,
  until,
} from '../../test/support/fake-person.ts'
import { FakeRoom } from '../../test/support/fake-room.ts'
import { FakeServer } from '../../test/support/fake-server.ts'
import { newUserId } from '../../test/support/ids.ts'
import type { RoomStore } from './room-store.ts'

const schedules = Number(process.env['SCHEDULES'] ?? 200)
const firstSeed = Number(process.env['SEED'] ?? 1)
const atOnce = 20
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
}

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
  #origin = ''
  #names = 0
  #cuts = cutsMax

  constructor(seed: number) {
    this.#random = mulberry32(seed)
    const cuts = () => this.#cuts > 0 && this.#random() < 0.06 && this.#cuts-- > 0
    this.#server = new FakeServer({ room: new FakeRoom({ pageRows: 4, snapshotRows: 6 }), cuts })
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
    const name = `${person}/${this.#names++}`
    const store = enterRoom(tab, this.#server, userId)
    this.#seats.push({ person, browser, userId, name, tab, store, written: 0 })
  }

  async #step(): Promise<void> {
    const seat = this.#seats[Math.floor(this.#random() * this.#seats.length)]!
    const dice = this.#random()
    if (dice < 0.6) this.#write(seat)
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

  /** What had not reached the disk, nor the room, may be gone with the tab. Nothing else. */
  async #kill(seat: Seat): Promise<void> {
    seat.tab.crash()
    const key = `outbox/${seat.userId}/${this.#server.room.room.id}`
    const kept = ((await seat.browser.kept.get(key)) ?? []) as { body: string }[]
    const safe = new Set([...kept, ...this.#server.room.messages].map(({ body }) => body))
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
    const last = this.#server.room.messages.at(-1)?.body ?? ''
    await until(() => stores.every((store) => (bodiesOf(store).at(-1) ?? '') === last))
  }

  #check(): void {
    const { messages } = this.#server.room
    const bodies = messages.map(({ body }) => body)
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
    for (const { store } of this.#seats) {
      const shown = store.model.value!.messages
      expect(shown).toEqual(messages.slice(messages.length - shown.length))
      expect(store.resyncs.value).toBe(0)
    }
  }
}

const byNumber = (one: string, other: string) => numberOf(one) - numberOf(other)

const numberOf = (body: string) => Number(body.slice(body.lastIndexOf('/') + 1))

it(`[R7 R23 SND3 CMP3] each message once and in order, in ${schedules} schedules`, async () => {
  for (let seed = firstSeed; seed < firstSeed + schedules; seed += atOnce) {
    const seeds = Array.from({ length: Math.min(atOnce, schedules) }, (_, n) => seed + n)
    const failed = (number: number) => (error: unknown) => {
      throw new Error(`SEED=${number} SCHEDULES=1`, { cause: error })
    }
    await Promise.all(seeds.map((number) => new Schedule(number).run().catch(failed(number))))
  }
}, 60_000)
