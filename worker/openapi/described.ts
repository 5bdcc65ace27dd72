// What a route says of itself, for the API's document: what it takes, answers, and how it fails. [API1]

import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { FailureCode } from '../../protocol/failures.ts'
import type { Schema } from './schemas.ts'

/** By status: the body's schema, null for none, or the media types of what is no JSON. */
export type Answers = Readonly<Record<number, Schema | null | readonly string[]>>

/** What one handler of a route tells; the route is what all of its handlers tell. */
export interface Told {
  /** The name that generated clients call it by. */
  readonly operation?: string
  readonly summary?: string
  readonly answers?: Answers
  readonly codes?: readonly FailureCode[]
  readonly body?: Schema | readonly string[]
  readonly query?: Schema
  readonly path?: Schema
  /** Whether an access token must come, or may; or the one that operators set. */
  readonly token?: 'must' | 'may' | 'operator'
  /** Whether a bot's token will do, too. */
  readonly bots?: true
}

const told = Symbol('told')

/**
 * Stands first in a route and lets everything pass. `codes` are the failures of its own: what checks
 * a token, a body or a path tells its own.
 */
export function does(
  operation: string,
  summary: string,
  answers: Answers,
  ...codes: readonly FailureCode[]
): MiddlewareHandler {
  return telling(
    { operation, summary, answers, codes },
    createMiddleware((_, next) => next()),
  )
}

/** The same handler, which says so much of its route. */
export function telling<Handler extends object>(what: Told, handler: Handler): Handler {
  return Object.assign(handler, { [told]: what })
}

export function toldBy(handler: object): Told {
  return told in handler && handler[told] instanceof Object ? handler[told] : {}
}
