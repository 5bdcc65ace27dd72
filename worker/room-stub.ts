// From a room's id to the room itself: the only file that names the binding or calls an object.

import type { Database } from '../database/client.ts'
import { findSeed } from '../database/rooms.ts'
import { type Answer, type Asker, type RoomCalls, unopenedHeader } from '../durable/room-calls.ts'
import { Failure } from '../protocol/failures.ts'
import type { RoomId } from '../protocol/ids.ts'
import type { RoomNamespace, RoomStub } from './env.ts'
import { failIfOverloaded, reach } from './reach.ts'

/** Rooms told or asked something at the same time. */
const roomsAtOnce = 6

export class Rooms {
  readonly #namespace: RoomNamespace
  readonly #db: Database

  constructor(namespace: RoomNamespace, db: Database) {
    this.#namespace = namespace
    this.#db = db
  }

  /** A refusal comes back as the failure of its code. */
  async ask<T>(id: RoomId, question: (room: RoomCalls) => Promise<Answer<T>>): Promise<T> {
    const first = await this.#reach(id, question)
    const isUnopened = !first.ok && first.isUnopened === true
    const answer = isUnopened && (await this.open(id)) ? await this.#reach(id, question) : first
    return granted(answer)
  }

  /** Hands an upgrade to the room; its answer is passed on untouched. */
  async connect(id: RoomId, upgrade: () => Request): Promise<Response> {
    const first = await this.#reach(id, (room) => room.fetch(upgrade()))
    if (!first.headers.has(unopenedHeader)) return first
    if (!(await this.open(id))) throw new Failure('notFound')
    const answer = await this.#reach(id, (room) => room.fetch(upgrade()))
    if (answer.headers.has(unopenedHeader)) throw new Failure('notFound') // Deleted meanwhile.
    return answer
  }

  /** A room whose object was never opened is opened by its first visitor. False: there is none. */
  async open(id: RoomId): Promise<boolean> {
    const seed = await findSeed(this.#db, id)
    if (!seed) return false
    const opened = await this.#reach(id, (room) => room.open(seed))
    return opened.ok
  }

  destroy(id: RoomId): Promise<void> {
    return this.#reach(id, (room) => room.destroy())
  }

  /** Fails with the room's own reason where the caller may not do it, or no more. */
  async destroyBy(id: RoomId, caller: Asker): Promise<void> {
    granted(await this.#reach(id, (room) => room.destroyBy(caller)))
  }

  /** As `ask`, of what cannot be asked twice: nothing is repeated, so open the room before it. */
  async askOnce<T>(id: RoomId, question: (room: RoomCalls) => Promise<Answer<T>>): Promise<T> {
    const answer = await question(this.#namespace.getByName(id)).catch(failIfOverloaded)
    return granted(answer)
  }

  /** What each of them answers, in their order; null where one refuses or cannot be asked. */
  async askEach<T>(
    ids: readonly RoomId[],
    question: (room: RoomCalls, id: RoomId) => Promise<Answer<T>>,
  ): Promise<(T | null)[]> {
    const answers = new Map<RoomId, T>()
    await someAtATime(ids, async (id) => {
      const answer = await this.#reach(id, (room) => question(room, id)).catch(() => null)
      if (answer?.ok) answers.set(id, answer.value)
    })
    return ids.map((id) => answers.get(id) ?? null)
  }

  /** Every one of them; fails at the end if any could not be told. */
  async tellAll(
    ids: readonly RoomId[],
    news: (room: RoomCalls) => Promise<unknown>,
  ): Promise<void> {
    const failures: unknown[] = []
    await someAtATime(ids, async (id) => {
      await this.#reach(id, news).catch((error: unknown) => failures.push(error))
    })
    if (failures.length > 0) throw failures[0]
  }

  /** Every call a room takes may be repeated. */
  #reach<T>(id: RoomId, call: (room: RoomStub) => Promise<T>): Promise<T> {
    return reach(() => this.#namespace.getByName(id), call)
  }
}

async function someAtATime(
  ids: readonly RoomId[],
  work: (id: RoomId) => Promise<void>,
): Promise<void> {
  const left = [...ids]
  const workNext = async (): Promise<void> => {
    for (let id = left.pop(); id; id = left.pop()) await work(id)
  }
  await Promise.all(Array.from({ length: roomsAtOnce }, workNext))
}

function granted<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Failure(answer.refusal.code, answer.refusal)
  return answer.value
}
