import { expect, test } from 'vitest'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { createDrafts } from './drafts.ts'
import { memoryShelf } from './shelf.ts'

const room = 'room' as RoomId
const twoTabs = () => {
  const shelf = memoryShelf()
  return [createDrafts('me' as UserId, shelf), createDrafts('me' as UserId, shelf)] as const
}

test('[CMP6] a sent text is gone, whether it was typed here or found here', async () => {
  const [before, tab] = twoTabs()
  before.saveText(room, 'left last week')
  await before.flush()
  expect(await tab.loadText(room)).toBe('left last week')
  tab.saveText(room, '')
  await tab.flush()
  expect(await before.loadText(room)).toBe('')
})

test('[CMP6] what one tab sent takes nothing from what the other has kept since', async () => {
  const [one, other] = twoTabs()
  one.saveText(room, 'sent from here')
  await one.flush()
  other.saveText(room, 'still being written')
  await other.flush()
  one.saveText(room, '')
  await one.flush()
  expect(await one.loadText(room)).toBe('still being written')
})

test('[CMP6] text typed and sent within one pause leaves what was kept elsewhere', async () => {
  const [one, other] = twoTabs()
  other.saveText(room, 'still being written')
  await other.flush()
  one.saveText(room, 'quick')
  one.saveText(room, '')
  await one.flush()
  expect(await other.loadText(room)).toBe('still being written')
})
