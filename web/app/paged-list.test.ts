import { expect, test } from 'vitest'
import { Failure } from '../../protocol/failures.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { pagedList } from './paged-list.ts'

const room = (id: string) => ({ id: id as RoomId })
const ids = (list: ReturnType<typeof pagedList>) =>
  list.listed.value.state === 'ready'
    ? list.listed.value.rooms.map(({ id }) => id)
    : list.listed.value.state

test('[LIM4] pages follow one another, a room that moved between them comes once', async () => {
  const list = pagedList(async (cursor) =>
    cursor === null
      ? { rooms: [room('a'), room('b')], next: 'after b' }
      : { rooms: [room('b'), room('c')], next: null },
  )
  await list.reload()
  await list.more()
  await list.more()
  expect(ids(list)).toEqual(['a', 'b', 'c'])
})

test('[APP17] a failed first page is said and can be tried again; a failed reload keeps what is shown', async () => {
  let away = true
  const list = pagedList(async () => {
    if (away) throw new Failure('unavailable')
    return { rooms: [room('a')], next: null }
  })
  await list.reload()
  expect(ids(list)).toBe('failed')
  away = false
  await list.reload()
  expect(ids(list)).toEqual(['a'])
  away = true
  await list.reload()
  expect(ids(list)).toEqual(['a'])
})

test('an answer that comes after the person left is dropped', async () => {
  const answer = Promise.withResolvers<{ rooms: { id: RoomId }[]; next: null }>()
  const list = pagedList(() => answer.promise)
  const asked = list.reload()
  list.clear()
  answer.resolve({ rooms: [room('theirs')], next: null })
  await asked
  expect(ids(list)).toBe('loading')
})

test('[APP4] a reload refreshes the first page and keeps those asked for since', async () => {
  let first = ['d', 'c']
  const list = pagedList(
    async (cursor) =>
      cursor === null
        ? { rooms: first.map(room), next: 'after the first' }
        : { rooms: ['b', 'a'].map(room), next: null },
    (one, other) => one.id < other.id,
  )
  await list.reload()
  await list.more()
  first = ['f', 'c'] // One is new, and d was left on another device.
  await list.reload()
  expect(ids(list)).toEqual(['f', 'c', 'b', 'a'])
  await list.more()
  expect(ids(list)).toEqual(['f', 'c', 'b', 'a'])
})

test('a removed room is gone at once', async () => {
  const list = pagedList(async () => ({ rooms: [room('a'), room('b')], next: null }))
  await list.reload()
  list.remove('a' as RoomId)
  expect(ids(list)).toEqual(['b'])
})
