// Whether a sign-in still opens anything: every credential of it, shown again after it has ended.

import { expect } from 'vitest'
import { refresh, type SignedInPerson } from './accounts.ts'
import type { Http } from './http.ts'
import { RoomSocket } from './room-socket.ts'

/** How late a socket may be closed. [S4, SOK13] */
export const closedWithinMs = 1_000

/** What each answers: one's own page, a live validation, a renewal, a room's socket. */
export async function doorsOf(
  parley: { readonly url: string; readonly http: Http },
  { token, refreshToken, ask }: SignedInPerson,
  room: string,
): Promise<(number | undefined)[]> {
  const { http, url } = parley
  const validated = await http('POST', '/auth/validate', { body: { token, live: true } })
  return [
    (await ask('GET', '/users/me')).status,
    validated.status,
    await upgradeOf(url, room, token),
    (await refresh(http, refreshToken)).status,
  ]
}

export const allOpen = [200, 200, 101, 200]
export const allShut = [401, 401, 401, 401]

/** The status of an upgrade. */
function upgradeOf(url: string, room: string, token: string): Promise<number | undefined> {
  const { socket } = new RoomSocket(url, room, token)
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
  })
}

/** An open socket, welcomed. */
export async function socketIn(url: string, room: string, token: string): Promise<RoomSocket> {
  const socket = new RoomSocket(url, room, token)
  await socket.welcome()
  return socket
}

/** Fails unless the act closes all of these in time, telling them to sign in. */
export async function closesAll(sockets: readonly RoomSocket[], act: () => Promise<unknown>) {
  await act()
  const open = () => sockets.filter(({ isClosed }) => !isClosed).length
  await expect.poll(open, { timeout: closedWithinMs, interval: 10 }).toBe(0)
  const closed = await Promise.all(sockets.map((socket) => socket.closed))
  expect(closed.map(({ code }) => code)).toEqual(sockets.map(() => 4401))
}
