// The shell of a room: what the platform calls, handed to the parts that decide. The clock, the
// timer, chance, the sockets and the storage come in here and nowhere else.

import { DurableObject } from 'cloudflare:workers'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { connect, type Database } from '../database/client.ts'
import { endedAmong } from '../database/ended.ts'
import { accessTokenSeconds } from '../protocol/account-limits.ts'
import { PING, PONG } from '../protocol/commands.ts'
import { Failure, refusal } from '../protocol/failures.ts'
import { Epoch, MessageId, type SessionId } from '../protocol/ids.ts'
import { archiveWaitMs, restoreMsMax, storageWarnBytes } from '../protocol/limits.ts'
import { SUBPROTOCOL } from '../protocol/version.ts'
import { callerOf, positionOf } from './admission.ts'
import { noBecause, unopened } from './answers.ts'
import { beginEpoch, clearUnfinished } from './backup.ts'
import type { Post } from './deliveries.ts'
import { attendToAll } from './duties.ts'
import { exportOf } from './exports.ts'
import { Ledger } from './ledger.ts'
import { linkOf } from './link.ts'
import { ObjectLog } from './log.ts'
import { assemble, type OpenRoom } from './open-room.ts'
import { refusedUpgrade, unopenedUpgrade } from './refused-upgrade.ts'
import { restoration } from './restore.ts'
import type { Answer, Asker, ExportFormat, RoomSeed, RoomView } from './room-calls.ts'
import { RoomCounts } from './room-counts.ts'
import { worldOf } from './room-world.ts'
import { isOpened, migrate } from './schema.ts'
import { type Caller, type Session, SessionState } from './session.ts'
import { type RoomBindings, RoomSettings } from './settings.ts'
import { hasCaughtUp, SignInCheck } from './sign-in-check.ts'
import type { Sql } from './sql.ts'
import { sqlOf } from './storage-sql.ts'

export abstract class RoomObject extends DurableObject<RoomBindings> {
  readonly #settings: RoomSettings
  readonly #log: ObjectLog
  readonly #counting: RoomCounts
  readonly #sql: Sql
  readonly #database: Database
  readonly #signIns: SignInCheck
  readonly #sessions = new Map<WebSocket, Session>()
  /** Null until a directory row has opened this object: any name reaches some object. [D-21] */
  #open: OpenRoom | null = null
  #isRestoring = false

