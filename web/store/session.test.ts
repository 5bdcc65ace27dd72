// One sign-in for all tabs: its start, its renewal, its end, and who hears of them.

import { describe, expect, it } from 'vitest'
import type { Account, SignedIn } from '../../protocol/api/accounts.ts'
import { FakeBrowser } from '../../test/support/fake-browser.ts'
import { turn, until } from '../../test/support/fake-person.ts'
import { userId } from '../../test/support/ids.ts'
import { Api } from '../client/api.ts'
import { createSession, type Session } from './session.ts'

const account = (id: number): Account => ({
  ...{ id: userId(id), username: `user${id}`, displayName: `User ${id}`, email: 'a@b.example' },
  ...{ phone: null, age: null, bio: null, role: 'user', createdAt: '2026-01-01T00:00:00.000Z' },
})

/** The accounts half of the server: one cookie jar, as a browser has. */
class FakeAccounts {
  cookie: Account | null = null
  isAway = false
  refreshes = 0
  hold: Promise<void> = Promise.resolve()
  #tokens = 0

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const path = new URL(url).pathname.replace('/api/v1', '')
    if (this.isAway) throw new TypeError('fetch failed')
    if (path === '/auth/login') this.cookie = account(Number(JSON.parse(String(init.body)).login))
    if (path === '/auth/refresh') this.refreshes += 1
    const signedIn = this.cookie
    if (path === '/auth/refresh') await this.hold
    if (path === '/auth/logout') this.cookie = null
    if (path === '/auth/logout') return new Response(null, { status: 204 })
    if (!signedIn) return problem(401, 'unauthenticated')
    if (path === '/users/me') return Response.json({ ...signedIn, bio: 'new' })
    return Response.json(this.#grant(signedIn))
  }

  #grant(user: Account): SignedIn {
    this.#tokens += 1
    const accessToken = `token ${this.#tokens} of ${user.username}`
    // By a server whose clock is years behind: only the receipt counts.
    const [accessTokenExpiresAt, refreshTokenExpiresAt] = ['2020-01-01', '2020-02-01']
    return { user, accessToken, accessTokenExpiresAt, refreshTokenExpiresAt }
  }
}

const problem = (status: number, code: string) =>
  Response.json({ type: '', title: '', status, code, detail: '' }, { status })

class Rig {
  readonly server = new FakeAccounts()
  readonly browser = new FakeBrowser()
  nowMs = 0
  pauses: (() => void)[] = []

  open(): Session {
    const { tabs, cache } = this.browser.openTab('http://localhost')
    const api: Api = new Api({
      token: (refused) => session.token(refused),
      fetch: this.server.fetch,
      origin: 'http://localhost',
    })
    const pause = () => new Promise<void>((resolve) => this.pauses.push(resolve))
    const session: Session = createSession({ api, tabs, cache, now: () => this.nowMs, pause })
    return session
  }

  async openSignedIn(count: number, id = 1): Promise<Session[]> {
    this.server.cookie = account(id)
    const sessions = Array.from({ length: count }, () => this.open())
    await until(() => sessions.every((session) => isSignedInAs(session, id)))
    return sessions
  }
}

const isSignedInAs = ({ state }: Session, id: number) =>
  state.value.state === 'signedIn' && state.value.account.id === userId(id)

const isSignedOut = ({ state }: Session) => state.value.state === 'signedOut'

describe('starting', () => {
  it('asks whom the cookie stands for', async () => {
    const rig = new Rig()
    const session = rig.open()
    expect(session.state.value).toEqual({ state: 'unknown' })
    await until(() => isSignedOut(session))
    expect(await session.token()).toBeNull()
    const [other] = await rig.openSignedIn(1)
    expect(await other!.token()).toBe('token 1 of user1')
  })

  it('is not signed out by a lost network: asks again', async () => {
    const rig = new Rig()
    rig.server.isAway = true
    rig.server.cookie = account(1)
    const session = rig.open()
    while (rig.pauses.length === 0) await turn()
    expect(session.state.value).toEqual({ state: 'unknown' })
    rig.server.isAway = false
    rig.pauses.shift()!()
    await until(() => isSignedInAs(session, 1))
  })

  it('remembers who it was while the network is away, without a token', async () => {
    const rig = new Rig()
    await rig.openSignedIn(1)
    rig.server.isAway = true
    const session = rig.open()
    await until(() => isSignedInAs(session, 1))
    await expect(session.token()).rejects.toMatchObject({ code: 'unavailable' })
    rig.server.isAway = false
    expect(await session.token()).toContain('user1')
  })
})

