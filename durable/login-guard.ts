// The shell of a guard: what the platform calls, the clock, the alarm and the storage. An object for
// each account name, each address and each known device. [API4]

import { DurableObject } from 'cloudflare:workers'
import { Guard } from './guard.ts'
import type { GuardCalls, Tries } from './guard-calls.ts'
import { ObjectLog } from './log.ts'
import { sqlOf } from './storage-sql.ts'

/** Should forgetting fail, it is tried again after this: an alarm that throws is given up one day. */
const forgetAgainMs = 60_000

export class LoginGuard extends DurableObject<unknown> implements GuardCalls {
  readonly #guard: Guard
  readonly #log: ObjectLog

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env)
    this.#log = new ObjectLog(Reflect.get(Object(env), 'LOG_LEVEL'))
    this.#guard = new Guard(sqlOf(state.storage), (atMs) => this.ringAt(atMs))
  }

  async reserve(tries: Tries, id: string): Promise<number> {
    return this.#guard.reserve(tries, id, this.now())
  }

  async giveBack(id: string): Promise<void> {
    this.#guard.giveBack(id)
  }

  override async alarm(): Promise<void> {
    try {
      const againAt = this.#guard.forget(this.now())
      if (againAt !== null) return this.ringAt(againAt)
      await this.ctx.storage.deleteAll()
    } catch (error) {
      this.#log.failure('forgetGuesses', error)
      this.ringAt(this.now() + forgetAgainMs)
    }
  }

  protected now(): number {
    return Date.now()
  }

  protected ringAt(atMs: number): void {
    void this.ctx.storage.setAlarm(atMs)
  }
}
