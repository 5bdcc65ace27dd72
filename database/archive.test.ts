import { expect, it } from 'vitest'
import { newEpoch, rev, roomId, seq, userId } from '../test/support/ids.ts'
import { type Batch, mirrorIn } from './archive.ts'
import type { Database } from './client.ts'

const heads = { roomId: roomId(1), epoch: newEpoch(), to: rev(1), seq: seq(0), memberCount: 1 }
const nobody: Batch = { ...heads, newestAt: 0, messages: [], members: [], marks: [] }

it('[R15] a row that cannot be written down is refused as if Postgres had refused it', async () => {
  const mirror = mirrorIn({} as Database) // Never asked.
  const ana = { userId: userId(1), rev: rev(1), name: 'Ana', avatar: null }
  const muted = { ...ana, role: 'member', state: 'joined', mutedUntil: 9e15 } as const // No date.
  const error = await mirror.write({ ...nobody, members: [muted] }).catch((said: unknown) => said)
  expect(mirror.refusesRows(error)).toBe(true)
})

it('[R15] that Postgres is away is no row’s fault', async () => {
  const away = new Error('away')
  const batch = () => Promise.reject(away)
  const execute = () => null
  const none = { from: () => none, where: () => none }
  const database = { batch, execute, select: () => none } as unknown as Database
  const mirror = mirrorIn(database)
  await expect(mirror.write(nobody)).rejects.toBe(away)
  expect(mirror.refusesRows(away)).toBe(false)
})
