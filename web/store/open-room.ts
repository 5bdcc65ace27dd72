// Opens one room: wires its connection, its copy of the messages and its outbox together.

import { batch, computed, signal } from '@preact/signals'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { Command, type CommandOut } from '../../protocol/commands.ts'
import type { FailureCode } from '../../protocol/failures.ts'
import { MessageId, type RoomId, type Seq, type UserId } from '../../protocol/ids.ts'
import { MessageBody } from '../../protocol/text.ts'
import type { Api } from '../client/api.ts'
import { type Connection, isOpen } from '../client/connection-states.ts'
import { browserHost, type Host } from '../client/host.ts'
import { firstRef } from '../client/refs.ts'
import { RoomSocket } from '../client/socket.ts'
import { DeedsShell } from './deeds-shell.ts'
import { Dispatch } from './dispatch.ts'
import { draftOf, faceOf } from './faces.ts'
import { OutboxShell } from './outbox-shell.ts'
import { RoomCache } from './room-cache.ts'
import { RoomCopy } from './room-copy.ts'
import { RoomSigns } from './room-signs.ts'
import {
  type ConnectionFace,
  type Deed,
  type Draft,
  type Extras,
  isLost,
  type RoomStore,
} from './room-store.ts'
import type { Session } from './session.ts'
import { cacheShelf, keptShelf, type Shelf } from './shelf.ts'
import { browserTabs, type Tabs } from './tabs.ts'
import { unreadOf } from './unread.ts'

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
  readonly slowUntilMs = signal(0)
  readonly unread = computed(() => {
    const [model, readSeq] = [this.model.value, this.readSeq.value]
    return model && readSeq !== null ? unreadOf(model, readSeq) : null
  })
  readonly #parts: RoomParts
  readonly #host: Host
  readonly #copy: RoomCopy
  readonly #outbox: OutboxShell
  readonly #deeds: DeedsShell
  readonly #signs: RoomSigns
  readonly #dispatch: Dispatch
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
      shown: (model, rows) => this.#dispatch.shown(model, rows),
    })
    this.#outbox = new OutboxShell({
      ...{ roomId, userId, host, tabs, shelf: parts.kept ?? keptShelf },
      send: ({ mentions, ...message }) =>
        this.#socket.send({ type: 'send', ...message, mentions: [...mentions] }),
      heard: () => this.#dispatch.settle(),
      changed: ({ entries, slowUntilMs }) => {
        this.drafts.value = entries.map(draftOf)
        this.slowUntilMs.value = slowUntilMs
      },
    })
    const send = (command: CommandOut) => this.#socket.send(command)
    this.#deeds = new DeedsShell({ host, send })
    this.#signs = new RoomSigns({ userId, host, send })
    this.#dispatch = new Dispatch({
      ...{ userId, host, send, copy: this.#copy, outbox: this.#outbox },
      ...{ deeds: this.#deeds, signs: this.#signs },
    })
    this.#socket = new RoomSocket({
      ...{ roomId, host, token: (refused) => this.#token(refused), ask: () => this.#ask() },
      follower: {
        position: () => this.#copy.position,
        receive: (frame) => this.#dispatch.receive(frame),
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

  get presence() {
    return this.#signs.presence
  }

  get typing() {
    return this.#signs.typing
  }

  get reads() {
    return this.#signs.reads
  }

  get readSeq() {
    return this.#signs.readSeq
  }

  get pending() {
    return this.#deeds.pending
  }

  get mishap() {
    return this.#deeds.mishap
  }

  send(text: string, { replyTo = null, mentions = [] }: Extras = {}): void {
    const body = text.trim()
    if (body === '') return
    const extras = { replyTo, mentions: [...mentions] }
    const draft = { id: newMessageId(), body, createdAt: this.#host.now(), ...extras }
    this.#signs.sent()
    // Too long or unstorable: the room would refuse it, so it fails here and its text is kept.
    this.#outbox.add(v.is(MessageBody, body) ? draft : { ...draft, failed: 'invalid' })
  }

  edit(seq: Seq, text: string, mentions?: readonly UserId[]): void {
    const body = text.trim()
    this.#do({ type: 'edit', seq, body, ...(mentions && { mentions }) })
  }

  remove(seq: Seq): void {
    this.#do({ type: 'delete', seq })
  }

  react(seq: Seq, emoji: string, on: boolean): void {
    this.#do({ type: 'react', seq, emoji, on })
  }

  forgetMishap(): void {
    this.#deeds.mishap.value = null
  }

  markRead(seq: Seq): void {
    this.#signs.markRead(seq)
  }

  type(on: boolean): void {
    const mutedUntil = this.model.peek()?.you.mutedUntil ?? 0
    if (mutedUntil <= this.#host.now()) this.#signs.type(on)
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
    this.#signs.end()
    this.#socket.end()
    this.#outbox.end()
    this.#deeds.end()
    this.#copy.save()
  }

  /** What was kept comes first: it is there before any network is. */
  async #begin(): Promise<void> {
    await this.#outbox.loaded
    await this.#copy.restore()
    if (!this.#isOver) this.#socket.start()
  }

  /** What the room would refuse in any case fails here. */
  #do(deed: Deed): void {
    const isPossible = v.is(Command, { ...deed, ref: firstRef.deed })
    // With nothing held, what is in sight is of a life of the room that is over. [SOK3]
    const code = this.#copy.epoch === null ? 'messageGone' : 'invalid'
    if (isPossible && code === 'invalid') this.#deeds.step({ type: 'added', deed })
    else this.#deeds.mishap.value = { deed, code }
  }

  #connectionChanged(connection: Connection): void {
    batch(() => {
      this.connection.value = faceOf(connection, this.connection.value)
      if (isOpen(connection) !== this.#wasOpen) {
        this.#wasOpen = isOpen(connection)
        const type = this.#wasOpen ? 'opened' : 'closed'
        this.#outbox.step({ type })
        this.#deeds.step({ type })
        this.#signs.connection(type)
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
