// The shell of a room: what the platform calls, handed to the parts that decide. The clock, the
// timer, the sockets and the storage come in here and nowhere else.

import { DurableObject } from 'cloudflare:workers'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { mirror } from '../database/archive.ts'
import { connect } from '../database/client.ts'
import type { History, HistoryQuery } from '../protocol/api/messages.ts'
import { problemOf, retryAfterHeader } from '../protocol/api/problem.ts'
import type { Member } from '../protocol/api/rooms.ts'
import { PING, PONG, type Send } from '../protocol/commands.ts'
import { Failure, type Refusal, refusal } from '../protocol/failures.ts'
import { Epoch, type SessionId, type UserId } from '../protocol/ids.ts'
import { archiveWaitMs } from '../protocol/limits.ts'
import { SUBPROTOCOL } from '../protocol/version.ts'
import { callerOf, positionOf } from './admission.ts'
import { Ledger } from './ledger.ts'
import { logFailure } from './log.ts'
import { assemble, type OpenRoom } from './open-room.ts'
import type {
  Answer,
  Asker,
  DirectoryEntry,
  MemberPlace,
  PersonAsOf,
  Receipt,
  RoomCalls,
  RoomSeed,
  RoomView,
} from './room-calls.ts'
import { isOpened, migrate } from './schema.ts'
import { type Link, type Session, SessionState } from './session.ts'
import { type RoomBindings, RoomSettings } from './settings.ts'
import type { Sql } from './sql.ts'
import { sqlOf } from './storage-sql.ts'

export class ChatRoom extends DurableObject<RoomBindings> implements RoomCalls {
  readonly #settings: RoomSettings
  readonly #sql: Sql
  readonly #sessions = new Map<WebSocket, Session>()
  /** Null until a directory row has opened this object: any name reaches some object. [D-21] */
  #open: OpenRoom | null = null

  constructor(state: DurableObjectState, env: RoomBindings) {
    super(state, env)
    this.#settings = v.parse(RoomSettings, env)
    this.#sql = sqlOf(state.storage)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
    if (!isOpened(this.#sql)) return
    migrate(this.#sql)
    this.#open = this.#wake()
  }

  // Sockets

  override async fetch(request: Request): Promise<Response> {
    try {
      return this.#upgrade(request)
    } catch (error) {
      if (error instanceof Failure) return refusedUpgrade(refusal(error.code, error.message))
      logFailure('upgrade', this.#facts(), error)
      return refusedUpgrade(refusal('internal'))
    }
  }

  override webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): void {
    const session = this.#sessions.get(socket)
    if (!this.#open || !session) return
    try {
      this.#open.reception.receive(session, frame)
    } catch (error) {
      logFailure('frame', this.#facts(), error)
      session.tell({ type: 'refused', ref: null, ...refusal('internal') })
    }
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close() // A peer whose Close is not answered waits ten seconds and then sees a cut.
    this.#forget(socket)
  }

  override webSocketError(socket: WebSocket): void {
    this.#forget(socket)
  }

  // What is due

  override async alarm(): Promise<void> {
    const open = this.#open
    if (!open) return
    for (const kind of open.agenda.due(Date.now())) {
      if (kind === 'expiry') open.agenda.settle('expiry', open.reception.endExpired())
      else await open.archive.run()
    }
    if (open.archive.isOrphan) return this.destroy()
    open.budgets.sweep(Date.now())
    open.ended.sweep(Date.now())
    if (this.#open) open.agenda.rearm()
  }

  // What the Worker asks

  async open(seed: RoomSeed): Promise<Answer<RoomView>> {
    if (!this.#open) {
      migrate(this.#sql)
      Ledger.open(this.#sql, seed, v.parse(Epoch, uuidv7()))
      this.#open = this.#wake()
      await this.#archived()
    }
    return this.#ask(({ ledger }) => {
      return { ok: true, value: { room: ledger.room, role: ledger.roleOf(seed.owner.id) } }
    })
  }

  async view(caller: Asker | null): Promise<Answer<RoomView>> {
    return this.#ask(({ room }) => room.view(caller))
  }

  async join(caller: Asker, person: PersonAsOf): Promise<Answer<RoomView>> {
    return this.#askAndArchive(({ room }) => room.join(caller, person))
  }

  async leave(caller: Asker): Promise<Answer<null>> {
    return this.#askAndArchive(({ room, reception }) => {
      const answer = room.leave(caller)
      const isTheirs = ({ userId }: Asker) => userId === caller.userId
      if (answer.ok) reception.endAll(refusal('forbidden'), isTheirs)
      return answer
    })
  }

  async change(caller: Asker, entry: DirectoryEntry): Promise<Answer<RoomView>> {
    return this.#ask(({ room }) => room.change(caller, entry))
  }

  async refresh(): Promise<void> {
    await this.#open?.archive.refresh()
  }

  async renamePerson(person: PersonAsOf): Promise<Answer<null>> {
    return this.#ask(({ room }) => room.renamePerson(person))
  }

  async members(
    caller: Asker | null,
    page: { after: MemberPlace | null; limit: number },
  ): Promise<Answer<readonly Member[]>> {
    return this.#ask(({ room }) => room.members(caller, page))
  }

  async history(caller: Asker | null, query: HistoryQuery): Promise<Answer<History>> {
    return this.#ask(({ room }) => room.history(caller, query))
  }

  async post(caller: Asker, message: Pick<Send, 'id' | 'body'>): Promise<Answer<Receipt>> {
    return this.#ask(({ room }) => room.send(caller, message))
  }

  async endSessions(
    userId: UserId,
    sessions: readonly SessionId[],
    untilMs: number,
  ): Promise<void> {
    this.#open?.ended.add(sessions, untilMs)
    this.#open?.reception.endAll(refusal('unauthenticated'), (session) => {
      return session.userId === userId && sessions.includes(session.sessionId)
    })
  }

  async destroy(): Promise<void> {
    this.#open?.archive.stop()
    this.#open?.reception.endAll(refusal('roomGone'))
    this.#open = null
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  #upgrade(request: Request): Response {
    const open = this.#open
    if (!open) return refusedUpgrade(refusal('notFound'))
    const caller = callerOf(request.headers)
    const position = positionOf(new URL(request.url))
    const refused = open.reception.refuses(caller)
    if (refused) return refusedUpgrade(refused)

    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server, [caller.userId])
    this.#sessions.set(server, open.reception.attach(linkOf(server), caller, position))
    open.agenda.arm('expiry', caller.expiresAt)
    const headers = { 'Sec-WebSocket-Protocol': SUBPROTOCOL } // Never the token beside it. [S2]
    return new Response(null, { status: 101, webSocket: client, headers })
  }

  #forget(socket: WebSocket): void {
    const session = this.#sessions.get(socket)
    this.#sessions.delete(socket)
    if (session) this.#open?.reception.detach(session)
  }

