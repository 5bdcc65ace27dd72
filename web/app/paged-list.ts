// A list of rooms that comes in pages: loading, failed or there, and what a page more would bring.

import { type ReadonlySignal, signal } from '@preact/signals'
import { Failure, type FailureCode } from '../../protocol/failures.ts'
import type { RoomId } from '../../protocol/ids.ts'

export type Listed<Room> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly code: FailureCode }
  | { readonly state: 'ready'; readonly rooms: readonly Room[]; readonly next: string | null }

export interface PagedList<Room> {
  readonly listed: ReadonlySignal<Listed<Room>>
  /** Asks for the first page; what is shown stays until it is there. */
  reload(): Promise<void>
  more(): Promise<void>
  /** Changes what is shown, ahead of the server's word. */
  edit(change: (rooms: readonly Room[]) => readonly Room[]): void
  /** Another person's list must never be seen. */
  clear(): void
}

type Fetch<Room> = (
  cursor: string | null,
) => Promise<{ readonly rooms: readonly Room[]; readonly next: string | null }>

export function pagedList<Room extends { readonly id: RoomId }>(
  fetch: Fetch<Room>,
): PagedList<Room> {
  const listed = signal<Listed<Room>>({ state: 'loading' })
  let asked = 0 // Only the answer to the latest question counts.

  async function load(cursor: string | null, before: readonly Room[]): Promise<void> {
    asked += 1
    const question = asked
    try {
      const page = await fetch(cursor)
      if (question !== asked) return
      const known = new Set(before.map((room) => room.id)) // A room may have moved between pages.
      const fresh = page.rooms.filter((room) => !known.has(room.id))
      listed.value = { state: 'ready', rooms: [...before, ...fresh], next: page.next }
    } catch (error) {
      if (question !== asked) return
      if (!(error instanceof Failure)) throw error
      if (listed.peek().state !== 'ready') listed.value = { state: 'failed', code: error.code }
    }
  }

  return {
    listed,
    reload: () => {
      if (listed.peek().state === 'failed') listed.value = { state: 'loading' }
      return load(null, [])
    },
    more: async () => {
      const now = listed.peek()
      if (now.state === 'ready' && now.next !== null) await load(now.next, now.rooms)
    },
    edit: (change) => {
      const now = listed.peek()
      if (now.state === 'ready') listed.value = { ...now, rooms: change(now.rooms) }
    },
    clear: () => {
      asked += 1
      listed.value = { state: 'loading' }
    },
  }
}
