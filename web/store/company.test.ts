// Who is here and who types, by themselves.

import { describe, expect, it } from 'vitest'
import type { Welcome } from '../../protocol/frames.ts'
import type { UserId } from '../../protocol/ids.ts'
import { presenceNamesMax, typingExpiresMs } from '../../protocol/limits.ts'
import { FakeRoom } from '../../test/support/fake-room.ts'
import { userId } from '../../test/support/ids.ts'
import {
  counted,
  expiresAtMs,
  greeted,
  parted,
  typed,
  withoutExpired,
  withoutTyping,
} from './company.ts'

const [ana, bo, cy] = [userId(1), userId(2), userId(3)]
const person = (id: UserId) => ({ id, name: 'Somebody', avatar: null })

function welcome(online: UserId[], onlineCount = online.length): Welcome {
  return { ...new FakeRoom().welcome(ana, null), online, onlineCount }
}

const told = (joined: UserId[], left: UserId[], onlineCount: number) => ({
  ...{ type: 'presence' as const, joined: joined.map(person), left, onlineCount },
})

describe('[SOK9] who is here', () => {
  it('is who was, and who came, without who went', () => {
    const now = counted(greeted(welcome([ana, bo])), told([cy], [bo], 2))
    expect(now.presence).toEqual({ online: new Set([ana, cy]), count: 2 })
  })

  it.each([
    [presenceNamesMax - 1, true],
    [presenceNamesMax, true],
    [presenceNamesMax + 1, false],
  ])('of %i is told by name: %s', (count, isNamed) => {
    expect(greeted(welcome([ana], count)).presence?.online !== null).toBe(isNamed)
    expect(counted(greeted(welcome([ana])), told([bo], [], count)).presence?.online !== null).toBe(
      isNamed,
    )
  })

  it('is a list again, once it was a number, with the names of all', () => {
    const many = counted(greeted(welcome([ana])), told([], [], presenceNamesMax + 1))
    const fewer = counted(many, told([bo], [], presenceNamesMax))
    expect(fewer.presence).toEqual({ online: null, count: presenceNamesMax })
    expect(counted(fewer, told([bo, cy], [ana], 2)).presence).toEqual({
      ...{ online: new Set([bo, cy]), count: 2 },
    })
    expect(greeted(welcome([ana])).presence?.online).toEqual(new Set([ana]))
  })

  it('is nobody who has left the room', () => {
    const now = parted(greeted(welcome([ana, bo])), [bo, cy])
    expect(now.presence).toEqual({ online: new Set([ana]), count: 1 })
  })
})

describe('[SOK10] who types', () => {
  const start = greeted(welcome([ana, bo, cy]))
  const on = (id: UserId) => ({ type: 'typing' as const, userId: id, on: true })

  it('is forgotten after six seconds without news', () => {
    const now = typed(start, on(bo), 0)
    expect(expiresAtMs(now)).toBe(typingExpiresMs)
    expect([...withoutExpired(now, typingExpiresMs - 1).typing.keys()]).toEqual([bo])
    expect([...withoutExpired(now, typingExpiresMs).typing.keys()]).toEqual([])
  })

  it('goes on with each sign, in the order of beginning', () => {
    const now = [on(bo), on(cy), on(bo)].reduce(
      (one, sign, n) => typed(one, sign, n * 3_000),
      start,
    )
    expect([...now.typing]).toEqual([
      [bo, 6_000 + typingExpiresMs],
      [cy, 3_000 + typingExpiresMs],
    ])
  })

  it('ends when they say so, write, go, or when the connection is another', () => {
    const now = typed(start, on(bo), 0)
    expect(typed(now, { ...on(bo), on: false }, 1).typing.size).toBe(0)
    expect(withoutTyping(now, [bo]).typing.size).toBe(0)
    expect(counted(now, told([], [bo], 2)).typing.size).toBe(0)
    expect(parted(now, [bo]).typing.size).toBe(0)
    expect(withoutTyping(now, [cy])).toBe(now)
  })
})
