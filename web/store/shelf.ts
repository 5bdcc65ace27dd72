// Where a browser keeps things between visits: IndexedDB, or memory where there is none.

import { clear, createStore, del, get, set, type UseStore, update } from 'idb-keyval'

/** Values leave as they came, untyped: whoever takes one decodes it. */
export interface Shelf {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  /** Atomic among all tabs. `change` may be called more than once; answers what is kept now. */
  update<Value>(key: string, change: (old: unknown) => Value): Promise<Value>
  remove(key: string): Promise<void>
  clear(): Promise<void>
}

/** A disk that takes longer than this has hung: some browsers never open theirs. */
const diskWithinMs = 3_000

/** Unsent words: they stay until they are sent or thrown away, signed in or not. [CMP3, CMP6] */
export const keptShelf: Shelf = sturdy(diskShelf('parley-kept'))

/** Copies of what the server has, there for a quick start. Emptied whenever a sign-in ends. */
export const cacheShelf: Shelf = sturdy(diskShelf('parley-cache'))

/**
 * Private windows and full disks refuse IndexedDB, sometimes late. From then on memory serves,
 * and it knows already what this tab has read and written.
 */
export function sturdy(disk: Shelf, withinMs = diskWithinMs): Shelf {
  const memory = memoryShelf()
  let broken = false

  async function tried<Value>(use: (shelf: Shelf) => Promise<Value>): Promise<Value> {
    if (broken) return use(memory)
    try {
      return await within(withinMs, use(disk))
    } catch {
      broken = true
      return use(memory)
    }
  }

  return {
    get: async (key) => {
      const value = await tried((shelf) => shelf.get(key))
      if (!broken) void memory.set(key, value)
      return value
    },
    set: async (key, value) => {
      void memory.set(key, value) // Not awaited: writes and reads reach the disk in call order.
      if (!broken) await tried((shelf) => shelf.set(key, value))
    },
    update: async (key, change) => {
      const value = await tried((shelf) => shelf.update(key, change))
      void memory.set(key, value)
      return value
    },
    remove: async (key) => {
      void memory.remove(key)
      await tried((shelf) => shelf.remove(key))
    },
    clear: async () => {
      void memory.clear()
      await tried((shelf) => shelf.clear())
    },
  }
}

export function memoryShelf(): Shelf {
  const values = new Map<string, unknown>()
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value)
    },
    update: async (key, change) => {
      const value = change(values.get(key))
      values.set(key, value)
      return value
    },
    remove: async (key) => {
      values.delete(key)
    },
    clear: async () => values.clear(),
  }
}

export function diskShelf(name: string): Shelf {
  let opened: UseStore | undefined // Opened on first use: a shelf nobody asks costs nothing.
  const store: UseStore = async (mode, use) => {
    opened ??= createStore(name, 'values')
    return opened(mode, use)
  }
  return {
    get: (key) => get<unknown>(key, store),
    set: (key, value) => set(key, value, store),
    update: async (key, change) => {
      let value = change(undefined)
      await update<unknown>(
        key,
        (old) => {
          value = change(old)
          return value
        },
        store,
      )
      return value
    },
    remove: (key) => del(key, store),
    clear: () => clear(store),
  }
}

async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  const hung = Promise.withResolvers<never>()
  const timer = setTimeout(() => hung.reject(new Error(`no answer within ${ms} ms`)), ms)
  return Promise.race([promise, hung.promise]).finally(() => clearTimeout(timer))
}
