import { expect, it } from 'vitest'
import type { SessionId } from '../protocol/ids.ts'
import { signInsAskedMax } from '../protocol/limits.ts'
import { newSessionId } from '../test/support/ids.ts'
import { SignInCheck } from './sign-in-check.ts'

/** A directory that answers when it is told to, and what became of its answers. */
function check(endedIds: readonly SessionId[] = []) {
  const asked: (readonly SessionId[])[] = []
  const ended: SessionId[] = []
  const failures: unknown[] = []
  const world = { isAway: false }
  const signIns = new SignInCheck({
    endedAmong: async (ids) => {
      asked.push(ids)
      await Promise.resolve()
      if (world.isAway) throw new Error('Postgres is away.')
      return ids.filter((id) => endedIds.includes(id))
    },
    end: (ids) => ended.push(...ids),
    failed: (error) => failures.push(error),
  })
  return { signIns, asked, ended, failures, world }
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
