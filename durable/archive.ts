// Carries the room's changes to Postgres: resumable, idempotent, and never in anybody's way. [API5]

import type { Mirrored } from '../database/archive.ts'
import type { Rev } from '../protocol/ids.ts'
import {
  archiveBackoffMsMax,
  archiveDelayMs,
  archiveLeaseMs,
  archiveStepsMax,
} from '../protocol/limits.ts'
import type { Agenda } from './agenda.ts'
import type { Ledger } from './ledger.ts'
import type { Mirroring } from './mirroring.ts'
import type { Clock } from './room.ts'
import type { MirrorState } from './room-calls.ts'
import type { Sql } from './sql.ts'
import type { Counts } from './tally.ts'

interface World {
  readonly clock: Clock
  /** Uniform in [0, 1): spreads the retries of many rooms. */
  readonly random: () => number
  readonly directorySaid: (entry: Mirrored) => void
  readonly failed: (error: unknown, failures: number) => void
  readonly counts: Counts
}

export class Archive {
  readonly #sql: Sql
  readonly #ledger: Ledger
  readonly #mirroring: Mirroring
  readonly #agenda: Agenda
  readonly #world: World
  /** Mirrors its row, and moves only after it. */
  #progress: Progress
  #running: Promise<void> | null = null
  #isStopped = false
  #isOrphan = false

  constructor(parts: {
    sql: Sql
    ledger: Ledger
    mirroring: Mirroring
    agenda: Agenda
    world: World
  }) {
    this.#sql = parts.sql
    this.#ledger = parts.ledger
    this.#mirroring = parts.mirroring
    this.#agenda = parts.agenda
    this.#world = parts.world
    this.#progress = readProgress(parts.sql)
    // Whoever began this life, or died in the midst of a run, may have set no alarm for it.
    if (this.#isBehind) this.noteChange()
  }

  /** Changes wait a moment for company; a retry that is due later stays due then. */
  noteChange(): void {
    const { behindSince } = this.#progress
    if (behindSince === null) this.#record({ behindSince: this.#world.clock.now() })
    if (this.#progress.failures > 0 || this.#running) return // The run sees to it at its end.
    this.#agenda.arm('archive', this.#world.clock.now() + archiveDelayMs)
  }

  get state(): MirrorState {
    const { archived, failures, behindSince } = this.#progress
    const { rev } = this.#ledger
    const behindMs = behindSince === null ? 0 : this.#world.clock.now() - behindSince
    return { rev, archived, failures, parked: this.#mirroring.parked, behindMs }
  }

  /** The directory had no row at the first mirroring: what opened this room was on its way out. */
  get isOrphan(): boolean {
    return this.#isOrphan
  }

  /** Brings Postgres to the head, or some batches nearer. Never throws; one run at a time. */
  async run(): Promise<void> {
    if (this.#running) this.#lease() // Or its entry, due all the while, would ring without a pause.
    await (this.#running ?? this.#alone(0))
  }

  /** As `run`, and asks at least once what the directory says. */
  async refresh(): Promise<void> {
    while (this.#running) await this.#running
    await this.#alone(1)
  }

  /** As `run`, to the end, unless Postgres was away just now: then nobody waits for it. */
  async catchUp(): Promise<void> {
    while (this.#running) await this.#running
    if (this.#progress.failures === 0) await this.#alone(0)
  }

  /** The room is being erased: what a batch under way comes back to is gone. */
  stop(): void {
    this.#isStopped = true
    this.#mirroring.stop()
  }

  /** While it runs its entry is a lease: should the object die meanwhile, another run begins then. */
  async #alone(leastSteps: number): Promise<void> {
    this.#lease()
    this.#running = this.#drain(leastSteps).finally(() => {
      this.#running = null
    })
    await this.#running
  }

  #lease(): void {
    this.#agenda.settle('archive', this.#world.clock.now() + archiveLeaseMs)
  }

  async #drain(leastSteps: number): Promise<void> {
    try {
      for (let steps = 0; steps < archiveStepsMax; steps += 1) {
        if (steps >= leastSteps && !this.#isBehind) break
        await this.#step()
      }
      if (!this.#isStopped) await this.#mirroring.retry(this.#progress.archived)
      if (this.#isStopped) return
      this.#countLag()
      // A run that only retried had no step to say so; else news would wait for its end for ever.
      this.#record({ failures: 0, ...(!this.#isBehind && { behindSince: null }) })
      this.#agenda.settle('archive', this.#isBehind ? this.#world.clock.now() : this.#retryDue)
      this.#agenda.rearm()
    } catch (error) {
      if (!this.#isStopped) this.#putOff(error)
    }
  }

  get #isBehind(): boolean {
    return !this.#isStopped && this.#mirroring.hasMore(this.#progress.archived)
  }

  get #retryDue(): number | null {
    return this.#mirroring.retryDue
  }

  async #step(): Promise<void> {
    const { archived } = this.#progress
    const { to, entry } = await this.#mirroring.step(archived)
    if (this.#isStopped) return
    if (!entry && archived === 0) {
      this.#isOrphan = true
      return this.stop()
    }
    this.#world.counts.add('mirrorBatches', { outcome: 'written' })
    this.#record({ archived: to, failures: 0 })
    if (entry) this.#world.directorySaid(entry)
  }

  #putOff(error: unknown): void {
    const failures = this.#progress.failures + 1
    this.#world.counts.add('mirrorBatches', { outcome: 'failed' })
    this.#countLag()
    this.#record({ failures })
    const ceiling = Math.min(archiveBackoffMsMax, archiveDelayMs * 2 ** Math.min(failures, 10))
    const waitMs = Math.ceil(ceiling * (0.5 + this.#world.random() / 2))
    this.#agenda.settle('archive', this.#world.clock.now() + waitMs)
    this.#agenda.rearm()
    this.#world.failed(error, failures)
  }

  /** At the end of a run, well or not: while Postgres is away, every try tells for how long. */
  #countLag(): void {
    const { clock, counts } = this.#world
    const { behindSince } = this.#progress
    if (behindSince === null) return
    const seconds = Math.max(0, clock.now() - behindSince) / 1000
    counts.observe('mirrorLag', {}, seconds)
    counts.peak('mirrorLagMax', {}, seconds)
  }

  #record(news: Partial<Progress>): void {
    const before = this.#progress
    const { archived, failures, behindSince } = { ...before, ...news }
    const isSame = archived === before.archived && behindSince === before.behindSince
    if (isSame && failures === before.failures) return
    this.#sql.run(
      'UPDATE mirror SET archived = ?, failures = ?, behind_since = ?',
      ...[archived, failures, behindSince],
    )
    this.#progress = { archived, failures, behindSince }
  }
}

/**
 * How far Postgres is, how often in a row it was away since, and since when it lacks something; null
 * when it has all.
 */
type Progress = { archived: Rev; failures: number; behindSince: number | null }

function readProgress(sql: Sql): Progress {
  const [row] = sql.run<Progress>(
    'SELECT archived, failures, behind_since AS behindSince FROM mirror',
  )
  if (!row) throw new Error('The mirror always has its row.')
  return row
}
