// One JSON object a line, for what goes wrong in a room. Never a message's text, never a token.

/** `error` keeps its name, message and stack here, and only here. */
export function logFailure(
  event: string,
  facts: Record<string, string | number>,
  error: unknown,
): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  console.error(
    JSON.stringify({ level: 'error', event, ...facts, error: { name, message, stack } }),
  )
}

export function logWarning(event: string, facts: Record<string, string | number>): void {
  console.warn(JSON.stringify({ level: 'warn', event, ...facts }))
}
