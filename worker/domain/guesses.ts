// A guess is counted before it is judged, and given back if it was right: however many are made at the
// same moment, no two are let through as one. [API4]

import { fold } from '../../database/fold.ts'
import type { Tries } from '../../durable/guard-calls.ts'
import { uncountedPauseMs } from '../../protocol/account-limits.ts'
import { Failure } from '../../protocol/failures.ts'
import type { UserId } from '../../protocol/ids.ts'
import type { Client } from './client.ts'
import type { Keyring } from './keyring.ts'
import { deviceKnownTo } from './known-devices.ts'

/** Whose tries are counted together. */
export interface Subject {
  readonly tries: Tries
  readonly name: string
}

export interface Guards {
  /** Counts a try and answers 0, or counts nothing and answers how many milliseconds to wait. */
  reserve(subject: Subject, id: string): Promise<number>
  giveBack(subject: Subject, id: string): Promise<void>
}

/**
 * Who is slowed by a wrong password. A device that the account knows answers for itself alone, so what
 * others do to the account, or from its address, is nothing to it. Names that nobody bears are counted
 * alike, and each name by itself: did the e-mail address slow the username, it would tell whose it is.
 * `counted` is what stands for the account: a name, for whoever comes with one.
 */
export function guessersOf(
  keyring: Keyring,
  login: string,
  client: Pick<Client, 'address' | 'marks'>,
  counted = fold(login),
): Subject[] {
  const device = deviceKnownTo(keyring, client.marks, login)
  if (device !== null) return [{ tries: 'device', name: device }]
  const account: Subject = { tries: 'account', name: counted }
  return client.address === null ? [account] : [account, { tries: 'address', name: client.address }]
}

/**
 * What `judge` finds; null for a wrong guess, which stays counted. It may say that the guess is right
 * before it has found everything: then it is given back meanwhile. Fails `rateLimited` without judging
 * while one of the subjects has to wait.
 */
export async function guess<T>(
  guards: Guards,
  subjects: readonly Subject[],
  judge: (isRight: () => void) => Promise<T | null>,
): Promise<T | null> {
  const giveBack = await spend(guards, subjects)
  let given: Promise<void> | null = null
  const isRight = () => {
    given ??= giveBack()
  }
  try {
    const found = await judge(isRight)
    if (found !== null) isRight()
    return found
  } catch (error) {
    isRight() // Or never judged: Postgres may have been away.
    throw error
  } finally {
    await given
  }
}

/**
 * Once more of what somebody may do so often an hour. Fails `rateLimited`. Where nobody can count, it is
 * let through: no door is opened by it. [LIM5]
 */
export async function spendOwn(
  guards: Guards,
  tries: 'roomMade' | 'rename',
  userId: UserId,
): Promise<void> {
  await spend(guards, [{ tries, name: userId }]).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'unavailable') return
    throw error
  })
}

/**
 * Counts one try of each subject, or of none. Returns what gives them back. Fails `rateLimited`, and
 * `unavailable` where nobody can count: without a count there is no guess, but on a known device.
 */
export async function spend(
  guards: Guards,
  subjects: readonly Subject[],
): Promise<() => Promise<void>> {
  const id = crypto.randomUUID()
  const faults: unknown[] = []
  const asked = await Promise.all(
    subjects.map(async (subject) => {
      const waitMs = await guards.reserve(subject, id).catch((fault: unknown) => {
        if (subject.tries === 'device') return 0
        faults.push(fault)
        return null
      })
      return { subject, waitMs }
    }),
  )
  const counted = asked.filter(({ waitMs }) => waitMs === 0)
  const giveBack = async () => {
    // What cannot be given back is forgotten within the hour.
    await Promise.allSettled(counted.map(({ subject }) => guards.giveBack(subject, id)))
  }
  if (counted.length < subjects.length) {
    await giveBack()
    if (faults.length > 0) {
      throw new Failure('unavailable', { retryAfterMs: uncountedPauseMs, cause: faults[0] })
    }
    const retryAfterMs = Math.max(...asked.map(({ waitMs }) => waitMs ?? 0))
    throw new Failure('rateLimited', { retryAfterMs })
  }
  return giveBack
}
