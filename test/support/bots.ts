// Bots for tests: made by somebody in their room, and asked for what they may.

import { uuidv7 } from 'uuidv7'
import type { BotSignedIn, NewBot } from '../../protocol/api/bots.ts'
import type { RoomId } from '../../protocol/ids.ts'
import type { Http } from './http.ts'
import type { Person } from './parley.ts'

export const makeBot = (by: Person, room: RoomId, more: object = {}) =>
  by.ask<NewBot>('POST', `/rooms/${room}/bots`, {
    name: 'Robot',
    rights: ['read', 'send'],
    ...more,
  })

export async function botIn(room: RoomId, by: Person, more: object = {}): Promise<NewBot> {
  const { status, body } = await makeBot(by, room, more)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

export const postAs = (http: Http, token: string, room: RoomId, id: string = uuidv7()) =>
  http('POST', `/rooms/${room}/messages`, { token, body: { id, body: 'Beep' } })

export const signInBot = (http: Http, token: string) =>
  http<BotSignedIn>('POST', '/auth/bot', { token })

export const revokeBot = (by: Person, room: RoomId, { id }: { id: string }) =>
  by.ask('DELETE', `/rooms/${room}/bots/${id}`)