  #ask<T>(question: (open: OpenRoom) => Answer<T>): Answer<T> {
    return this.#open ? question(this.#open) : { ok: false, refusal: refusal('notFound') }
  }

  /** For what people look for in their list of rooms right after: it is there when they look. */
  async #askAndArchive<T>(question: (open: OpenRoom) => Answer<T>): Promise<Answer<T>> {
    const before = this.#open?.ledger.rev
    const answer = this.#ask(question)
    if (this.#open?.ledger.rev !== before) await this.#archived()
    return answer
  }

  /** Waits a moment for Postgres to know what was just written; no longer, should it be away. */
  async #archived(): Promise<void> {
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, archiveWaitMs)
    await Promise.race([this.#archive(), enough])
    clearTimeout(timer)
  }

  async #archive(): Promise<void> {
    const open = this.#open
    await open?.archive.catchUp()
    if (open?.archive.isOrphan && this.#open === open) await this.destroy()
  }

  /** The parts over the stored rows, and the sockets that slept through an eviction. [SOK11] */
  #wake(): OpenRoom {
    const database = connect(this.#settings.DATABASE_URL)
    const open = assemble({
      sql: this.#sql,
      pace: {
        now: () => Date.now(),
        later: (work, delayMs) => {
          setTimeout(work, delayMs)
        },
      },
      random: () => Math.random(),
      setAlarm: (atMs) => {
        this.ctx.storage.setAlarm(atMs)
      },
      mirror: (batch) => mirror(database, batch),
      mirrorFailed: (error, failures) =>
        logFailure('archive', { ...this.#facts(), failures }, error),
      allowance: {
        burst: this.#settings.LIMIT_COMMANDS_BURST,
        perSecond: this.#settings.LIMIT_COMMANDS_PER_SECOND,
      },
    })
    for (const socket of this.ctx.getWebSockets()) {
      const state = v.parse(SessionState, socket.deserializeAttachment())
      this.#sessions.set(socket, open.reception.restore(linkOf(socket), state))
    }
    return open
  }

  #facts(): Record<string, string> {
    return { room: this.#open?.ledger.room.id ?? 'unopened' }
  }
}

/** A peer may be gone before its close event is here; what it misses must not stop the others' news. */
function linkOf(socket: WebSocket): Link {
  const whileOpen = (work: () => void) => {
    if (socket.readyState === WebSocket.OPEN) work()
  }
  return {
    send: (frame) => whileOpen(() => socket.send(frame)),
    close: (code, reason) => whileOpen(() => socket.close(code, reason)),
    keep: (state) => socket.serializeAttachment(state),
    get backlogBytes() {
      return socket.bufferedAmount
    },
  }
}

function refusedUpgrade(no: Refusal): Response {
  const { retryAfterMs } = no
  const problem = problemOf(no)
  return Response.json(problem, {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfterMs !== undefined && { 'Retry-After': retryAfterHeader(retryAfterMs) }),
    },
  })
}
