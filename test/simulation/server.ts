// The shell of a simulated room: what durable/room-object.ts is to the platform, over virtual time.

import { positionOf } from '../../durable/admission.ts'
import { beginEpoch } from '../../durable/backup.ts'
import { attendToAll } from '../../durable/duties.ts'
import { Ledger } from '../../durable/ledger.ts'
import { assemble, type OpenRoom } from '../../durable/open-room.ts'
import type { RoomSeed } from '../../durable/room-calls.ts'
import { isOpened, migrate } from '../../durable/schema.ts'
import type { Session } from '../../durable/session.ts'
import { Tally } from '../../durable/tally.ts'
import type { Epoch, MessageId } from '../../protocol/ids.ts'
import type { Checks } from './checks.ts'
import { Disk, isStruck } from './disk.ts'
import type { Gate, ServerEnd } from './network.ts'
import type { Life, MemoryPostgres } from './postgres.ts'
import { callerOf } from './tokens.ts'
import type { Variant } from './variant.ts'
import type { World } from './world.ts'

export interface ServerParts {
  readonly world: World
  readonly seed: RoomSeed
  readonly postgres: MemoryPostgres
  readonly checks: Checks
  readonly variant: Variant
  /** Small pages, so that catch-ups have many; null for the room's own. */
  readonly page: { rows: number; bytes: number } | null
  readonly allowance: { burst: number; perSecond: number }
}

export class SimServer implements Gate {
  readonly disk: Disk
  readonly #parts: ServerParts
  readonly sessions = new Map<ServerEnd, Session>()
  /** The runtime's sockets: they end with the process, whatever the room knew of them. */
  readonly #sockets = new Set<ServerEnd>()
  #life: Life = { isAlive: false, questions: 0 }
  #timers = 0
  #open: OpenRoom | null = null
  #downUntilMs = 0
  #alarmAtMs: number | null = null

  constructor(parts: ServerParts) {
    this.#parts = parts
    this.disk = new Disk(parts.variant)
    parts.checks.over(this.disk)
    const sql = this.disk.sqlFor(() => true)
    migrate(sql)
    if (!isOpened(sql)) Ledger.open(sql, parts.seed, this.newEpoch())
    this.#wake([])
  }

  get open(): OpenRoom {
    return this.#open!
  }

  get isDown(): boolean {
    return this.#parts.world.nowMs < this.#downUntilMs
  }

  get alarmAtMs(): number | null {
    return this.#alarmAtMs
  }

  /** Nothing waits to be told and nothing was asked of Postgres: it may fall asleep. */
  get isIdle(): boolean {
    return this.#timers === 0 && this.#life.questions === 0
  }

  newEpoch(): Epoch {
    return this.#parts.world.mintId() as Epoch
  }

  /** One turn of the object: all it wrote is kept before anything of it leaves. False when it died. */
  turn(what: string, work: (open: OpenRoom) => void): boolean {
    const { world, checks, variant } = this.#parts
    if (this.isDown) return false
    const alarmAtMs = this.#alarmAtMs
    const strikeAt = world.strikes(0.006) ? world.whole(1, 8) : null
    checks.before(this.open)
    const outcome = this.disk.turn(() => work(this.open), strikeAt)
    if (outcome === 'lost' || world.strikes(0.002)) {
      this.#alarmAtMs = alarmAtMs
      this.crash(`in ${what}`)
      return false
    }
    world.note(`${what} rev ${this.open.ledger.rev}`)
    checks.after(this.open)
    if (!variant.leavesEarly) this.disk.keep()
    else world.later(() => this.disk.keep(), world.between(1, 40))
    if (world.strikes(0.002)) this.crash(`after ${what}`)
    return true
  }

  // What the platform calls

  upgraded(end: ServerEnd, url: URL, token: string): void {
    const { world } = this.#parts
    end.sent = (_, frame) => this.#say(end, frame)
    end.leaving = (work) => this.disk.leaves(work)
    const caller = callerOf(token)
    if (this.isDown || caller.expiresAt <= world.nowMs) return end.refuse()
    const isAttached = this.turn(`upgrade ${end.cable.name}`, ({ reception }) => {
      if (reception.refuses(caller)) return this.disk.leaves(() => end.refuse())
      end.isOpen = true
      this.#sockets.add(end)
      this.disk.leaves(() => end.accept(), { type: 'accept' })
      this.#parts.checks.attached(end, caller)
      this.sessions.set(end, reception.attach(end, caller, positionOf(url)))
    })
    if (!isAttached) end.refuse()
  }

  received(end: ServerEnd, frame: string): void {
    const { variant, world } = this.#parts
    const hand = () => this.#receive(end, frame)
    const say = (early: object) => this.#say(end, JSON.stringify(early))
    if (variant.receives) variant.receives({ world, frame, hand, say })
    else hand()
  }

  closed(end: ServerEnd): void {
    end.isOpen = false
    this.#sockets.delete(end)
    const session = this.sessions.get(end)
    if (!session || this.isDown) return
    this.turn(`closed ${end.cable.name}`, ({ reception }) => {
      this.sessions.delete(end)
      reception.detach(session)
    })
  }

  // What befalls it

