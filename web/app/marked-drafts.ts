// Unsent text, and in which rooms some waits: the list of rooms says so. [APP4]

import { type ReadonlySignal, signal } from '@preact/signals'
import type { RoomId } from '../../protocol/ids.ts'
import type { Drafts } from '../store/drafts.ts'

export interface MarkedDrafts extends Drafts {
  readonly waiting: ReadonlySignal<ReadonlySet<RoomId>>
  /** Looks up what was left in these rooms on earlier visits. */
  lookFor(rooms: readonly RoomId[]): Promise<void>
}

export function markedDrafts(drafts: Drafts): MarkedDrafts {
  const waiting = signal<ReadonlySet<RoomId>>(new Set())
  const mark = (roomId: RoomId, text: string) => {
    const waits = text.trim() !== ''
    if (waits === waiting.peek().has(roomId)) return
    const others = [...waiting.peek()].filter((other) => other !== roomId)
    waiting.value = new Set(waits ? [...others, roomId] : others)
  }
  return {
    ...drafts,
    waiting,
    saveText: (roomId, text) => {
      mark(roomId, text)
      drafts.saveText(roomId, text)
    },
    lookFor: async (rooms) => {
      for (const roomId of rooms) mark(roomId, await drafts.loadText(roomId))
    },
  }
}
