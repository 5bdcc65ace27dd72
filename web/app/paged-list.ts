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
  /** One that is over, ahead of the server's word. */
  remove(id: RoomId): void
  /** Another person's list must never be seen. */
  clear(): void
}

interface Page<Room> {
  readonly rooms: readonly Room[]
  readonly next: string | null
}

type Fetch<Room> = (cursor: string | null) => Promise<Page<Room>>

/** `isAfter` tells the server's order: with it a reload keeps the further pages that were asked for. */
export function pagedList<Room extends { readonly id: RoomId }>(
  fetch: Fetch<Room>,
  isAfter: (room: Room, other: Room) => boolean = () => false,
): PagedList<Room> {
  const listed = signal<Listed<Room>>({ state: 'loading' })
  let asked = 0 // Only the answer to the latest question counts.

  async function load(
    cursor: string | null,
    join: (page: Page<Room>, shown: Page<Room>) => Page<Room>,
  ): Promise<void> {
    asked += 1
    const question = asked
    try {
      const page = await fetch(cursor)
      if (question !== asked) return
      const now = listed.peek()
      listed.value = { state: 'ready', ...join(page, now.state === 'ready' ? now : nothing) }
    } catch (error) {
      if (question !== asked) return
      if (!(error instanceof Failure)) throw error
      if (listed.peek().state !== 'ready') listed.value = { state: 'failed', code: error.code }
    }
  }

  function edit(change: (rooms: readonly Room[]) => readonly Room[]): void {
    const now = listed.peek()
    if (now.state !== 'ready') return
    const rooms = change(now.rooms)
    if (rooms !== now.rooms) listed.value = { ...now, rooms }
  }

  return {
    listed,
    reload: () => {
      if (listed.peek().state === 'failed') listed.value = { state: 'loading' }
      return load(null, (first, shown) => {
        const last = first.rooms.at(-1)
        const beyond = shown.rooms.filter((room) => last && isAfter(room, last))
        const further = first.next === null ? [] : without(beyond, first.rooms)
        return further.length === 0 ? first : joined(first.rooms, further, shown.next)
      })
    },
    more: async () => {
      const now = listed.peek()
      if (now.state !== 'ready' || now.next === null) return
      await load(now.next, (page, shown) =>
        joined(shown.rooms, without(page.rooms, shown.rooms), page.next),
      )
    },
    edit,
    remove: (id) => edit((rooms) => rooms.filter((room) => room.id !== id)),
    clear: () => {
      asked += 1
      listed.value = { state: 'loading' }
    },
  }
}

const nothing = { rooms: [], next: null }

function joined<Room>(
  before: readonly Room[],
  after: readonly Room[],
  next: string | null,
): Page<Room> {
  return { rooms: [...before, ...after], next }
}

/** A room may have moved between two pages. */
function without<Room extends { readonly id: RoomId }>(
  rooms: readonly Room[],
  others: readonly Room[],
): readonly Room[] {
  const known = new Set(others.map((room) => room.id))
  return rooms.filter((room) => !known.has(room.id))
}
