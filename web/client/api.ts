// The HTTP API as typed calls. Whatever goes wrong is a thrown `Failure` with the server's code.

import type * as v from 'valibot'
import { refreshAnswerWithinMs } from '../../protocol/account-limits.ts'
import {
  Account,
  type LoginRequest,
  Profile,
  type ProfilePatch,
  type RegisterRequest,
  SignedIn,
} from '../../protocol/api/accounts.ts'
import { History, Posted, type PostRequest } from '../../protocol/api/messages.ts'
import {
  type CreateRoomRequest,
  Directory,
  Members,
  MyRooms,
  RoomCard,
  type RoomPatch,
} from '../../protocol/api/rooms.ts'
import { Failure } from '../../protocol/failures.ts'
import type { RoomId, Seq, UserId } from '../../protocol/ids.ts'
import { type Call, decode, type Fetch, request } from './request.ts'

/** A token to send; `refused` is the one the server would not take any more. Null: signed out. */
export type TokenSource = (refused?: string) => Promise<string | null>

export type Registration = v.InferInput<typeof RegisterRequest>
export type Credentials = v.InferInput<typeof LoginRequest>
export type NewRoom = v.InferInput<typeof CreateRoomRequest>

export interface Page {
  readonly cursor?: string | null
  readonly limit?: number
}

export interface HistoryPage {
  readonly before?: Seq
  readonly after?: Seq
  readonly around?: Seq
  readonly limit?: number
}

export class Api {
  readonly #token: TokenSource
  readonly #fetch: Fetch
  readonly #base: string

  constructor(parts: { token: TokenSource; fetch?: Fetch; origin?: string }) {
    this.#token = parts.token
    this.#fetch = parts.fetch ?? ((url, init) => fetch(url, init))
    this.#base = `${parts.origin ?? ''}/api/v1`
  }

  register(body: Registration) {
    return this.#openly(SignedIn, { method: 'POST', url: '/auth/register', body })
  }

  login(body: Credentials) {
    return this.#openly(SignedIn, { method: 'POST', url: '/auth/login', body })
  }

  /**
   * Takes the refresh cookie, and leaves a new one. Asked again at once where no answer comes: a lost
   * one is given again for seconds only, then the cookie of before is taken for stolen. [S12, D-49]
   */
  refresh() {
    const call = { method: 'POST', url: '/auth/refresh', body: {}, keepalive: true } as const
    const ask = () => this.#openly(SignedIn, { ...call, withinMs: refreshAnswerWithinMs })
    return ask().catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'unavailable') return ask()
      throw error
    })
  }

  async logout(body: { everywhere?: boolean } = {}): Promise<void> {
    await this.#send({ method: 'POST', url: '/auth/logout', body, keepalive: true })
  }

  me() {
    return this.#signed(Account, { method: 'GET', url: '/users/me' })
  }

  changeMe(body: ProfilePatch) {
    return this.#signed(Account, { method: 'PATCH', url: '/users/me', body })
  }

  profile(id: UserId) {
    return this.#signed(Profile, { method: 'GET', url: `/users/${id}` })
  }

  createRoom(body: NewRoom) {
    return this.#signed(RoomCard, { method: 'POST', url: '/rooms', body })
  }

  directory(page: Page & { query?: string } = {}) {
    return this.#signed(Directory, { method: 'GET', url: `/rooms${queryOf(page)}` })
  }

  myRooms(page: Page = {}) {
    return this.#signed(MyRooms, { method: 'GET', url: `/rooms/mine${queryOf(page)}` })
  }

  room(id: RoomId) {
    return this.#signed(RoomCard, { method: 'GET', url: `/rooms/${id}` })
  }

  changeRoom(id: RoomId, body: RoomPatch) {
    return this.#signed(RoomCard, { method: 'PATCH', url: `/rooms/${id}`, body })
  }

  async deleteRoom(id: RoomId): Promise<void> {
    await this.#repeated({ method: 'DELETE', url: `/rooms/${id}` })
  }

  join(id: RoomId) {
    return this.#signed(RoomCard, { method: 'POST', url: `/rooms/${id}/join`, body: {} })
  }

  async leave(id: RoomId): Promise<void> {
    await this.#repeated({ method: 'POST', url: `/rooms/${id}/leave`, body: {} })
  }

  members(id: RoomId, page: Page = {}) {
    return this.#signed(Members, { method: 'GET', url: `/rooms/${id}/members${queryOf(page)}` })
  }

  history(id: RoomId, page: HistoryPage = {}) {
    return this.#signed(History, { method: 'GET', url: `/rooms/${id}/messages${queryOf(page)}` })
  }

  /** Repeating it with the same id is safe. [SND2] */
  post(id: RoomId, body: PostRequest) {
    return this.#signed(Posted, { method: 'POST', url: `/rooms/${id}/messages`, body })
  }

  async #openly<Value>(schema: v.GenericSchema<unknown, Value>, call: Call): Promise<Value> {
    return decode(schema, await this.#send(call))
  }

  async #signed<Value>(schema: v.GenericSchema<unknown, Value>, call: Call): Promise<Value> {
    return decode(schema, await this.#repeated(call))
  }

  /** With the token of the day; with a new one, once, if the server no longer takes it. */
  async #repeated(call: Call): Promise<Response> {
    const token = await this.#token()
    try {
      return await this.#send({ ...call, token })
    } catch (error) {
      const refused = error instanceof Failure && error.code === 'unauthenticated'
      const renewed = refused && token !== null ? await this.#token(token) : null
      if (renewed === null) throw error
      return this.#send({ ...call, token: renewed })
    }
  }

  #send(call: Call): Promise<Response> {
    return request(this.#fetch, { ...call, url: this.#base + call.url })
  }
}

function queryOf(fields: object): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length === 0 ? '' : `?${query}`
}
