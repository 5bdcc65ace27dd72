// Tells the room how far one has read: to the end, while one looks at it. [SND8]

import { useEffect } from 'preact/hooks'
import type { RoomModel, RoomStore } from '../store/room-store.ts'

export function useMarkedRead(store: RoomStore, model: RoomModel, following: boolean): void {
  const head = model.messages.at(-1)?.seq
  useEffect(() => {
    const mark = () => {
      const isSeen = following && document.visibilityState === 'visible'
      if (isSeen && head !== undefined) store.markRead(head)
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [store, head, following])
}