describe('[CON6 D-03] renewing', () => {
  it('asks once for five tabs whose token has run out', async () => {
    const rig = new Rig()
    const sessions = await rig.openSignedIn(5)
    const before = rig.server.refreshes
    rig.nowMs += 15 * 60_000
    const tokens = await Promise.all(sessions.map((session) => session.token()))
    expect(new Set(tokens).size).toBe(1)
    expect(rig.server.refreshes - before).toBe(1)
  })

  it('keeps a token for as long as it is fresh, by the clock of its receipt', async () => {
    const rig = new Rig()
    const [session] = await rig.openSignedIn(1)
    const first = await session!.token()
    rig.nowMs += 13 * 60_000
    expect(await session!.token()).toBe(first)
    rig.nowMs += 60_000
    expect(await session!.token()).not.toBe(first)
  })

  it('replaces a token that the server refused, once for all who show it', async () => {
    const rig = new Rig()
    const [session] = await rig.openSignedIn(1)
    const refused = (await session!.token())!
    const before = rig.server.refreshes
    const tokens = await Promise.all([session!.token(refused), session!.token(refused)])
    expect(tokens[0]).not.toBe(refused)
    expect([tokens[1], rig.server.refreshes - before]).toEqual([tokens[0], 1])
    expect(await session!.token(refused)).toBe(tokens[0])
  })

  it('ends the sign-in in every tab when the cookie is no longer good', async () => {
    const rig = new Rig()
    const sessions = await rig.openSignedIn(3)
    rig.server.cookie = null
    rig.nowMs += 15 * 60_000
    expect(await sessions[0]!.token()).toBeNull()
    await until(() => sessions.every(isSignedOut))
  })
})

describe('signing in and out', () => {
  it('reaches every tab, and empties what was cached', async () => {
    const rig = new Rig()
    const [here, there] = [rig.open(), rig.open()]
    await until(() => isSignedOut(here) && isSignedOut(there))
    await here.login({ login: '1', password: 'long enough' })
    await until(() => isSignedInAs(there, 1))
    expect(await there.token()).toBe(await here.token())
    await rig.browser.cache.set('room', 'its messages')
    await there.logout()
    await until(() => isSignedOut(here))
    expect(await rig.browser.cache.get('room')).toBeUndefined()
  })

  it('is not undone by an answer that was on its way', async () => {
    const rig = new Rig()
    const [session] = await rig.openSignedIn(1)
    const held = Promise.withResolvers<void>()
    rig.server.hold = held.promise
    rig.nowMs += 15 * 60_000
    const token = session!.token()
    await turn()
    await session!.logout()
    held.resolve()
    expect(await token).toBeNull()
    expect(isSignedOut(session!)).toBe(true)
  })

  it('stays signed in when signing out does not reach the server: the cookie is still there', async () => {
    const rig = new Rig()
    const [session] = await rig.openSignedIn(1)
    rig.server.isAway = true
    await expect(session!.logout()).rejects.toMatchObject({ code: 'unavailable' })
    expect(isSignedInAs(session!, 1)).toBe(true)
  })

  it('never repeats one person’s request with the token of another', async () => {
    const rig = new Rig()
    const [session] = await rig.openSignedIn(1)
    const refused = (await session!.token())!
    rig.server.cookie = account(2)
    expect(await session!.token(refused)).toBeNull()
    expect(isSignedInAs(session!, 2)).toBe(true)
  })

  it('shows a changed profile in every tab', async () => {
    const rig = new Rig()
    const [here, there] = await rig.openSignedIn(2)
    await here!.changeProfile({ bio: 'new' })
    await until(
      () => there!.state.value.state === 'signedIn' && there!.state.value.account.bio === 'new',
    )
  })
})
