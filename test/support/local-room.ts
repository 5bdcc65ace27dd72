// A whole room on Node's SQLite: virtual clock, links that record, a mirror that remembers.

import type { Batch } from '../../database/archive.ts'
import type { Allowance } from '../../durable/budgets.ts'
import type { Post } from '../../durable/deliveries.ts'
import { attendToAll } from '../../durable/duties.ts'
import { Ledger } from '../../durable/ledger.ts'
import { assemble, type OpenRoom } from '../../durable/open-room.ts'
import type { RowRef } from '../../durable/parked.ts'
import type { Position } from '../../durable/reception.ts'
import type { Asker, DirectoryEntry, NewMessage, Receipt } from '../../durable/room-calls.ts'
import { migrate } from '../../durable/schema.ts'
import type { Caller, Link, Session, SessionState } from '../../durable/session.ts'
import { Tally } from '../../durable/tally.ts'
import type { ChangesFrame, ServerFrame } from '../../protocol/frames.ts'
import { decodeServerFrame } from '../../protocol/frames.ts'
import type { UserId, WebhookId } from '../../protocol/ids.ts'
import type { Role } from '../../protocol/permissions.ts'
import { newEpoch, newMessageId, newSessionId, roomId, userId } from './ids.ts'
import { type NodeSql, nodeSql } from './node-sql.ts'

export const owner = { id: userId(1), name: 'Olga', avatar: null, asOf: 1 }

/** Somebody asking by HTTP, with a sign-in of their own. */
export const asker = (id: UserId): Asker => ({ userId: id, sessionId: newSessionId() })

/** A message as `send` takes it, all but its text as it mostly is. */
export const message = (body = 'Hello', more: Partial<NewMessage> = {}): NewMessage => ({
  ...{ id: newMessageId(), body, replyTo: null, mentions: [] },
  ...more,
})

export const seed = {
  ...{ id: roomId(1), name: 'Kitchen', topic: '', visibility: 'public' as const, version: 1 },
  owner,
}

const wide = { burst: 1_000_000, perSecond: 1_000_000 }

export class LocalRoom {
  readonly sql: NodeSql
  open: OpenRoom
  nowMs = 1_790_000_000_000
  alarmAtMs: number | null = null
  readonly mirrored: Batch[] = []
  /** What the directory says; the room as it was opened, until a test says otherwise. */
  directory: DirectoryEntry | null = seed
  mirror: (batch: Batch) => Promise<DirectoryEntry | null> = async (batch) => {
    this.mirrored.push(batch)
    return this.directory
  }
  forgetEarlier: () => Promise<boolean> = async () => true
  /** What the mirror throws for rows at fault, and what was given up. */
  refusesRows: (error: unknown) => boolean = () => false
  readonly reported: RowRef[] = []
  readonly #allowance: Allowance
  readonly #roomAllowance: Allowance
  storageBytes = 0
  readonly counts = new Tally()
  /** How receivers answer; and what of them was put on record. */
  postHook: Post = async () => 204
  readonly pauses: { id: WebhookId; reason: string }[] = []
  readonly failedDeliveries: unknown[] = []
  readonly failedDuties: string[] = []
  #timers: { atMs: number; work: () => void }[] = []

  constructor({ sql = nodeSql(), allowance = wide, roomAllowance = wide } = {}) {
    this.sql = sql
    this.#allowance = allowance
    this.#roomAllowance = roomAllowance
    migrate(sql)
    if (sql.run('SELECT 1 AS found FROM room').length === 0) Ledger.open(sql, seed, newEpoch())
    this.open = this.#assemble()
  }

  /** The object went and came back: nothing but its rows is left, and the sockets that slept. */
  restart(...asleep: LocalSocket[]): void {
    this.#timers = []
    this.open = this.#assemble()
    for (const socket of asleep) {
      const state = structuredClone(socket.state!)
      socket.session = this.open.reception.restore(socket, state)
    }
  }

  join(n: number, role: Role = 'member', name = `Person ${n}`): UserId {
    this.open.people.join(asker(userId(n)), { id: userId(n), name, avatar: null, asOf: 1 }, true)
    const given = [role, role === 'moderator' ? 1 : 0, userId(n)]
    this.sql.run('UPDATE members SET role = ?, notable = ? WHERE user = ?', ...given)
    this.passMs(1_000)
    return userId(n)
  }

