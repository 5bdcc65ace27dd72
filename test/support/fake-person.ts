// Somebody in a room, as far as the client's engine knows them: signed in, with a tab.

import { effect, signal } from '@preact/signals'
import type { Account } from '../../protocol/api/accounts.ts'
import type { UserId } from '../../protocol/ids.ts'
import { Api } from '../../web/client/api.ts'
import { openRoom } from '../../web/store/open-room.ts'
import type { RoomStore } from '../../web/store/room-store.ts'
import type { Session, SessionState } from '../../web/store/session.ts'
import type { FakeTab } from './fake-browser.ts'
import type { FakeServer } from './fake-server.ts'

/** The fake server takes a person's id for their token. */
export function enterRoom(
  tab: FakeTab,
  server: FakeServer,
  userId: UserId,
  state?: Session['state'],
): RoomStore {
  const session = { ...sessionOf(userId, userId), ...(state && { state }) }
  const api = new Api({ token: session.token, fetch: server.fetch, origin: tab.host.origin })
  const { host, tabs, kept, cache } = tab
  return openRoom({ api, session, userId, host, tabs, kept, cache }, server.room.room.id)
}

/** Signed in for as long as the test says. */
export function sessionOf(userId: UserId, token: string): Session {
  const account = { id: userId, username: 'ana' } as Account
  const never = () => Promise.reject(new Error('not in this test'))
  return {
    state: signal<SessionState>({ state: 'signedIn', account }),
    ...{ register: never, login: never, logout: never, changeProfile: never },
    token: async () => token,
  }
}

/** Resolves when signals make it true, and whatever made it true has finished. */
export function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (!holds()) return
      setImmediate(() => {
        stop()
        resolve()
      })
    })
  })
}

/** Lets whatever is due happen. */
export const turn = () => new Promise((resolve) => setImmediate(resolve))

export const bodiesOf = (store: RoomStore) =>
  store.model.value?.messages.map(({ body }) => body) ?? []

export const isSettled = (store: RoomStore) => store.drafts.value.length === 0

export const isLive = (store: RoomStore) => store.connection.value.face === 'live'
