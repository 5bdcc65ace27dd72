// Postgres, as far as a room writes to it: rows in memory, the mirror's guard, and every way to fail.

import type { Batch, Gone, Mirrored } from '../../database/archive.ts'
import type { Mirror } from '../../durable/mirroring.ts'
import type { RowRef } from '../../durable/parked.ts'
import type { DirectoryEntry } from '../../durable/room-calls.ts'
import type { MemberRow, MessageRow } from '../../protocol/changes.ts'
import type { Epoch, UserId } from '../../protocol/ids.ts'
import { databaseDeadlineMs } from '../../protocol/limits.ts'
import { rev } from '../support/ids.ts'
import type { World } from './world.ts'

type Kept<Row> = Row & { readonly epoch: Epoch }

/** One object, from its making to its end. */
export interface Life {
  isAlive: boolean
  /** Asked of Postgres and not answered. */
  questions: number
}

/** What a row says that Postgres will not have. */
export const poison = 'poison'

class RowRefused extends Error {}

export class MemoryPostgres {
  readonly #world: World
  readonly #isGuarded: boolean
  readonly messages = new Map<number, Kept<MessageRow>>()
  readonly members = new Map<string, Kept<MemberRow> & { readSeq: number }>()
  heads: Pick<Batch, 'epoch' | 'to' | 'seq' | 'memberCount'> | null = null
  directory: DirectoryEntry
  readonly reported: RowRef[] = []
  /** Whose account was deleted; true: and what they said goes, too. */
  readonly gone = new Map<UserId, boolean>()

  constructor(world: World, directory: DirectoryEntry, isGuarded: boolean) {
    this.#world = world
    this.directory = directory
    this.#isGuarded = isGuarded
  }

  /** What dies hears no answer. `leaves` holds a question back until the writes before it are safe. */
  mirrorFor(life: Life, leaves: (work: () => void) => void): Mirror {
    const ask = <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        life.questions += 1
        const answered = (settle: () => void) => {
          life.questions -= 1
          if (life.isAlive) settle()
        }
        const told = (value: T) => answered(() => resolve(value))
        leaves(() => this.#ask(work, told, (error) => answered(() => reject(error))))
      })
    return {
      write: (batch) => ask(() => this.#write(batch)),
      forgetEarlier: (_, epoch) => ask(() => this.#forgetEarlier(epoch)),
      refusesRows: (error) => error instanceof RowRefused,
      reportParked: (_, row) => ask(() => void this.reported.push(row)),
    }
  }

  /** Done and told, lost on the way there or back, or left hanging and done who knows when. */
  #ask<T>(work: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
    const world = this.#world
    const there = world.between(2, 60)
    const back = world.between(2, 60)
    const lost = new Error('Postgres is away.')
    const attempt = (then: (value: T) => void) => {
      try {
        then(work())
      } catch (error) {
        world.later(() => reject(error), back)
      }
    }
    if (world.strikes(0.1)) return void world.later(() => reject(lost), there)
    if (world.strikes(0.12)) {
      world.later(() => attempt(() => world.later(() => reject(lost), back)), there)
    } else if (world.strikes(0.1)) {
      world.later(() => reject(lost), databaseDeadlineMs)
      if (world.random() < 0.7)
        world.later(() => quietly(work), world.between(there, 3 * databaseDeadlineMs))
    } else world.later(() => attempt((value) => world.later(() => resolve(value), back)), there)
  }

  /** As database/archive.ts has it: all of it or nothing. */
  #write({ epoch, to, seq, memberCount, messages, members, marks }: Batch): Mirrored {
    if (messages.some(({ body }) => body.includes(poison))) throw new RowRefused()
    if (this.#isGuarded && this.heads && this.heads.epoch > epoch) return this.directory
    for (const row of members) {
      const known = this.members.get(row.userId)
      if (known && !this.#isNewer({ epoch, rev: row.rev }, known)) continue
      const readSeq = known?.epoch === epoch && row.name !== '' ? known.readSeq : 0
      this.members.set(row.userId, { ...row, epoch, readSeq })
    }
    for (const { userId, seq: readSeq } of marks) {
      const known = this.members.get(userId)
      if (known?.epoch !== epoch || known.name === '') continue
      this.members.set(userId, { ...known, readSeq: Math.max(known.readSeq, readSeq) })
    }
    for (const row of messages) {
      const known = this.messages.get(row.seq)
      if (!known || this.#isNewer({ epoch, rev: row.rev }, known)) {
        this.messages.set(row.seq, { ...row, epoch })
      }
    }
    const heads = this.heads && { epoch: this.heads.epoch, rev: this.heads.to }
    if (!heads || this.#isNewer({ epoch, rev: to }, heads))
      this.heads = { epoch, to, seq, memberCount }
    this.#world.note(`postgres ${to} ${messages.length}/${members.length}/${marks.length}`)
    return { ...this.directory, gone: this.#goneAmong(members, messages) }
  }

  #goneAmong(members: Batch['members'], messages: Batch['messages']): Gone[] {
    const named = members.filter(({ name, state }) => name !== '' || state === 'joined')
    const saying = messages.filter(({ body }) => body !== '')
    return [...this.gone]
      .filter(
        ([id, erases]) =>
          named.some(({ userId }) => userId === id) ||
          (erases && saying.some(({ authorId }) => authorId === id)),
      )
      .map(([userId, erases]) => ({ userId, erases }))
  }

  #forgetEarlier(epoch: Epoch): boolean {
    if (this.heads && this.heads.epoch < epoch) this.heads = { ...this.heads, epoch, to: rev(0) }
    for (const [key, row] of this.messages) if (row.epoch < epoch) this.messages.delete(key)
    for (const [key, row] of this.members) if (row.epoch < epoch) this.members.delete(key)
    return true
  }

  #isNewer(one: { epoch: Epoch; rev: number }, known: { epoch: Epoch; rev: number }): boolean {
    if (!this.#isGuarded) return true
    return one.epoch > known.epoch || (one.epoch === known.epoch && one.rev > known.rev)
  }
}

function quietly(work: () => unknown): void {
  try {
    work()
  } catch {
    // Whoever asked has stopped listening.
  }
}