  attach(user: UserId, position: Position = {}, caller: Partial<Caller> = {}): LocalSocket {
    const socket = new LocalSocket()
    const sure = { userId: user, sessionId: newSessionId(), expiresAt: this.nowMs + 900_000 }
    socket.session = this.open.reception.attach(socket, { ...sure, ...caller }, position)
    return socket
  }

  /** A socket that has been here for a while: all that its coming told has passed. */
  arrive(user: UserId): LocalSocket {
    const socket = this.attach(user)
    this.passMs(1_000)
    return socket.clear()
  }

  /** A message that must be taken. */
  post(author: UserId, body?: string, more?: Partial<NewMessage>): Receipt {
    const answer = this.open.room.send(asker(author), message(body, more))
    if (!answer.ok) throw new Error(`Refused: ${answer.refusal.code}`)
    return answer.value
  }

  /** Rings the alarm as often as it is set within so many milliseconds, but for the archive's sake. */
  ringFor(ms: number): void {
    const end = this.nowMs + ms
    while (this.nowMs < end) {
      this.passMs(Math.min(500, end - this.nowMs))
      attendToAll({
        open: this.open,
        now: () => this.nowMs,
        archive: () => this.open.agenda.settle('archive', null),
        deliver: () => void this.open.deliveries.run(),
        askAboutSignIns: () => {},
        failed: (kind) => this.failedDuties.push(kind),
      })
      this.open.agenda.rearm()
    }
  }

  say(socket: LocalSocket, frame: object): void {
    this.open.inbox.receive(socket.session, JSON.stringify(frame))
  }

  /** Moves the clock, running what falls due. */
  passMs(ms: number): void {
    const end = this.nowMs + ms
    for (;;) {
      const due = this.#timers.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
      if (!due) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.nowMs = Math.max(this.nowMs, due.atMs)
      due.work()
    }
    this.nowMs = end
  }

  /** Every row of every table: two rooms with one dump are one room. */
  dump(): Record<string, unknown[]> {
    const tables = this.sql.run<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    )
    return Object.fromEntries(
      tables.map(({ name }) => [name, this.sql.run(`SELECT * FROM "${name}"`)]),
    )
  }

  get timers(): number {
    return this.#timers.length
  }

  #assemble(): OpenRoom {
    return assemble({
      sql: this.sql,
      pace: {
        now: () => this.nowMs,
        later: (work, delayMs) => this.#timers.push({ atMs: this.nowMs + delayMs, work }),
      },
      random: () => 0.5,
      mintId: newMessageId,
      storageBytes: () => this.storageBytes,
      setAlarm: (atMs) => {
        this.alarmAtMs = atMs
      },
      mirror: {
        write: (batch) => this.mirror(batch),
        forgetEarlier: () => this.forgetEarlier(),
        refusesRows: (error) => this.refusesRows(error),
        reportParked: async (_, row) => {
          this.reported.push(row)
        },
      },
      outside: {
        post: (url, headers, body) => this.postHook(url, headers, body),
        isLocal: false,
        reportPaused: async (_, id, reason) => {
          this.pauses.push({ id, reason })
        },
        failed: (error) => this.failedDeliveries.push(error),
      },
      mirrorFailed: () => {},
      counts: this.counts,
      allowances: { member: this.#allowance, room: this.#roomAllowance },
    })
  }
}

/** The other end of a link: every frame it was sent, and how it was closed. */
export class LocalSocket implements Link {
  readonly raw: string[] = []
  closed: { code: number; reason: string } | null = null
  state: SessionState | null = null
  backlogBytes = 0
  pingedAt: number | null = null
  session!: Session

  send(frame: string): void {
    this.raw.push(frame)
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason }
  }

  keep(state: SessionState): void {
    this.state = state
  }

  get frames(): ServerFrame[] {
    return this.raw.map((frame) => decodeServerFrame(frame)!)
  }

  get changes(): ChangesFrame[] {
    return this.frames.filter((frame) => frame.type === 'changes')
  }

  get last(): ServerFrame {
    return this.frames.at(-1)!
  }

  /** Forgets what came so far. */
  clear(): this {
    this.raw.length = 0
    return this
  }
}
