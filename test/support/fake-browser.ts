// A browser in memory: tabs that share storage, locks and channels, and can crash without a word.

import { browserHost, type Host, type HostEvent } from '../../web/client/host.ts'
import { memoryShelf, type Shelf } from '../../web/store/shelf.ts'
import type { Channel, Tabs } from '../../web/store/tabs.ts'
import { Leads } from './leads.ts'

interface Ear {
  readonly name: string
  readonly tab: FakeTab
  readonly heard: (message: unknown) => void
}

export class FakeBrowser {
  readonly kept = memoryShelf()
  readonly cache = memoryShelf()
  readonly ears = new Set<Ear>()
  readonly leads = new Leads<FakeTab>()
  readonly locks = new Map<string, Promise<unknown>>()

  openTab(origin: string): FakeTab {
    return new FakeTab(this, origin)
  }
}

export class FakeTab {
  readonly host: Host
  readonly tabs: Tabs
  readonly kept: Shelf
  readonly cache: Shelf
  readonly #browser: FakeBrowser
  readonly #watchers = new Set<(event: HostEvent) => void>()
  readonly #sockets = new Set<WebSocket>()
  #isOnline = true
  isAlive = true

  constructor(browser: FakeBrowser, origin: string) {
    this.#browser = browser
    this.host = this.#hostAt(origin)
    this.tabs = {
      channel: (name, heard) => this.#channel({ name, tab: this, heard }),
      alone: (name, work) => this.#alone(name, work),
      lead: (name, told) => browser.leads.claim(name, { tab: this, told }),
    }
    this.kept = this.#whileAlive(browser.kept)
    this.cache = this.#whileAlive(browser.cache)
  }

  /** Nothing it had begun goes on; its locks fall to others. */
  crash(): void {
    this.isAlive = false
    for (const socket of this.#sockets) silence(socket)
    for (const ear of this.#browser.ears) if (ear.tab === this) this.#browser.ears.delete(ear)
    this.#browser.leads.drop(this)
  }

  network(isOnline: boolean): void {
    this.#isOnline = isOnline
    this.see(isOnline ? 'online' : 'offline')
  }

  see(event: HostEvent): void {
    for (const watcher of this.#watchers) watcher(event)
  }

  #hostAt(origin: string): Host {
    const host = browserHost(origin)
    return {
      ...host,
      random: () => 0, // Returns at once: tests wait for nothing.
      open: (url, protocols) => {
        const socket = host.open(url, protocols)
        this.#sockets.add(socket)
        return socket
      },
      later: (run, ms) => host.later(() => this.isAlive && run(), ms),
      isOnline: () => this.#isOnline,
      watch: (seen) => {
        this.#watchers.add(seen)
        return () => this.#watchers.delete(seen)
      },
    }
  }

  #channel(ear: Ear): Channel {
    this.#browser.ears.add(ear)
    return {
      tell: (message) => {
        const others = [...this.#browser.ears].filter(
          ({ name, tab, heard }) => name === ear.name && (tab !== this || heard !== ear.heard),
        )
        for (const { tab, heard } of others) setImmediate(() => tab.isAlive && heard(message))
      },
      close: () => this.#browser.ears.delete(ear),
    }
  }

  async #alone<Value>(name: string, work: (waited: boolean) => Promise<Value>): Promise<Value> {
    const { locks } = this.#browser
    const before = locks.get(name)
    const mine = (before ?? Promise.resolve()).then(() => work(before !== undefined))
    const settled = mine.catch(() => undefined)
    locks.set(name, settled)
    await settled
    if (locks.get(name) === settled) locks.delete(name)
    return mine
  }

  /** After a crash the disk answers nobody. */
  #whileAlive(shelf: Shelf): Shelf {
    const answered = async <Value>(value: Promise<Value>): Promise<Value> => {
      const found = structuredClone(await value)
      return this.isAlive ? found : new Promise(() => undefined)
    }
    const dead = new Promise<never>(() => undefined)
    return {
      get: (key) => (this.isAlive ? answered(shelf.get(key)) : dead),
      set: (key, value) => (this.isAlive ? answered(shelf.set(key, structuredClone(value))) : dead),
      update: (key, change) => (this.isAlive ? answered(shelf.update(key, change)) : dead),
      remove: (key) => (this.isAlive ? answered(shelf.remove(key)) : dead),
      clear: () => (this.isAlive ? answered(shelf.clear()) : dead),
    }
  }
}

function silence(socket: WebSocket): void {
  socket.onmessage = null
  socket.onclose = null
  socket.close()
}
