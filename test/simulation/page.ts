// One tab of one person: the real client over a simulated browser, and what was written in it.

import { effect } from '@preact/signals'
import type { History } from '../../protocol/api/messages.ts'
import { type FailureCode, failures, type Refusal } from '../../protocol/failures.ts'
import type { RoomId, Seq } from '../../protocol/ids.ts'
import { listDefault } from '../../protocol/limits.ts'
import { Api } from '../../web/client/api.ts'
import { openRoom } from '../../web/store/open-room.ts'
import type { RoomStore } from '../../web/store/room-store.ts'
import type { Session } from '../../web/store/session.ts'
import { type Browser, PageHost } from './browser.ts'
import type { SimServer } from './server.ts'
import { callerOf } from './tokens.ts'

export class Page {
  readonly name: string
  readonly browser: Browser
  readonly host: PageHost
  readonly store: RoomStore
  readonly #server: SimServer
  readonly #roomId: RoomId
  readonly #unwatch: () => void
  /** What was written here, in order. */
  readonly written: string[] = []
  /** What was refused for good once, and so may come after what was written later. */
  readonly failedOnce = new Set<string>()

  constructor(browser: Browser, server: SimServer, roomId: RoomId, name: string) {
    this.name = name
    this.browser = browser
    this.#server = server
    this.#roomId = roomId
    this.host = new PageHost(browser, server, name)
    const { host, tabs, kept, cache } = this.host
    const session = this.#session()
    const api = new Api({ token: session.token, fetch: (url, init) => this.#fetch(url, init) })
    const { userId } = browser
    this.store = openRoom({ api, session, userId, host, tabs, kept, cache }, roomId)
    this.#unwatch = effect(() => {
      for (const { body, status } of this.store.drafts.value) {
        if (status.state === 'failed') this.failedOnce.add(body)
      }
    })
  }

  write(extras: Parameters<RoomStore['send']>[1], more = ''): void {
    const body = `${this.name}/${this.written.length}${more}`
    this.written.push(body)
    this.store.send(body, extras)
  }

  kill(): void {
    this.#unwatch()
    this.host.kill()
  }

  close(): void {
    this.#unwatch()
    this.store.close()
  }

  /** Bodies on the browser's disk that are still to be sent. */
  get kept(): string[] {
    const drafts = this.browser.kept.get(`outbox/${this.browser.userId}/${this.#roomId}`)
    return (JSON.parse(drafts ?? '[]') as { body: string }[]).map(({ body }) => body)
  }

  #session(): Session {
    const { browser } = this
    const never = () => Promise.reject(new Error('Nobody asks for this here.'))
    return {
      state: browser.state,
      ...{ register: never, login: never, logout: never, changeProfile: never },
      token: (refused) => this.host.soon(() => browser.token(refused), 80),
    }
  }

  /** There and back over the same weather: lost on the way there, on the way back, or late. */
  #fetch(url: string, init: RequestInit): Promise<Response> {
    const { world } = this.browser
    const { authorization = '' } = (init.headers ?? {}) as Record<string, string>
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const settle = (work: () => void, ms: number) => void this.host.later(work, ms)
    const lose = () => settle(() => reject(new TypeError('lost')), world.between(10, 8_000))
    const isLost = !this.host.isOnline || world.strikes(0.08)
    if (isLost) lose()
    else {
      world.later(
        () => {
          const answer = this.#answer(new URL(url, 'https://parley.test'), authorization.slice(7))
          if (world.strikes(0.08)) lose()
          else settle(() => resolve(answer), world.between(5, 400))
        },
        world.between(5, 400),
      )
    }
    return promise
  }

  #answer(url: URL, token: string): Response {
    const caller = callerOf(token)
    if (this.#server.isDown) return problem({ code: 'unavailable', detail: '' })
    if (caller.expiresAt <= this.browser.world.nowMs)
      return problem({ code: 'unauthenticated', detail: '' })
    const { people, room } = this.#server.open
    if (url.pathname.endsWith('/messages')) {
      const before = Number(url.searchParams.get('before')) as Seq
      const page = room.history(caller, { before, limit: Math.min(9, listDefault) })
      return page.ok ? response(200, page.value satisfies History) : problem(page.refusal)
    }
    const seen = people.view(caller)
    return seen.ok
      ? response(200, { ...seen.value.room, role: seen.value.role })
      : problem(seen.refusal)
  }
}

function problem({ code, detail }: Refusal | { code: FailureCode; detail: string }): Response {
  const { status, title } = failures[code]
  return response(status, { type: '', title, status, code, detail })
}

/** As much of a response as is read, with no stream behind it to take turns of its own. */
function response(status: number, body: object): Response {
  const text = JSON.stringify(body)
  return { ok: status < 400, status, text: async () => text } as Response
}
