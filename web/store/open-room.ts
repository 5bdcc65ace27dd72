// Opens one room: wires its connection, its copy of the messages and its outbox together.

import { batch, signal } from '@preact/signals'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import type { MessageChange } from '../../protocol/changes.ts'
import type { FailureCode } from '../../protocol/failures.ts'
import type { Closing, Ok, Refused, ServerFrame } from '../../protocol/frames.ts'
import { MessageId, type Rev, type RoomId, type UserId } from '../../protocol/ids.ts'
import { MessageBody } from '../../protocol/text.ts'
import type { Api } from '../client/api.ts'
import { type Connection, isOpen } from '../client/connection-states.ts'
import { browserHost, type Host } from '../client/host.ts'
import { RoomSocket } from '../client/socket.ts'
import { draftOf, faceOf } from './faces.ts'
import { OutboxShell } from './outbox-shell.ts'
import { RoomCache } from './room-cache.ts'
import { RoomCopy } from './room-copy.ts'
import { type ConnectionFace, type Draft, isLost, type RoomStore } from './room-store.ts'
import type { Session } from './session.ts'
import { cacheShelf, keptShelf, type Shelf } from './shelf.ts'
import { browserTabs, type Tabs } from './tabs.ts'

export interface RoomParts {
  readonly api: Api
  readonly session: Session
  /** Whose room this is: everything kept is kept under their name. */
  readonly userId: UserId
  readonly host?: Host
  readonly tabs?: Tabs
  readonly kept?: Shelf
  readonly cache?: Shelf
}

export function openRoom(parts: RoomParts, roomId: RoomId): RoomStore {
  return new OpenRoom(parts, roomId)
}

class OpenRoom implements RoomStore {
  readonly id: RoomId
  readonly connection = signal<ConnectionFace>({ face: 'connecting' })
  readonly drafts = signal<readonly Draft[]>([])
  readonly #parts: RoomParts
  readonly #host: Host
  readonly #copy: RoomCopy
  readonly #outbox: OutboxShell
  readonly #socket: RoomSocket
  readonly #unfollow: () => void
  #wasOpen = false
  #isOver = false

  constructor(parts: RoomParts, roomId: RoomId) {
    const { api, userId, host = browserHost(), tabs = browserTabs() } = parts
    const cache = new RoomCache({ shelf: parts.cache ?? cacheShelf, userId, roomId })
    this.id = roomId
    this.#parts = parts
    this.#host = host
    this.#copy = new RoomCopy({
      ...{ roomId, api, host, cache, isOurs: () => this.#isOurs() },
      shown: (rows) => this.#settle(rows),
    })
    this.#outbox = new OutboxShell({
      ...{ roomId, userId, host, tabs, shelf: parts.kept ?? keptShelf },
      send: (message) => this.#socket.send({ type: 'send', ...message }),
      changed: (entries) => {
        this.drafts.value = entries.map(draftOf)
      },
    })
    this.#socket = new RoomSocket({
      ...{ roomId, host, token: (refused) => this.#token(refused), ask: () => this.#ask() },
      follower: {
        position: () => this.#copy.position,
        receive: (frame) => this.#receive(frame),
        changed: (connection) => this.#connectionChanged(connection),
      },
    })
    this.#unfollow = parts.session.state.subscribe(() => {
      if (this.#isOurs()) this.#socket.signedIn()
    })
    void this.#begin()
  }

  get model() {
    return this.#copy.model
  }

  get history() {
    return this.#copy.history
  }

  get resyncs() {
    return this.#copy.resyncs
  }

  send(text: string): void {
    const body = text.trim()
    if (body === '') return
    const draft = { id: newMessageId(), body, createdAt: this.#host.now() }
    // Too long or unstorable: the room would refuse it, so it fails here and its text is kept.
    this.#outbox.add(v.is(MessageBody, body) ? draft : { ...draft, failed: 'invalid' })
  }

  retry(id: MessageId): void {
    this.#outbox.step({ type: 'retry', id, newId: newMessageId() })
  }

  discard(id: MessageId): void {
    this.#outbox.step({ type: 'discard', id })
  }

  loadOlder(): Promise<void> {
    return this.#copy.loadOlder()
  }

  reconnectNow(): void {
    this.#socket.retryNow()
  }

  close(): void {
    this.#isOver = true
    this.#unfollow()
    this.#socket.end()
    this.#outbox.end()
    this.#copy.save()
  }

  /** What was kept comes first: it is there before any network is. */
  async #begin(): Promise<void> {
    await this.#outbox.loaded
    await this.#copy.restore()
    if (!this.#isOver) this.#socket.start()
  }

  #receive(frame: Exclude<ServerFrame, Closing>) {
    switch (frame.type) {
      case 'welcome':
        this.#copy.welcome(frame)
        break
      case 'changes':
        this.#sync(this.#copy.apply(frame))
        break
      case 'ok':
        this.#accept(frame)
        break
      case 'refused':
        this.#refuse(frame)
        break
      case 'presence':
      case 'typing':
      case 'reads':
      case 'expiring':
        break
      default:
        frame satisfies never
    }
    return this.#copy.standing
  }

  #accept({ ref, rev }: Ok): void {
    if (rev === undefined) return
    this.#outbox.step({ type: 'ok', ref, rev })
    this.#settle([])
  }

  #sync(after: Rev | null): void {
    if (after !== null) this.#socket.send({ type: 'sync', after })
  }

  #refuse({ ref, code, retryAfterMs }: Refused): void {
    if (ref !== null) return this.#outbox.step({ type: 'refused', ref, code, retryAfterMs })
    // Of all we send without a ref, only `sync` can be told to wait.
    if (retryAfterMs !== undefined)
      this.#host.later(() => this.#sync(this.#copy.asked), retryAfterMs)
  }

  /** Drafts whose rows are in sight now. An `ok` may have come before its row or after. [SOK6] */
  #settle(rows: readonly MessageChange[]): void {
    const { rev } = this.#copy
    if (rev === null || this.#outbox.entries.length === 0) return
    const mine = rows.filter(({ authorId }) => authorId === this.#parts.userId)
    this.#outbox.step({ type: 'arrived', ids: new Set(mine.flatMap(({ id }) => id ?? [])), rev })
  }

  #connectionChanged(connection: Connection): void {
    batch(() => {
      this.connection.value = faceOf(connection, this.connection.value)
      if (isOpen(connection) !== this.#wasOpen) {
        this.#wasOpen = isOpen(connection)
        this.#outbox.step({ type: this.#wasOpen ? 'opened' : 'closed' })
      }
      if (connection.state === 'stopped' && isLost(connection.code)) this.#copy.forget()
    })
  }

  /** Another person may have signed in, in another tab: this room is not open to them. */
  async #token(refused?: string): Promise<string | null> {
    const { session } = this.#parts
    return this.#isOurs() || session.state.value.state === 'unknown' ? session.token(refused) : null
  }

  #isOurs(): boolean {
    const session = this.#parts.session.state.value
    return session.state === 'signedIn' && session.account.id === this.#parts.userId
  }

  /** Why upgrades come to nothing: one may have left, or never been in. [SOK16] */
  async #ask(): Promise<FailureCode | null> {
    const { role } = await this.#parts.api.room(this.id)
    return role === null ? 'forbidden' : null
  }
}

const newMessageId = () => v.parse(MessageId, uuidv7())
