import { expect, it } from 'vitest'
import type { SessionId } from '../protocol/ids.ts'
import {
  archiveBackoffMsMax,
  archiveDelayMs,
  archiveWaitMs,
  signInRetryMs,
  signInsAskedMax,
  signInsWaitingMax,
} from '../protocol/limits.ts'
import { newSessionId, rev } from '../test/support/ids.ts'
import { hasCaughtUp, SignInCheck } from './sign-in-check.ts'

/** A directory that answers when it is told to, and what became of its answers. */
function check(endedIds: readonly SessionId[] = []) {
  const asked: (readonly SessionId[])[] = []
  const ended: SessionId[] = []
  const failures: unknown[] = []
  const world = { isAway: false }
  const timers: { work: () => void; delayMs: number }[] = []
  const signIns = new SignInCheck({
    endedAmong: async (ids) => {
      asked.push(ids)
      await Promise.resolve()
      if (world.isAway) throw new Error('Postgres is away.')
      return ids.filter((id) => endedIds.includes(id))
    },
    end: (ids) => ended.push(...ids),
    failed: (error) => failures.push(error),
    askAgainIn: (delayMs) => timers.push({ work: () => void signIns.meetAgain([]), delayMs }),
  })
  /** Runs the one timer there is, and lets what it begins come to its end. */
  const ring = async (): Promise<number> => {
    const [timer, ...others] = timers.splice(0)
    expect(others).toEqual([])
    timer?.work()
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    return timer?.delayMs ?? 0
  }
  return { signIns, asked, ended, failures, world, timers, ring }
}

it('[AUT2] asks of each sign-in once, and of a thousand at a time in two questions', async () => {
  const { signIns, asked } = check()
  const ids = Array.from({ length: 2 * signInsAskedMax + 1 }, newSessionId)
  await Promise.all(ids.map((id) => signIns.meet(id)))
  await Promise.all(ids.map((id) => signIns.meet(id)))
  // The first was under way when the others came.
  expect(asked.map(({ length }) => length)).toEqual([1, signInsAskedMax, signInsAskedMax])
  expect(new Set(asked.flat()).size).toBe(ids.length)
})

it('[AUT2] ends those that had ended, and no other', async () => {
  const [gone, good] = [newSessionId(), newSessionId()]
  const { signIns, ended, asked } = check([gone])
  await signIns.meet(good)
  await signIns.meet(gone)
  expect(ended).toEqual([gone])
  await signIns.meet(gone) // They come back with the same token: asked again, ended again.
  expect([ended, asked.length]).toEqual([[gone, gone], 3])
})

it('[AUT2] with Postgres away the token alone decides, and the next coming asks again', async () => {
  const id = newSessionId()
  const { signIns, asked, ended, failures, world } = check([id])
  world.isAway = true
  await signIns.meet(id)
  expect([ended, failures.length]).toEqual([[], 1])
  world.isAway = false
  await signIns.meet(id)
  expect([ended, asked.length]).toEqual([[id], 2])
})

it('[AUT2] whoever comes while it asks is asked about next', async () => {
  const [first, second] = [newSessionId(), newSessionId()]
  const { signIns, ended } = check([second])
  const asking = signIns.meet(first)
  void signIns.meet(second)
  await asking
  expect(ended).toEqual([second])
})

it('[AUT2] asks again by itself, less and less often, until Postgres is back', async () => {
  const id = newSessionId()
  const { signIns, ended, world, timers, ring } = check([id])
  world.isAway = true
  await signIns.meet(id)
  const delays: number[] = []
  for (let n = 0; n < 8; n += 1) delays.push(await ring())
  expect(delays.slice(0, 3)).toEqual([2, 4, 8].map((n) => n * signInRetryMs))
  expect(delays.at(-1)).toBe(archiveBackoffMsMax)
  world.isAway = false
  await ring()
  expect([ended, timers]).toEqual([[id], []])
})

it('[AUT2] asks about those it has met once more when it is told to', async () => {
  const gone: SessionId[] = []
  const id = newSessionId()
  const { signIns, ended } = check(gone)
  await signIns.meet(id)
  gone.push(id)
  await signIns.meet(id)
  expect(ended).toEqual([])
  await signIns.meetAgain([id, id])
  expect(ended).toEqual([id])
})

it.each([-1, 0, 1])('[AUT2] keeps %i more than so many waiting, the latest', async (more) => {
  const { signIns, asked, world, ring } = check()
  world.isAway = true
  const ids = Array.from({ length: signInsWaitingMax + more }, newSessionId)
  await signIns.meetAgain(ids)
  world.isAway = false
  asked.length = 0
  await ring()
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve()
  expect(new Set(asked.flat()).size).toBe(Math.min(ids.length, signInsWaitingMax))
  if (more > 0) expect(asked.flat()).not.toContain(ids[0])
})

it('[AUT2] knows when the mirror has lagged and does no more', () => {
  const on = { rev: rev(9), archived: rev(9), failures: 0, parked: 0, behindMs: 0 }
  const late = archiveDelayMs + archiveWaitMs
  expect([late - 1, late, late + 1].map((ms) => hasCaughtUp(on, on, ms))).toEqual([
    ...[false, false, true],
  ])
  expect(hasCaughtUp({ ...on, behindMs: late }, on, 1)).toBe(true)
  expect(hasCaughtUp({ ...on, failures: 1 }, on, 1)).toBe(true)
  expect(hasCaughtUp({ ...on, failures: 1 }, { ...on, failures: 2 }, 1)).toBe(false)
  expect(hasCaughtUp({ ...on, behindMs: late }, { ...on, behindMs: late + 9 }, 9)).toBe(false)
})
