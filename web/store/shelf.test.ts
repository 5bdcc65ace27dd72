// What is kept between visits: on disk where there is one, in memory where it fails.

import 'fake-indexeddb/auto'
import { describe, expect, it, vi } from 'vitest'
import { newRoomId, newUserId } from '../../test/support/ids.ts'
import { createDrafts } from './drafts.ts'
import { diskShelf, memoryShelf, type Shelf, sturdy } from './shelf.ts'

let names = 0
const newDisk = () => diskShelf(`disk ${++names}`)

describe.each([
  ['disk', newDisk],
  ['memory', memoryShelf],
  ['sturdy disk', () => sturdy(newDisk())],
])('a shelf: %s', (_, make) => {
  it('gives back what it was given, until it is removed', async () => {
    const shelf = make()
    expect(await shelf.get('a')).toBeUndefined()
    await shelf.set('a', { n: 1 })
    await shelf.set('b', 2)
    expect(await shelf.get('a')).toEqual({ n: 1 })
    await shelf.remove('a')
    expect([await shelf.get('a'), await shelf.get('b')]).toEqual([undefined, 2])
    await shelf.clear()
    expect(await shelf.get('b')).toBeUndefined()
  })

  it('updates without losing one of many at once', async () => {
    const shelf = make()
    const append = (n: number) =>
      shelf.update('list', (old) => [...(Array.isArray(old) ? old : []), n])
    await Promise.all([1, 2, 3, 4, 5].map(append))
    expect(await shelf.get('list')).toEqual([1, 2, 3, 4, 5])
  })
})

describe('[CMP3] a disk that fails', () => {
  it.each(['at once', 'late'])('%s leaves what this tab has read and written', async (when) => {
    const disk = memoryShelf()
    await disk.set('draft', 'from the last visit')
    let isFull = when === 'at once'
    const moody: Shelf = {
      ...disk,
      get: async (key) => (isFull ? Promise.reject(new Error('gone')) : disk.get(key)),
      set: async (key, value) =>
        isFull ? Promise.reject(new Error('full')) : disk.set(key, value),
      update: async (key, change) =>
        isFull ? Promise.reject(new Error('full')) : disk.update(key, change),
    }
    const shelf = sturdy(moody)
    const seen = await shelf.get('draft')
    isFull = true
    await shelf.set('other', 1)
    expect(await shelf.update('draft', (old) => [old, 'and more'])).toEqual([seen, 'and more'])
    expect(await shelf.get('other')).toBe(1)
  })

  it('does not keep anybody waiting for ever', async () => {
    const hung: Shelf = { ...memoryShelf(), get: () => new Promise(() => undefined) }
    expect(await sturdy(hung, 1).get('a')).toBeUndefined()
  })
})

describe('[CMP6] text in a composer', () => {
  it('is kept by person and room, and found by the next page', async () => {
    const [shelf, ana, bo, room] = [newDisk(), newUserId(), newUserId(), newRoomId()]
    const drafts = createDrafts(ana, shelf)
    drafts.saveText(room, 'hel')
    drafts.saveText(room, 'hello')
    expect(await drafts.loadText(room)).toBe('hello')
    await drafts.flush()
    expect(await createDrafts(ana, shelf).loadText(room)).toBe('hello')
    expect(await createDrafts(bo, shelf).loadText(room)).toBe('')
    expect(await createDrafts(ana, shelf).loadText(newRoomId())).toBe('')
  })

  it('is kept at once when the page is being left', async () => {
    const leave = vi.fn<(type: string, run: () => void) => void>()
    vi.stubGlobal('addEventListener', leave)
    const [shelf, ana, room] = [memoryShelf(), newUserId(), newRoomId()]
    createDrafts(ana, shelf).saveText(room, 'hello')
    const [type, run] = leave.mock.calls[0]!
    run()
    vi.unstubAllGlobals()
    expect(type).toBe('pagehide')
    expect(await createDrafts(ana, shelf).loadText(room)).toBe('hello')
  })

  it('is gone when it was sent', async () => {
    const [shelf, ana, room] = [newDisk(), newUserId(), newRoomId()]
    const drafts = createDrafts(ana, shelf)
    drafts.saveText(room, 'hello')
    await drafts.flush()
    drafts.saveText(room, '')
    await drafts.flush()
    expect(await createDrafts(ana, shelf).loadText(room)).toBe('')
  })
})
