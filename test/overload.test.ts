// Twice what a room takes: the rest is told to wait, and nothing that was taken is lost. [R18, SOK16]

import { expect, it } from 'vitest'
import type { Refused, ServerFrame } from '../protocol/frames.ts'
import type { MessageId } from '../protocol/ids.ts'
import { orderGraceMs, roomCommandsPerSecond } from '../protocol/limits.ts'
import { newMessageId } from './support/ids.ts'
import { allSaid } from './support/kill-run.ts'
import { manyInARoom } from './support/own-parley.ts'
import { type Person, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const seconds = Number(process.env['OVERLOAD_SECONDS'] ?? 5)
/** A tenth of the real one: twice the whole is more than two shared cores can say and hear. */
const limitPerSecond = Number(process.env['OVERLOAD_LIMIT'] ?? roomCommandsPerSecond / 10)
const senders = 20
const everyMs = 50
/** As a person pasting: many more that are told to wait, and they would be closed for a flood. [LIM2] */
const aheadMax = 10

const { LIMIT_COMMANDS_BURST, LIMIT_COMMANDS_PER_SECOND } = wideLimits
const { parley, people, room } = await manyInARoom(senders, {
  ...{ LIMIT_COMMANDS_BURST, LIMIT_COMMANDS_PER_SECOND },
  LIMIT_ROOM_COMMANDS_PER_SECOND: String(limitPerSecond),
})

interface Draft {
  readonly ref: number
  readonly id: MessageId
  readonly body: string
}

/** Keeps many on the way. Told to wait, it waits, and then says again what was refused, or drops it. */
class Sender {
  readonly #socket: RoomSocket
  readonly #givesUp: boolean
  readonly #underWay = new Map<number, Draft>()
  #refused: Draft[] = []
  #waitUntil = 0
  readonly made: MessageId[] = []
  readonly kept: MessageId[] = []
  readonly refusals: Refused[] = []
  sent = 0

  constructor({ token }: Person, givesUp: boolean) {
    this.#givesUp = givesUp
    this.#socket = new RoomSocket(parley.url, room, token).listen((frame) => this.#hear(frame))
  }

  async isReady(): Promise<void> {
    await this.#socket.welcome()
  }

  /** Says again what was refused, once the rest is answered, and then up to so many new ones. */
  speak(count: number): void {
    if (Date.now() < this.#waitUntil) return
    if (this.#refused.length > 0 && this.#underWay.size > 0) return
    const again = this.#refused.sort((a, b) => a.ref - b.ref)
    this.#refused = []
    for (const draft of again) this.#send(draft)
    for (let n = 0; n < count && this.#underWay.size < aheadMax; n += 1) {
      const id = newMessageId()
      const ref = this.made.push(id)
      this.#send({ ref, id, body: `${ref}` })
    }
  }

  get isDone(): boolean {
    return this.#underWay.size === 0 && this.#refused.length === 0
  }

  get isClosed(): boolean {
    return this.#socket.isClosed
  }

  close(): Promise<void> {
    return this.#socket.close()
  }

  #send(draft: Draft): void {
    this.sent += 1
    this.#underWay.set(draft.ref, draft)
    this.#socket.send({ type: 'send', ...draft })
  }

  #hear(frame: ServerFrame): void {
    if (frame.type !== 'ok' && frame.type !== 'refused') return
    const draft = this.#underWay.get(frame.ref ?? 0)
    if (!draft) return
    this.#underWay.delete(draft.ref)
    if (frame.type === 'ok') return void this.kept.push(draft.id)
    this.refusals.push(frame)
    if (!this.#givesUp) this.#refused.push(draft)
    const graceMs = this.#givesUp ? orderGraceMs : 0 // Until then the room awaits what was dropped.
    this.#waitUntil = Math.max(this.#waitUntil, Date.now() + (frame.retryAfterMs ?? 0) + graceMs)
  }
}

it(`[R18 SOK16 ORD4] ${seconds} s of twice the limit: what is taken is kept in order, the rest had no effect`, async () => {
  const crowd = people.map((person, n) => new Sender(person, n % 4 === 0))
  await Promise.all(crowd.map((one) => one.isReady()))
  const startedAt = Date.now()
  const until = startedAt + seconds * 1_000
  const speaking = setInterval(() => {
    const dueEach = (2 * limitPerSecond * (Date.now() - startedAt)) / 1_000 / senders
    for (const one of crowd) one.speak(Date.now() < until ? dueEach - one.made.length : 0)
  }, everyMs)
  const allDone = () => Date.now() > until && crowd.every(({ isDone }) => isDone)
  await expect.poll(allDone, { timeout: (seconds + 40) * 1_000, interval: 100 }).toBe(true)
  clearInterval(speaking)

  const count = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0)
  const kept = crowd.flatMap((one) => one.kept)
  const refusals = crowd.flatMap((one) => one.refusals)
  expect(crowd.filter(({ isClosed }) => isClosed)).toEqual([])
  expect(kept.length + refusals.length).toBe(count(crowd.map(({ sent }) => sent)))
  // `rateLimited` is for those that wait behind one of their own that was shed. [ORD4]
  expect([...new Set(refusals.map(({ code }) => code))].sort()).toEqual(['busy', 'rateLimited'])
  expect(refusals.filter(({ retryAfterMs = 0 }) => retryAfterMs <= 0)).toEqual([])

  const history = (await allSaid(people[0]!, room)).map(({ id }) => id)
  expect([...history].sort()).toEqual([...kept].sort())
  for (const [n, one] of crowd.entries()) {
    const own = new Set<string>(one.made)
    const order = history.filter((id) => own.has(id))
    expect(order).toEqual(one.made.filter((id) => one.kept.includes(id)))
    if (n % 4 !== 0) expect(order).toEqual(one.made)
    await one.close()
  }
  console.log(`${seconds} s: ${kept.length} kept, ${refusals.length} told to wait`)
})
