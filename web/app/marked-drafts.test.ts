import { expect, test } from 'vitest'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { createDrafts } from '../store/drafts.ts'
import { memoryShelf } from '../store/shelf.ts'
import { markedDrafts } from './marked-drafts.ts'

const here = 'here' as RoomId
const there = 'there' as RoomId

test('[APP4] a room is marked while text waits in it, from this visit or an earlier one', async () => {
  const shelf = memoryShelf()
  const before = createDrafts('me' as UserId, shelf)
  before.saveText(there, 'left last week')
  await before.flush()

  const drafts = markedDrafts(createDrafts('me' as UserId, shelf))
  await drafts.lookFor([here, there])
  expect([...drafts.waiting.value]).toEqual([there])

  drafts.saveText(here, 'typing')
  drafts.saveText(there, ' ')
  expect([...drafts.waiting.value]).toEqual([here])
})
