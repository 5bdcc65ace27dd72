// What outlives the object: its database and its alarm. One turn's writes are kept or lost together,
// and nothing leaves before they are kept.

import { migrate } from '../../durable/schema.ts'
import type { Sql, SqlValue } from '../../durable/sql.ts'
import { type NodeSql, nodeSql } from '../support/node-sql.ts'
import type { Variant } from './variant.ts'

/** One database for all runs, each undone before the next: statements stay prepared. */
function empty(): NodeSql {
  if (shared.begun) {
    shared.sql.run('ROLLBACK TO run')
    shared.sql.run('RELEASE run')
  } else migrate(shared.sql)
  shared.begun = true
  shared.sql.failAt(null)
  shared.sql.run('SAVEPOINT run')
  return shared.sql
}

const shared = { sql: nodeSql(), begun: false }

/** The process died: whatever was going on does not go on. */
export class Struck extends Error {}

type Outcome = 'kept' | 'lost'

export class Disk {
  readonly #sql: NodeSql
  readonly #variant: Variant
  #held: (() => void)[] | null = null
  #isUnsafe = false

  constructor(variant: Variant) {
    this.#variant = variant
    this.#sql = variant.rewrite ? nodeSql() : empty()
  }

  /** For one life of the object: a dead one writes nothing. */
  sqlFor(isAlive: () => boolean): Sql {
    const alive = () => {
      if (!isAlive()) throw new Struck()
    }
    const { rewrite } = this.#variant
    return {
      run: <Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[] => {
        alive()
        const [text, given] = rewrite ? rewrite(query, values) : [query, values]
        return this.#sql.run<Row>(text, ...given)
      },
      atomically: (work) => {
        alive()
        return this.#sql.atomically(work)
      },
    }
  }

  /** For checks, which are no part of the room. */
  read<Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[] {
    return this.#sql.run<Row>(query, ...values)
  }

  /** Held back until the turn's writes are kept; outside a turn there is nothing to wait for. */
  leaves = (work: () => void, frame?: { type: string }): void => {
    const isEarly = frame && this.#variant.leavesEarly?.(frame)
    if (this.#held && !isEarly) this.#held.push(work)
    else work()
  }

  /** `strikeAt` is the statement at which the disk fails, null for none. */
  turn(work: () => void, strikeAt: number | null): Outcome {
    this.#begin()
    this.#held ??= []
    const before = this.#sql.statements
    this.#sql.failAt(strikeAt)
    try {
      work()
    } catch (error) {
      if (!isStruck(error)) throw error
    } finally {
      this.#sql.failAt(null)
    }
    const isStruckNow = strikeAt !== null && this.#sql.statements - before >= strikeAt
    if (isStruckNow) {
      this.lose()
      return 'lost'
    }
    return 'kept'
  }

  /** What the turns since the last keeping wrote. */
  keep(): void {
    if (!this.#isUnsafe) return
    this.#sql.run('RELEASE turn')
    this.#isUnsafe = false
    const held = this.#held ?? []
    this.#held = null
    for (const work of held) work()
  }

  lose(): void {
    this.#held = null
    if (!this.#isUnsafe) return
    this.#sql.run('ROLLBACK TO turn')
    this.#sql.run('RELEASE turn')
    this.#isUnsafe = false
  }

  #begin(): void {
    if (this.#isUnsafe) return
    this.#sql.run('SAVEPOINT turn')
    this.#isUnsafe = true
  }
}

export const isStruck = (error: unknown): boolean =>
  error instanceof Error && (error instanceof Struck || error.message === 'The disk is gone.')
