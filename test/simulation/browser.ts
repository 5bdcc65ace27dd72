// A browser on virtual time: pages that share a disk, locks and channels, and can be killed in any state.

import { type Signal, signal } from '@preact/signals'
import type { Account } from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import type { SessionId, UserId } from '../../protocol/ids.ts'
import type { Host, HostEvent } from '../../web/client/host.ts'
import type { SessionState } from '../../web/store/session.ts'
import type { Shelf } from '../../web/store/shelf.ts'
import type { Channel, Tabs } from '../../web/store/tabs.ts'
import { Leads } from '../support/leads.ts'
import { Cable, type ClientEnd, type Gate } from './network.ts'
import { callerOf, tokenOf } from './tokens.ts'
import type { World } from './world.ts'

interface Ear {
  readonly name: string
  readonly page: PageHost
  readonly heard: (message: unknown) => void
}

/** One device of one person: a disk, a sign-in, some pages. */
export class Browser {
  readonly world: World
  readonly userId: UserId
  readonly kept = new Map<string, string>()
  readonly cache = new Map<string, string>()
  readonly ears = new Set<Ear>()
  readonly leads = new Leads<PageHost>()
  readonly state: Signal<SessionState>
  readonly #tokenMs: number
  sessionId: SessionId
  #token: string | null = null

  constructor(world: World, userId: UserId, tokenMs: number) {
    this.world = world
    this.userId = userId
    this.sessionId = world.mintId() as SessionId
    this.#tokenMs = tokenMs
    this.state = signal<SessionState>(this.#signedIn())
  }

  signOut(): void {
    this.#token = null
    this.state.value = { state: 'signedOut' }
  }

  signIn(): void {
    this.sessionId = this.world.mintId() as SessionId
    this.state.value = this.#signedIn()
  }

  /** As web/store/session.ts: renewed ahead of its end, or when the server would not take it. */
  token(refused?: string): string | null {
    const { world, userId, sessionId } = this
    if (this.state.value.state !== 'signedIn') return null
    const isGood = this.#token && callerOf(this.#token).expiresAt - world.nowMs > 60_000
    if (isGood && this.#token !== refused) return this.#token
    if (world.strikes(0.1)) throw new Failure('unavailable')
    this.#token = tokenOf({ userId, sessionId, expiresAt: world.nowMs + this.#tokenMs })
    return this.#token
  }

  #signedIn(): SessionState {
    return { state: 'signedIn', account: { id: this.userId } as Account }
  }
}

/** Everything a page takes from its browser; it all ends with the page. */
export class PageHost {
  readonly host: Host
  readonly tabs: Tabs
  readonly kept: Shelf
  readonly cache: Shelf
  readonly name: string
  readonly #browser: Browser
  readonly #watchers = new Set<(event: HostEvent) => void>()
  #socket: ClientEnd | null = null
  #cables = 0
  cable: Cable | null = null
  isOnline = true
  isAlive = true

  constructor(browser: Browser, gate: Gate, name: string) {
    this.#browser = browser
    this.name = name
    this.host = this.#hostTo(gate)
    this.tabs = {
      channel: (channel, heard) => this.#channel({ name: channel, page: this, heard }),
      alone: (_, work) => work(false),
      lead: (matter, told) => browser.leads.claim(matter, { tab: this, told }),
    }
    this.kept = this.#shelf(browser.kept)
    this.cache = this.#shelf(browser.cache)
  }

  /** Nothing it had begun goes on; its locks fall to others. */
  kill(): void {
    this.isAlive = false
    if (this.#socket) this.#socket.isSilent = true
    this.#socket?.close()
    const { ears, leads } = this.#browser
    for (const ear of ears) if (ear.page === this) ears.delete(ear)
    leads.drop(this)
  }

  network(isOnline: boolean): void {
    this.isOnline = isOnline
    if (!isOnline) this.cable?.cut()
    this.see(isOnline ? 'online' : 'offline')
  }

  see(event: HostEvent): void {
    for (const watcher of this.#watchers) watcher(event)
  }

  /** Resolves later, never once the page is dead. */
  soon<Value>(work: () => Value, msMax: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.later(
        () => {
          try {
            resolve(work())
          } catch (error) {
            reject(error)
          }
        },
        this.#browser.world.between(0, msMax),
      )
    })
  }

  later(run: () => void, ms: number): () => void {
    return this.#browser.world.later(() => {
      if (this.isAlive) run()
    }, ms)
  }

  #hostTo(gate: Gate): Host {
    const { world } = this.#browser
    return {
      origin: 'https://parley.test',
      open: (url, [, token = '']) => {
        this.#cables += 1
        const cable = new Cable(world, gate, `${this.name}.${this.#cables}`)
        this.cable = cable
        this.#socket = cable.client
        if (this.isOnline) cable.upgrade(url, token)
        else cable.cut()
        return cable.client as unknown as WebSocket
      },
      now: () => world.nowMs,
      random: () => world.random(),
      later: (run, ms) => this.later(run, ms),
      isOnline: () => this.isOnline,
      watch: (seen) => {
        this.#watchers.add(seen)
        return () => this.#watchers.delete(seen)
      },
    }
  }

  #channel(ear: Ear): Channel {
    const { ears, world } = this.#browser
    ears.add(ear)
    return {
      tell: (message) => {
        for (const other of ears) {
          if (other.name !== ear.name || other === ear) continue
          world.later(() => ears.has(other) && other.heard(message), 1)
        }
      },
      close: () => ears.delete(ear),
    }
  }

  /** In the order asked, each some milliseconds later: a kill in between leaves it undone. */
  #shelf(values: Map<string, string>): Shelf {
    let last: Promise<unknown> = Promise.resolve()
    const next = <Value>(work: () => Value): Promise<Value> => {
      const done = last.then(() => this.soon(work, 4))
      last = done
      return done
    }
    const read = (key: string): unknown => {
      const text = values.get(key)
      return text === undefined ? undefined : JSON.parse(text)
    }
    return {
      get: (key) => next(() => read(key)),
      set: (key, value) => {
        const text = JSON.stringify(value)
        return next(() => void values.set(key, text))
      },
      update: (key, change) =>
        next(() => {
          const value = change(read(key))
          values.set(key, JSON.stringify(value))
          return value
        }),
      remove: (key) => next(() => void values.delete(key)),
      clear: () => next(() => values.clear()),
    }
  }
}
