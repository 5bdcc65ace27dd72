// One JSON object a line, for what goes wrong in an object. Never a message's text, never a token. [OPS3]

import * as v from 'valibot'
import { databaseFailure } from '../database/failures.ts'

export const LogLevel = v.picklist(['info', 'warn', 'error', 'silent'])
export type LogLevel = v.InferOutput<typeof LogLevel>

export const severity = { info: 0, warn: 1, error: 2, silent: 3 } as const

type Facts = Readonly<Record<string, string | number>>

export class ObjectLog {
  readonly #least: LogLevel
  readonly #facts: () => Facts

  /** `least` is a setting that the Worker has judged; `facts` stand in every line. */
  constructor(least: unknown, facts: () => Facts = () => ({})) {
    this.#least = v.parse(v.fallback(LogLevel, 'info'), least)
    this.#facts = facts
  }

  /** `error` keeps its name and where it was thrown; its own words only where they are ours. */
  failure(event: string, error: unknown, more: Facts = {}): void {
    this.#write('error', event, { ...more, error: safely(error) })
  }

  warning(event: string): void {
    this.#write('warn', event, {})
  }

  #write(level: 'warn' | 'error', event: string, more: object): void {
    if (severity[level] < severity[this.#least]) return
    console[level](JSON.stringify({ level, event, ...this.#facts(), ...more }))
  }
}

/**
 * Of Postgres, our code for it and its SQLSTATE: drizzle writes the statement and its parameters, which
 * are people's messages, into the error's words, and the words into its stack.
 */
function safely(error: unknown) {
  const failure = databaseFailure(error)
  if (failure) {
    const { code, message, cause } = failure
    return { name: failure.name, code, message, state: cause }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { name, message, stack }
}
