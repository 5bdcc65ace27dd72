// Writers under fire: the runtime is killed again and again while eight people write. [R1]

import type { RoomId } from '../../protocol/ids.ts'
import { type Person, roomOf, signUp, startParley, wideLimits } from './parley.ts'
import { seeded } from './random.ts'
import { Promises, Writer } from './writer.ts'

export interface KillRun {
  readonly acknowledged: number
  /** From each kill's new start to the first message taken, in milliseconds. [R26] */
  readonly backAfterMs: readonly number[]
  readonly violations: readonly string[]
}

/**
 * Stops at the first violation. On a slow machine it goes on beyond `kills`, to four times as many,
 * until so many messages are `acknowledged`. `bundle` is the Worker under test.
 */
export async function runKills(options: {
  kills: number
  acknowledged?: number
  seed: number
  writers?: number
  bundle?: string
}): Promise<KillRun> {
  const { kills, acknowledged = 0, seed, writers: count = 8, bundle } = options
  const random = seeded(seed)
  const parley = await startParley({ vars: wideLimits, ...(bundle !== undefined && { bundle }) })
  try {
    const people: Person[] = []
    for (let n = 0; n < count; n += 1) people.push(await signUp(parley, `Writer${n}`))
    const room = await roomOf(people[0]!, people.slice(1))
    const promises = new Promises()
    const shared = { room, url: parley.url, promises, wanted: Number.POSITIVE_INFINITY }
    const writers = people.map((person) => new Writer({ person, ...shared }))

    const backAfterMs: number[] = []
    await Promise.all(writers.map((writer) => writer.connect()))
    const isEnough = (n: number) =>
      n >= 4 * kills || (n >= kills && promises.acknowledged.size >= acknowledged)
    for (let n = 0; !isEnough(n) && promises.violations.length === 0; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50 + random() * 250))
      await parley.workerd.kill()
      await Promise.all(writers.map((writer) => writer.gone()))
      const startedAt = Date.now()
      await parley.workerd.start()
      await Promise.all(writers.map((writer) => writer.connect()))
      await Promise.race(writers.map((writer) => writer.nextOk()))
      backAfterMs.push(Date.now() - startedAt)
    }
    for (const writer of writers) writer.stop()
    promises.compare(await wholeHistory(people[0]!, room))
    return {
      acknowledged: promises.acknowledged.size,
      backAfterMs,
      violations: promises.violations,
    }
  } finally {
    await parley.stop()
  }
}

type Row = { seq: number; id: string; body: string; kind: string }

/** What people wrote in the room. */
export async function allSaid(person: Person, room: RoomId): Promise<Row[]> {
  return (await wholeHistory(person, room)).filter(({ kind }) => kind === 'message')
}

/** Every message and notice of the room, read page by page over HTTP. */
export async function wholeHistory(person: Person, room: RoomId): Promise<Row[]> {
  const all: Row[] = []
  for (;;) {
    const after = all.at(-1)?.seq ?? 0
    const path = `/rooms/${room}/messages?after=${after}&limit=100`
    const { status, body } = await person.ask<{ messages: typeof all }>('GET', path)
    if (status !== 200) throw new Error(`history: ${status}`)
    if (body.messages.length === 0) return all
    all.push(...body.messages)
  }
}
