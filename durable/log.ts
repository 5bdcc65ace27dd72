// One JSON object a line, for what goes wrong in a room. Never a message's text, never a token.

import { databaseFailure } from '../database/failures.ts'

/** `error` keeps its name and where it was thrown; its own words only where they are ours. */
export function logFailure(
  event: string,
  facts: Record<string, string | number>,
  error: unknown,
): void {
  console.error(JSON.stringify({ level: 'error', event, ...facts, error: safely(error) }))
}

export function logWarning(event: string, facts: Record<string, string | number>): void {
  console.warn(JSON.stringify({ level: 'warn', event, ...facts }))
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
