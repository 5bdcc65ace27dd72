// Carries the room's changes to Postgres: resumable, idempotent, and never in anybody's way. [API5]

import type { Batch } from '../database/archive.ts'
import type { Rev } from '../protocol/ids.ts'
import {
  archiveBackoffMsMax,
  archiveDelayMs,
  archiveRowsMax,
  archiveStepsMax,
  pageBytesMax,
} from '../protocol/limits.ts'
import type { Agenda } from './agenda.ts'
import type { Ledger } from './ledger.ts'
import type { Reader } from './reader.ts'
import type { Clock } from './room.ts'
import type { DirectoryEntry, MirrorState } from './room-calls.ts'
import type { Sql } from './sql.ts'

/**
 * Writes a batch to Postgres and brings back what the directory says of the room, null when it
 * says nothing. Throws when Postgres is away.
 */
export type Mirror = (batch: Batch) => Promise<DirectoryEntry | null>

interface World {
  readonly clock: Clock
  /** Uniform in [0, 1): spreads the retries of many rooms. */
  readonly random: () => number
  readonly mirror: Mirror
  readonly directorySaid: (entry: DirectoryEntry) => void
  readonly failed: (error: unknown, failures: number) => void
}

export class Archive {
  readonly #sql: Sql
  readonly #ledger: Ledger
  readonly #reader: Reader
  readonly #agenda: Agenda
  readonly #world: World
  /** Mirrors its row, and moves only after it. */
  #progress: Progress
  #running: Promise<void> | null = null
  #isStopped = false
  #isOrphan = false

  constructor(parts: { sql: Sql; ledger: Ledger; reader: Reader; agenda: Agenda; world: World }) {
    this.#sql = parts.sql
    this.#ledger = parts.ledger
    this.#reader = parts.reader
    this.#agenda = parts.agenda
    this.#world = parts.world
    this.#progress = readProgress(parts.sql)
  }

  /** Changes wait a moment for company; a retry that is due later stays due then. */
  noteChange(): void {
    if (this.#progress.failures > 0) return
    this.#agenda.arm('archive', this.#world.clock.now() + archiveDelayMs)
  }

  get state(): MirrorState {
    const { archived, failures } = this.#progress
    const { rev } = this.#ledger
    return { rev, archived, failures, parked: 0, behindMs: 0 }
  }

  /** The directory had no row at the first mirroring: what opened this room was on its way out. */
  get isOrphan(): boolean {
    return this.#isOrphan
  }

  /** Brings Postgres to the head, or some batches nearer. Never throws; one run at a time. */
  async run(): Promise<void> {
    await this.#alone(() => this.#drain(0))
  }

  /** As `run`, and asks at least once what the directory says. */
  async refresh(): Promise<void> {
    await this.#alone(() => this.#drain(1))
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    while (this.#running) await this.#running
    this.#running = work().finally(() => {
      this.#running = null
    })
    await this.#running
  }

  /** As `run`, unless Postgres was away just now: then nobody waits for it. */
  async catchUp(): Promise<void> {
    if (this.#progress.failures === 0) await this.run()
  }

  /** The room is being erased: what a batch under way comes back to is gone. */
  stop(): void {
    this.#isStopped = true
  }

  async #drain(leastSteps: number): Promise<void> {
    try {
      for (let steps = 0; steps < archiveStepsMax; steps += 1) {
        if (steps >= leastSteps && !this.#isBehind) break
        await this.#step()
      }
      if (this.#isStopped) return
      this.#agenda.settle('archive', this.#isBehind ? this.#world.clock.now() : null)
      this.#agenda.rearm()
    } catch (error) {
      if (!this.#isStopped) this.#putOff(error)
    }
  }

  get #isBehind(): boolean {
    return !this.#isStopped && this.#progress.archived < this.#ledger.rev
  }

  /** What was read before the await is stale after it, so the cursor moves to the batch's own end. */
  async #step(): Promise<void> {
    const { archived } = this.#progress
    const limits = { rows: archiveRowsMax, bytes: pageBytesMax }
    const { to, rows } = this.#reader.changesSince(archived, 'archive', limits)
    const { epoch, seq, room } = this.#ledger
    const heads = { roomId: room.id, epoch, seq, memberCount: room.memberCount }
    const batch = { ...heads, to, messages: rows.messages, members: rows.members }
    const entry = await this.#world.mirror(batch)
    if (this.#isStopped) return
    if (!entry && archived === 0) {
      this.#isOrphan = true
      return this.stop()
    }
    this.#record({ archived: to, failures: 0 })
    if (entry) this.#world.directorySaid(entry)
  }

  #putOff(error: unknown): void {
    const failures = this.#progress.failures + 1
    this.#record({ ...this.#progress, failures })
    const ceiling = Math.min(archiveBackoffMsMax, archiveDelayMs * 2 ** Math.min(failures, 10))
    const waitMs = Math.ceil(ceiling * (0.5 + this.#world.random() / 2))
    this.#agenda.settle('archive', this.#world.clock.now() + waitMs)
    this.#agenda.rearm()
    this.#world.failed(error, failures)
  }

  #record(progress: Progress): void {
    const { archived, failures } = progress
    this.#sql.run('UPDATE mirror SET archived = ?, failures = ?', archived, failures)
    this.#progress = progress
  }
}

/** How far Postgres is, and how often in a row it was away since. */
type Progress = { archived: Rev; failures: number }

function readProgress(sql: Sql): Progress {
  const [row] = sql.run<Progress>('SELECT archived, failures FROM mirror')
  if (!row) throw new Error('The mirror always has its row.')
  return row
}
