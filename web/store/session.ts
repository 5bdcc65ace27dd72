// Who is signed in: one answer for all tabs of a browser, and a token for whoever asks the server.

import { type ReadonlySignal, signal } from '@preact/signals'
import * as v from 'valibot'
import { accessTokenSeconds } from '../../protocol/account-limits.ts'
import { Account, type ProfilePatch, type SignedIn } from '../../protocol/api/accounts.ts'
import { Failure } from '../../protocol/failures.ts'
import type { Api, Credentials, Registration } from '../client/api.ts'
import { decodeNews, type Grant, type News } from './session-news.ts'
import { cacheShelf, type Shelf } from './shelf.ts'
import { browserTabs, type Channel, type Tabs } from './tabs.ts'

export type SessionState =
  | { readonly state: 'unknown' } // Until the server, or a copy of its last answer, has said.
  | { readonly state: 'signedOut' }
  | { readonly state: 'signedIn'; readonly account: Account }

export interface Session {
  readonly state: ReadonlySignal<SessionState>
  register(request: Registration): Promise<void>
  login(credentials: Credentials): Promise<void>
  logout(options?: { everywhere?: boolean }): Promise<void>
  changeProfile(patch: ProfilePatch): Promise<void>
  /** Fresh; null when signed out. `refused` is the one the server would not take. */
  token(refused?: string): Promise<string | null>
}

export interface SessionParts {
  readonly api: Api
  readonly tabs?: Tabs
  readonly cache?: Shelf
  readonly now?: () => number
  readonly pause?: (ms: number) => Promise<void>
}

/** Renewed this long before the end, so that no request meets it on its way. */
const renewAheadMs = 60_000

/** How long a tab that waited for another one's renewal lets the news travel. */
const newsWithinMs = 250

/** Where the first answer is waited for, the network is asked again at most this rarely. */
const startAgainMsMax = 30_000

const accountKey = 'account'

/**
 * Starts by asking the server whom the refresh cookie stands for. The token lives in memory only
 * and is renewed once for all tabs; a lost network is never a sign-out. [CON6]
 */
export function createSession(parts: SessionParts): Session {
  return new BrowserSession(parts)
}

class BrowserSession implements Session {
  readonly state = signal<SessionState>({ state: 'unknown' })
  readonly #api: Api
  readonly #tabs: Tabs
  readonly #cache: Shelf
  readonly #now: () => number
  readonly #pause: (ms: number) => Promise<void>
  readonly #channel: Channel
  #grant: Grant | null = null
  #era = 0 // Raised by every sign-in and sign-out: an answer to an earlier one is void.
  #renewal: Promise<string | null> | null = null
  #heard = Promise.withResolvers<void>()

  constructor(parts: SessionParts) {
    this.#api = parts.api
    this.#tabs = parts.tabs ?? browserTabs()
    this.#cache = parts.cache ?? cacheShelf
    this.#now = parts.now ?? Date.now
    this.#pause = parts.pause ?? pause
    this.#channel = this.#tabs.channel('parley:session', (message) => this.#hear(message))
    void this.#start()
  }

  async register(request: Registration): Promise<void> {
    this.#admit(await this.#api.register(request))
  }

  async login(credentials: Credentials): Promise<void> {
    this.#admit(await this.#api.login(credentials))
  }

  async logout(options: { everywhere?: boolean } = {}): Promise<void> {
    await this.#api.logout(options).catch((error: unknown) => {
      if (!isSignedOut(error)) throw error // Signed out already is signed out.
    })
    this.#spread({ type: 'signedOut' })
  }

  async changeProfile(patch: ProfilePatch): Promise<void> {
    const account = await this.#api.changeMe(patch)
    if (account.id !== accountOf(this.state.value)?.id) return
    this.#spread({ type: 'signedIn', account, grant: this.#grant })
  }

  async token(refused?: string): Promise<string | null> {
    if (this.state.value.state === 'signedOut') return null
    const grant = this.#grant
    if (grant && grant.token !== refused && this.#now() < grant.freshUntilMs) return grant.token
    const asked = accountOf(this.state.value)?.id
    const token = await this.#renew()
    // Somebody else may have signed in meanwhile: the request was not theirs.
    return asked === undefined || asked === accountOf(this.state.value)?.id ? token : null
  }

  /** Until somebody answers: the server, or in its absence the copy of its last answer. */
  async #start(): Promise<void> {
    for (let waitMs = 1_000; this.state.value.state === 'unknown'; waitMs = longer(waitMs)) {
      await this.#renew().catch(() => null)
      if (this.state.value.state !== 'unknown') return
      const account = await remembered(this.#cache)
      if (account) this.#take({ type: 'signedIn', account, grant: null })
      else await this.#pause(waitMs)
    }
  }

  #renew(): Promise<string | null> {
    const before = this.#grant
    const work = (waited: boolean) => this.#renewAlone(before, waited)
    this.#renewal ??= this.#tabs.alone('parley:refresh', work).finally(() => {
      this.#renewal = null
    })
    return this.#renewal
  }

  async #renewAlone(before: Grant | null, waited: boolean): Promise<string | null> {
    const era = this.#era
    if (waited && this.#grant === before) {
      await Promise.race([this.#heard.promise, this.#pause(newsWithinMs)])
    }
    if (this.#grant !== before || this.#era !== era) return this.#grant?.token ?? null
    try {
      const signedIn = await this.#api.refresh()
      return this.#era === era ? this.#admit(signedIn) : (this.#grant?.token ?? null)
    } catch (error) {
      if (!isSignedOut(error)) throw error
      if (this.#era === era) this.#spread({ type: 'signedOut' })
      return null
    }
  }

  #admit({ user, accessToken }: SignedIn): string {
    // The machine's clock may be hours off the server's, so the life counts from the receipt.
    const freshUntilMs = this.#now() + accessTokenSeconds * 1_000 - renewAheadMs
    this.#spread({ type: 'signedIn', account: user, grant: { token: accessToken, freshUntilMs } })
    return accessToken
  }

  /** Here first, then in every other tab. */
  #spread(news: News): void {
    this.#take(news)
    this.#channel.tell(news)
    if (news.type === 'signedIn') void this.#cache.set(accountKey, news.account)
  }

  #hear(message: unknown): void {
    const news = decodeNews(message)
    if (!news) return
    this.#take(news)
    this.#heard.resolve()
    this.#heard = Promise.withResolvers()
  }

  #take(news: News): void {
    const before = accountOf(this.state.value)
    if (news.type === 'signedOut') {
      this.#era += 1
      this.#grant = null
      this.state.value = { state: 'signedOut' }
      void this.#cache.clear() // In every tab: one that had not heard yet may just have written.
      return
    }
    if (before?.id !== news.account.id) this.#era += 1
    this.#grant = news.grant
    if (!isSame(before, news.account)) {
      this.state.value = { state: 'signedIn', account: news.account }
    }
  }
}

function accountOf(state: SessionState): Account | null {
  return state.state === 'signedIn' ? state.account : null
}

async function remembered(cache: Shelf): Promise<Account | null> {
  const parsed = v.safeParse(Account, await cache.get(accountKey))
  return parsed.success ? parsed.output : null
}

const isSignedOut = (error: unknown) => error instanceof Failure && error.code === 'unauthenticated'

const isSame = (one: Account | null, other: Account) =>
  JSON.stringify(one) === JSON.stringify(other)

const longer = (ms: number) => Math.min(ms * 2, startAgainMsMax)

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
