// What Postgres says when it says no, as a failure of ours. The only file that reads its codes.

import { NeonDbError } from '@neondatabase/serverless'
import { Failure, type FailureCode } from '../protocol/failures.ts'

/** Which unique index stands for which field of a request. */
const conflicts: Record<string, { code: FailureCode; path: string }> = {
  users_email_key: { code: 'emailTaken', path: 'email' },
  users_username_key: { code: 'usernameTaken', path: 'username' },
  rooms_public_name: { code: 'nameTaken', path: 'name' },
}

const uniqueViolation = '23505'

/** Classes of SQLSTATE that mean "not now": connection, resources, operator, system. */
const weather = /^(08|53|57|58)/

/** The class of values that no column takes, such as a year 0: the caller's, where they slip through. */
const badValue = /^22/

/**
 * Null for an error that is no database's. What is passed on never holds the error's own text:
 * drizzle writes the parameters of a query into it, and they may be secrets.
 */
export function databaseFailure(error: unknown): Failure | null {
  const said = saidByDatabase(error)
  if (said === null) return null
  const conflict = said.code === uniqueViolation ? conflicts[said.constraint ?? ''] : undefined
  if (conflict) {
    const failure = new Failure(conflict.code)
    return new Failure(conflict.code, {
      errors: [{ path: conflict.path, message: failure.message }],
    })
  }
  return new Failure(codeFor(said.code), { cause: said.code })
}

/** Without a code: the driver never got an answer, or not in time. */
function codeFor(code: string | undefined): FailureCode {
  if (code === undefined || weather.test(code)) return 'unavailable'
  return badValue.test(code) ? 'invalid' : 'internal'
}

/** A value no column takes, a constraint, a size: the rows' own fault, and the same at any time. */
const rowsFault = /^(22|23|54)/

export function refusesRows(error: unknown): boolean {
  return rowsFault.test(saidByDatabase(error)?.code ?? '')
}

function saidByDatabase(error: unknown): { code?: string; constraint?: string } | null {
  if (error instanceof NeonDbError) {
    return {
      ...(error.code !== undefined && { code: error.code }),
      ...(error.constraint !== undefined && { constraint: error.constraint }),
    }
  }
  if (!(error instanceof Error)) return null
  return error.name === 'TimeoutError' ? {} : saidByDatabase(error.cause)
}