  constructor(state: DurableObjectState, env: RoomBindings) {
    super(state, env)
    this.#settings = v.parse(RoomSettings, env)
    const facts = () => ({ roomId: this.#open?.ledger.room.id ?? 'unopened' })
    this.#log = new ObjectLog(this.#settings.LOG_LEVEL, facts)
    this.#counting = new RoomCounts(env, {
      ...{ now: () => Date.now(), mintId: uuidv7 },
      delayMs: this.#settings.METER_DELAY_MS,
    })
    this.#sql = sqlOf(state.storage)
    this.#database = connect(this.#settings.DATABASE_URL)
    this.#signIns = new SignInCheck({
      endedAmong: (ids) => endedAmong(this.#database, ids),
      end: (ids) => this.endSignIns(ids, Date.now() + accessTokenSeconds * 1_000),
      failed: (error) => this.#log.failure('signInCheck', error),
      askAgainIn: (delayMs) => this.#open?.agenda.arm('signIns', Date.now() + delayMs),
    })
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
    if (!isOpened(this.#sql)) return
    clearUnfinished(this.#sql)
    this.#wake()
  }

  /** Whom an access token names, null when it does not verify: what only the Worker knows. */
  protected abstract identify(token: string): Promise<Caller | null>

  /** Calls a receiver: what only the Worker does. */
  protected abstract call(...call: Parameters<Post>): ReturnType<Post>

  // Sockets

  override async fetch(request: Request): Promise<Response> {
    try {
      return this.#upgrade(request)
    } catch (error) {
      if (error instanceof Failure) return refusedUpgrade(refusal(error.code, error.message))
      this.#log.failure('upgrade', error)
      return refusedUpgrade(refusal('internal'))
    } finally {
      this.#counting.note(this.#open?.agenda)
    }
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const session = this.#sessions.get(socket)
    if (!this.#open || !session) return
    try {
      const auth = this.#open.inbox.receive(session, frame)
      if (!auth) return
      const caller = await this.identify(auth.token)
      this.#open?.inbox.renew(session, auth.ref, caller)
      // Not of a stranger, whose token somebody else may have shown.
      if (caller?.sessionId === session.sessionId) await this.#signIns.meet(caller.sessionId)
    } catch (error) {
      this.#log.failure('frame', error)
      session.tell({ type: 'refused', ref: null, ...refusal('internal') })
    } finally {
      this.#counting.note(this.#open?.agenda)
    }
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close() // A peer whose Close is not answered waits ten seconds and then sees a cut.
    this.#forget(socket, code)
  }

  override webSocketError(socket: WebSocket): void {
    this.#forget(socket)
  }

  override async alarm(): Promise<void> {
    const open = this.#open
    if (!open) return
    attendToAll({
      ...{ open, now: () => Date.now(), archive: () => void this.#archive(open) },
      deliver: () => void open.deliveries.run(),
      askAboutSignIns: () => void this.#signIns.meetAgain(this.#signInsHere),
      failed: (kind, error) => this.#log.failure('duty', error, { kind }),
    })
    open.sweep()
    this.#counting.passOn(this.#open?.agenda)
    if (this.#open) open.agenda.rearm()
  }

  // What its calls are made of

  protected async openWith(seed: RoomSeed): Promise<void> {
    if (this.#open) return
    migrate(this.#sql)
    Ledger.open(this.#sql, seed, newEpoch())
    this.#counting.counts.add('roomsCreated', {})
    this.#wake()
    await this.#archived()
  }

  async destroy(): Promise<void> {
    if (this.#open) this.#counting.counts.add('roomsDeleted', {})
    this.#open?.stop()
    this.#open?.reception.endAll(refusal('roomGone'))
    this.#open = null
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
    this.#counting.flush()
  }

  protected ask<T>(question: (open: OpenRoom) => Answer<T>): Answer<T> {
    const answer = this.#open ? question(this.#open) : unopened
    this.#counting.note(this.#open?.agenda)
    return answer
  }

  /** For what people look for in their list of rooms right after: it is there when they look. */
  protected async askAndArchive<T>(question: (open: OpenRoom) => Answer<T>): Promise<Answer<T>> {
    const before = this.#open?.ledger.rev
    const answer = this.ask(question)
    if (this.#open?.ledger.rev !== before) await this.#archived()
    return answer
  }

  protected exportAs(caller: Asker, format: ExportFormat, open: OpenRoom) {
    const { epoch } = open.ledger
    const isCurrent = () => this.#open?.ledger.epoch === epoch
    const asked = { caller, format, exportedAt: Date.now(), asideId: uuidv7(), isCurrent }
    return exportOf(open, this.#sql, asked)
  }

  /** Everybody's sockets are cut, to come back and find that nothing continues what they had. */
  protected async beginEpoch(): Promise<Answer<RoomView>> {
    if (!this.#open) return unopened
    this.#inAnotherLife(() => beginEpoch(this.#sql, newEpoch()))
    await this.#archived()
    return this.#viewOfAll()
  }

  /** The lines come in by and by and the room goes on meanwhile; then all of it is replaced at once. */
  protected async restoreFrom(lines: ReadableStream<Uint8Array>): Promise<Answer<RoomView>> {
    if (!this.#open) return unopened
    if (this.#isRestoring) return noBecause('busy')
    this.#isRestoring = true
    const { id: roomId } = this.#open.ledger.room
    const terms = { roomId, nowMs: Date.now(), signal: AbortSignal.timeout(restoreMsMax) }
    try {
      const read = await restoration(this.#sql, lines, terms)
      if (!read.ok) return read
      if (this.#open) this.#inAnotherLife(() => read.value(newEpoch()))
    } finally {
      this.#isRestoring = false
    }
    await this.#archived()
    return this.#viewOfAll()
  }

  protected async refreshFromDirectory(): Promise<void> {
    await this.#open?.archive.refresh()
  }

  protected endSignIns(sessions: readonly SessionId[], untilMs: number): void {
    this.#open?.ended.add(sessions, untilMs)
    this.#open?.reception.endAll(refusal('unauthenticated'), ({ sessionId }) => {
      return sessions.includes(sessionId)
    })
  }

  /** What stood in memory stood for the life before. */
  #inAnotherLife(begin: () => void): void {
    begin() // First: when it fails, the life before goes on.
    this.#open?.stop()
    this.#open?.reception.cutAll()
    this.#sessions.clear()
    this.#wake()
  }

  #viewOfAll(): Answer<RoomView> {
    return this.ask(({ ledger }) => ({ ok: true, value: { room: ledger.room, role: null } }))
  }

  #upgrade(request: Request): Response {
    const open = this.#open
    if (!open) return unopenedUpgrade()
    const caller = callerOf(request.headers)
    const refused = open.reception.refuses(caller) // First: a stranger learns of no mistake of theirs.
    if (refused) return refusedUpgrade(refused)
    const position = positionOf(new URL(request.url))

    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server, [caller.userId])
    this.#sessions.set(server, open.reception.attach(linkOf(server, this.ctx), caller, position))
    void this.#signIns.meet(caller.sessionId)
    const headers = { 'Sec-WebSocket-Protocol': SUBPROTOCOL } // Never the token beside it. [S2]
    return new Response(null, { status: 101, webSocket: client, headers })
  }

  #forget(socket: WebSocket, code?: number): void {
    const session = this.#sessions.get(socket)
    this.#sessions.delete(socket)
    if (session) this.#open?.reception.detach(session, code)
    this.#counting.note(this.#open?.agenda)
  }

  /** Waits a moment for Postgres to know what was just written; no longer, should it be away. */
  async #archived(): Promise<void> {
    const open = this.#open
    if (!open) return
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, archiveWaitMs)
    await Promise.race([this.#archive(open, () => open.archive.catchUp()), enough])
    clearTimeout(timer)
  }

  async #archive(open: OpenRoom, run = () => open.archive.run()): Promise<void> {
    const [before, beganAt] = [open.archive.state, Date.now()]
    await run()
    this.#counting.passOn(this.#open?.agenda)
    if (open.archive.isOrphan && this.#open === open) return this.destroy()
    if (!hasCaughtUp(before, open.archive.state, Date.now() - beganAt)) return
    await this.#signIns.meetAgain(this.#signInsHere)
  }

  get #signInsHere(): SessionId[] {
    return [...this.#sessions.values()].map(({ sessionId }) => sessionId)
  }

  /** The parts over the stored rows, and the sockets that slept through an eviction. [SOK11] */
  #wake(): void {
    migrate(this.#sql)
    const { storage } = this.ctx
    const open = assemble({
      ...worldOf({
        ...{ sql: this.#sql, storage, database: this.#database, settings: this.#settings },
        ...{ counts: this.#counting.counts, post: (...call) => this.call(...call) },
        failed: (...said) => this.#log.failure(...said),
      }),
      pace: { now: () => Date.now(), later: (work, delayMs) => void setTimeout(work, delayMs) },
      random: () => Math.random(),
      mintId: () => v.parse(MessageId, uuidv7()),
    })
    for (const socket of this.ctx.getWebSockets()) {
      if (socket.readyState !== WebSocket.OPEN) continue
      const state = v.parse(SessionState, socket.deserializeAttachment())
      this.#sessions.set(socket, open.reception.restore(linkOf(socket, this.ctx), state))
    }
    if (!open.backlog.isFilled) open.agenda.arm('index', Date.now())
    if (storage.sql.databaseSize >= storageWarnBytes) this.#log.warning('storage')
    this.#open = open
  }
}

const newEpoch = () => v.parse(Epoch, uuidv7())
