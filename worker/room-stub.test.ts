// The way to a room, with rooms and a database that do as told.

import { expect, it } from 'vitest'
import { connect } from '../database/client.ts'
import { unopened } from '../durable/answers.ts'
import type { RoomCalls, RoomView } from '../durable/room-calls.ts'
import { defaultSettings } from '../protocol/changes.ts'
import { refusal } from '../protocol/failures.ts'
import { rev, roomId, userId } from '../test/support/ids.ts'
import type { RoomStub } from './env.ts'
import { Rooms } from './room-stub.ts'

/** Nothing listens there: the directory is away. */
const nowhere = connect('postgresql://a:b@localhost:9/c')

const view: RoomView = {
  room: {
    ...{ id: roomId(1), rev: rev(1), name: 'Tea', topic: '', visibility: 'public' },
    ...{ memberCount: 1, settings: defaultSettings },
  },
  role: null,
}

type Outcome = 'ok' | 'retryable' | 'overloaded' | 'broken' | 'notFound' | 'unopened' | 'busy'

/** Each stub meets the next outcome, the last one for ever. */
function roomsThat(...outcomes: Outcome[]) {
  let stubs = 0
  const stubThat = (outcome: Outcome) => {
    const answer = async () => {
      if (outcome === 'ok') return { ok: true, value: view }
      if (outcome === 'unopened') return unopened
      if (outcome === 'notFound' || outcome === 'busy') {
        return { ok: false, refusal: refusal(outcome, undefined, 7) }
      }
      throw Object.assign(new Error('A fault, as ordered.'), { [outcome]: true })
    }
    return { view: answer } as unknown as RoomStub
  }
  const getByName = () => {
    const outcome = outcomes[Math.min(stubs, outcomes.length - 1)] ?? 'ok'
    stubs += 1
    return stubThat(outcome)
  }
  return { rooms: new Rooms({ getByName }, nowhere), stubs: () => stubs }
}

const look = (room: RoomCalls) => room.view(null)

it('asks again on a new stub when the platform says that it may', async () => {
  const { rooms, stubs } = roomsThat('retryable', 'retryable', 'ok')
  expect(await rooms.ask(roomId(1), look)).toEqual(view)
  expect(stubs()).toBe(3)
})

it('[P26 D-43] stops asking in the end', async () => {
  const { rooms, stubs } = roomsThat('retryable')
  await expect(rooms.ask(roomId(1), look)).rejects.toThrow('as ordered')
  expect(stubs()).toBe(4)
})

it('[SOK16] never repeats into an overloaded room', async () => {
  const { rooms, stubs } = roomsThat('overloaded', 'ok')
  await expect(rooms.ask(roomId(1), look)).rejects.toMatchObject({
    code: 'busy',
    retryAfterMs: expect.any(Number),
  })
  expect(stubs()).toBe(1)
})

it('[D-43] lets an error through that nobody said may be repeated', async () => {
  const { rooms, stubs } = roomsThat('broken', 'ok')
  await expect(rooms.ask(roomId(1), look)).rejects.toThrow('as ordered')
  expect(stubs()).toBe(1)
})

it('makes a refusal the failure of its code, with its hint', async () => {
  const { rooms } = roomsThat('busy')
  await expect(rooms.ask(roomId(1), look)).rejects.toMatchObject({ code: 'busy', retryAfterMs: 7 })
})

it('asks the directory about a room that says it was never opened', async () => {
  const { rooms, stubs } = roomsThat('unopened')
  await expect(rooms.ask(roomId(1), look)).rejects.toHaveProperty('cause.name', 'NeonDbError')
  expect(stubs()).toBe(1)
})

it('takes the word of an opened room that there is no such thing, and asks nobody else', async () => {
  const { rooms, stubs } = roomsThat('notFound')
  await expect(rooms.ask(roomId(1), look)).rejects.toMatchObject({ code: 'notFound' })
  expect(stubs()).toBe(1)
})

it('tells every room its news, a few at a time, and fails only at the end', async () => {
  const told: number[] = []
  let atOnce = 0
  let most = 0
  const { rooms } = roomsThat('ok')
  const ids = Array.from({ length: 20 }, (_, n) => roomId(n))
  const news = async () => {
    atOnce += 1
    most = Math.max(most, atOnce)
    await Promise.resolve()
    atOnce -= 1
    told.push(told.length)
    if (told.length === 3) throw new Error(`No answer from ${userId(1)}.`)
  }
  await expect(rooms.tellAll(ids, news)).rejects.toThrow('No answer')
  expect(told).toHaveLength(20)
  expect(most).toBe(6)
})

it('asks each of some, and makes nothing of those that say no or are away', async () => {
  const { rooms } = roomsThat('broken', 'notFound', 'ok')
  const answers = await rooms.askEach([roomId(1), roomId(2), roomId(3)], look)
  expect(answers.filter((answer) => answer !== null)).toEqual([view])
})

it('[P26 D-43] asks once only what cannot be repeated', async () => {
  const { rooms, stubs } = roomsThat('retryable', 'ok')
  await expect(rooms.askOnce(roomId(1), look)).rejects.toThrow('A fault')
  expect(stubs()).toBe(1)
  await expect(roomsThat('overloaded').rooms.askOnce(roomId(1), look)).rejects.toMatchObject({
    code: 'busy',
    retryAfterMs: 2_000,
  })
})
