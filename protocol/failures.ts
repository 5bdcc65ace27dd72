// The one table of what can go wrong: code → HTTP status, close code, what a client does, a safe sentence.

import * as v from 'valibot'

/** What a client does next: give up, wait and repeat, or get a new token and repeat. */
export type Remedy = 'stop' | 'retry' | 'renew'

interface Meaning {
  readonly status: number
  readonly remedy: Remedy
  /** Shown when nothing better is known. Never names values, tables or files. */
  readonly title: string
  /** Present where a room may end a socket for this reason. */
  readonly close?: number
}

export const failures = {
  badFrame: {
    status: 400,
    remedy: 'stop',
    close: 4400,
    title: 'The frame could not be understood.',
  },
  malformed: { status: 400, remedy: 'stop', title: 'The request could not be understood.' },
  invalid: { status: 400, remedy: 'stop', title: 'Some fields need another look.' },
  unauthenticated: { status: 401, remedy: 'renew', close: 4401, title: 'Please sign in.' },
  wrongCredentials: {
    status: 401,
    remedy: 'stop',
    title: 'The name or the password is not right.',
  },
  forbidden: { status: 403, remedy: 'stop', close: 4403, title: 'You may not do this.' },
  suspended: { status: 403, remedy: 'stop', title: 'This account was suspended.' },
  banned: { status: 403, remedy: 'stop', title: 'You were banned from this room.' },
  muted: { status: 403, remedy: 'stop', title: 'You were muted in this room for a while.' },
  editClosed: { status: 403, remedy: 'stop', title: 'It is too late to edit this message.' },
  wrongOrigin: { status: 403, remedy: 'stop', title: 'This page may not make that request.' },
  notFound: { status: 404, remedy: 'stop', title: 'There is nothing here.' },
  roomGone: { status: 404, remedy: 'stop', close: 4404, title: 'This room was deleted.' },
  methodNotAllowed: {
    status: 405,
    remedy: 'stop',
    title: 'This address does not take that method.',
  },
  nameTaken: { status: 409, remedy: 'stop', title: 'A public room has this name already.' },
  emailTaken: { status: 409, remedy: 'stop', title: 'This e-mail address is in use.' },
  usernameTaken: { status: 409, remedy: 'stop', title: 'This username is taken.' },
  idConflict: { status: 409, remedy: 'stop', title: 'Another message was sent with this id.' },
  messageGone: { status: 409, remedy: 'stop', title: 'This message was deleted.' },
  reactionsFull: {
    status: 409,
    remedy: 'stop',
    title: 'This message has all the reactions it can.',
  },
  limitReached: { status: 409, remedy: 'stop', title: 'There may be no more of these.' },
  lastAdmin: {
    status: 409,
    remedy: 'stop',
    title: 'Nobody else runs Parley. Make somebody else an admin first.',
  },
  ownerLeaves: { status: 409, remedy: 'stop', title: 'The owner of a room cannot leave it.' },
  tooLarge: { status: 413, remedy: 'stop', title: 'The request is too large.' },
  unsupportedMedia: { status: 415, remedy: 'stop', title: 'The body must be JSON.' },
  upgradeRequired: { status: 426, remedy: 'stop', title: 'This address takes WebSockets only.' },
  unsupportedProtocol: {
    status: 400,
    remedy: 'stop',
    close: 4409,
    title: 'This version of Parley is no longer served.',
  },
  tooSlow: {
    status: 408,
    remedy: 'retry',
    close: 4408,
    title: 'The connection could not keep up.',
  },
  rateLimited: { status: 429, remedy: 'retry', title: 'That was too fast.' },
  slowMode: { status: 429, remedy: 'retry', title: 'This room takes one message at a time.' },
  tooMany: {
    status: 429,
    remedy: 'retry',
    close: 4429,
    title: 'Too many connections or commands.',
  },
  roomFull: { status: 503, remedy: 'retry', title: 'The room is full.' },
  busy: { status: 503, remedy: 'retry', title: 'The room is busy.' },
  unavailable: { status: 503, remedy: 'retry', title: 'The service is away for a moment.' },
  storageFull: { status: 507, remedy: 'stop', title: 'This room holds all it can.' },
  internal: { status: 500, remedy: 'retry', title: 'Something went wrong on our side.' },
} as const satisfies Record<string, Meaning>

export type FailureCode = keyof typeof failures

export const FailureCode = v.picklist(Object.keys(failures) as [FailureCode, ...FailureCode[]])

/** An expected no: a value, because people do such things. */
export interface Refusal {
  readonly code: FailureCode
  readonly detail: string
  /** Present where waiting helps. */
  readonly retryAfterMs?: number
}

/** A field that failed its schema, never with the submitted value. */
export interface FieldError {
  readonly path: string
  readonly message: string
}

/** What the world does to us: thrown, caught once by the shell, answered from the table. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly errors: readonly FieldError[]
  readonly retryAfterMs: number | undefined

  constructor(
    code: FailureCode,
    more: {
      detail?: string
      errors?: readonly FieldError[]
      retryAfterMs?: number
      cause?: unknown
    } = {},
  ) {
    super(more.detail ?? failures[code].title, { cause: more.cause })
    this.code = code
    this.errors = more.errors ?? []
    this.retryAfterMs = more.retryAfterMs
  }
}

/** The code behind one of our close codes; null for weather, after which a client just returns. */
export function failureOfClose(close: number): FailureCode | null {
  const found = Object.entries(failures).find(
    ([, meaning]) => 'close' in meaning && meaning.close === close,
  )
  return found ? (found[0] as FailureCode) : null
}

/** A refusal with the table's own sentence, unless a better one is at hand. */
export function refusal(
  code: FailureCode,
  detail: string = failures[code].title,
  retryAfterMs?: number,
): Refusal {
  return retryAfterMs === undefined ? { code, detail } : { code, detail, retryAfterMs }
}