  /** Everything goes but the database and the alarm. */
  crash(why: string): void {
    const { world } = this.#parts
    world.note(`crash ${why}`)
    this.disk.lose()
    this.#life.isAlive = false
    for (const end of this.#sockets) end.cable.cut()
    this.#sockets.clear()
    this.sessions.clear()
    this.#downUntilMs = world.nowMs + (world.isCalm ? 0 : Math.round(world.between(0, 2_000)))
    if (this.#alarmAtMs !== null) this.#setAlarm(Math.max(this.#alarmAtMs, this.#downUntilMs))
    this.#wake([])
  }

  /** Evicted, with the sockets asleep; false while something is going on. [SOK11] */
  hibernate(): boolean {
    if (!this.isIdle || this.isDown) return false
    this.#parts.world.note('hibernate')
    this.#life.isAlive = false
    const asleep = [...this.sessions.keys()].filter(({ isOpen }) => isOpen)
    this.sessions.clear()
    this.#wake(asleep)
    return true
  }

  /** Another life of the counters, with what `begin` puts in place of the rows. [SOK3] */
  renewEpoch(begin = (epoch: Epoch) => beginEpoch(this.#sql(), epoch)): boolean {
    return this.turn('another epoch', ({ archive, reception }) => {
      archive.stop()
      begin(this.newEpoch())
      reception.cutAll()
      this.sessions.clear()
      this.#life.isAlive = false
      this.#wake([])
      void this.open.archive.catchUp().catch(this.#died)
    })
  }

  #sql() {
    const life = this.#life
    return this.disk.sqlFor(() => life.isAlive)
  }

  sqlNow() {
    return this.#sql()
  }

  #wake(asleep: readonly ServerEnd[]): void {
    const { world, postgres, allowance, variant, checks, page } = this.#parts
    const life: Life = { isAlive: true, questions: 0 }
    this.#life = life
    this.#timers = 0
    const real = postgres.mirrorFor(life, this.disk.leaves)
    const open = assemble({
      sql: this.#sql(),
      pace: { now: () => world.nowMs, later: (work, delayMs) => this.#later(life, work, delayMs) },
      random: () => world.random(),
      mintId: () => world.mintId() as MessageId,
      setAlarm: (atMs) => this.#setAlarm(atMs),
      storageBytes: () => 0,
      mirror: variant.mirror?.(real) ?? real,
      outside: {
        post: async () => 204,
        isLocal: false,
        reportPaused: async () => {},
        failed: (error) => this.#died(error),
      },
      counts: new Tally(),
      mirrorFailed: (_, failures) => world.note(`archive failed ${failures}`),
      allowances: { member: allowance, room: { burst: 1_000, perSecond: 1_000 } },
    })
    const { reader } = open
    const changesSince = reader.changesSince.bind(reader)
    checks.reads(changesSince)
    reader.changesSince = (after, who, limits) => changesSince(after, who, page ?? limits)
    if (variant.changesSince) reader.changesSince = variant.changesSince(reader.changesSince)
    for (const end of asleep) {
      this.sessions.set(end, open.reception.restore(end, structuredClone(end.state!)))
    }
    if (!open.backlog.isFilled) open.agenda.arm('index', world.nowMs)
    this.#open = open
    checks.woke(open)
  }

  #receive(end: ServerEnd, frame: string): void {
    const session = this.sessions.get(end)
    if (!session || this.isDown) return
    const { world } = this.#parts
    this.turn(`frame ${end.cable.name}`, ({ inbox }) => {
      this.#parts.checks.heard(end, frame)
      const auth = inbox.receive(session, frame)
      if (auth) {
        const renew = () => this.#renew(end, session, auth)
        world.later(renew, world.between(1, 20)) // To verify a token takes a moment.
      }
      this.#parts.checks.obeyed(end, this.open)
    })
  }

  #renew(end: ServerEnd, session: Session, auth: { ref: number; token: string }): void {
    if (this.sessions.get(end) !== session) return
    const caller = callerOf(auth.token)
    const isGood = caller.expiresAt > this.#parts.world.nowMs
    this.turn('renew', ({ inbox }) => inbox.renew(session, auth.ref, isGood ? caller : null))
    this.#parts.checks.renewed(end)
  }

  #later(life: Life, work: () => void, delayMs: number): void {
    this.#timers += 1
    this.#parts.world.later(() => {
      if (!life.isAlive) return
      this.#timers -= 1
      this.turn('timer', work)
    }, delayMs)
  }

  #setAlarm(atMs: number): void {
    const { world } = this.#parts
    this.#alarmAtMs = atMs
    world.later(() => this.#ring(atMs), Math.max(0, atMs - world.nowMs))
    if (world.strikes(0.02))
      world.later(() => this.#ring(atMs), Math.max(0, atMs - world.nowMs) + 30)
  }

  #ring(atMs: number): void {
    const { world } = this.#parts
    if (this.isDown || (this.#alarmAtMs !== null && this.#alarmAtMs !== atMs)) return
    this.#alarmAtMs = null
    const isDone = this.turn('alarm', (open) => {
      attendToAll({
        ...{ open, now: () => world.nowMs },
        archive: () => void open.archive.run().catch(this.#died),
        deliver: () => void open.deliveries.run(),
        askAboutSignIns: () => {},
        failed: (_, error) => this.#died(error),
      })
      open.sweep()
      open.agenda.rearm()
    })
    if (!isDone) this.#setAlarm(world.nowMs + 2_000) // The platform tries again.
  }

  /** What an object that has died was still about to do. */
  #died = (error: unknown): void => {
    if (!isStruck(error)) this.#parts.world.violated(String(error))
  }

  #say(end: ServerEnd, frame: string): void {
    const told = this.#parts.checks.told(end, frame)
    this.disk.leaves(() => {
      this.#parts.checks.left(end, told)
      end.deliver(frame)
    }, told)
  }
}
