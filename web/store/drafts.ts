// Text that waits in a composer: kept by person and room, and gone only when it was sent. [CMP6]

import * as v from 'valibot'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { keptShelf, type Shelf } from './shelf.ts'

export interface Drafts {
  /** The text as it was left; empty where there is none. */
  loadText(roomId: RoomId): Promise<string>
  /** Kept within 300 ms, or at once when the page is being left. */
  saveText(roomId: RoomId, text: string): void
  /** Keeps at once whatever still waits. */
  flush(): Promise<void>
}

/** Typing goes on for longer than this between two writes. */
const saveWithinMs = 250

/** One for each person who is signed in; it lives as long as the page. */
export function createDrafts(userId: UserId, shelf: Shelf = keptShelf): Drafts {
  const unsaved = new Map<RoomId, string>()
  const own = new Map<RoomId, string>() // What this tab last read or kept.
  let timer: ReturnType<typeof setTimeout> | undefined
  const key = (roomId: RoomId) => `text/${userId}/${roomId}`

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const writes = [...unsaved].map(([roomId, text]) => keep(roomId, text))
    unsaved.clear()
    await Promise.all(writes)
  }

  /** A tab that has sent its text must not take away what another one has kept since. */
  async function keep(roomId: RoomId, text: string): Promise<void> {
    const before = own.get(roomId)
    own.set(roomId, text)
    if (text !== '') return shelf.set(key(roomId), text)
    await shelf.update(key(roomId), (kept) => (kept === before ? '' : kept))
  }

  globalThis.addEventListener?.('pagehide', () => void flush())

  return {
    loadText: async (roomId) => {
      const parsed = v.safeParse(v.string(), unsaved.get(roomId) ?? (await shelf.get(key(roomId))))
      const text = parsed.success ? parsed.output : ''
      if (!unsaved.has(roomId)) own.set(roomId, text)
      return text
    },
    saveText: (roomId, text) => {
      unsaved.set(roomId, text)
      timer ??= setTimeout(() => void flush(), saveWithinMs)
    },
    flush,
  }
}
