// Neon's HTTP protocol, as @neondatabase/serverless speaks it: one request, one answer.

import type { IncomingHttpHeaders } from 'node:http'
import * as v from 'valibot'
import type { Engine, Result, Statement } from './engine.ts'

const Query = v.object({
  query: v.string(),
  params: v.optional(v.array(v.nullable(v.string())), []),
})
const Body = v.union([v.object({ queries: v.array(Query) }), Query])

const Headers = v.object({
  // A page in a browser cannot send these without asking, and nothing here answers such a question.
  'neon-connection-string': v.string(),
  'neon-raw-text-output': v.literal('true'),
  'neon-array-mode': v.literal('true'),
  'neon-batch-isolation-level': v.optional(
    v.picklist(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable']),
  ),
  'neon-batch-read-only': v.optional(v.picklist(['true', 'false'])),
  'neon-batch-deferrable': v.optional(v.picklist(['true', 'false'])),
})
type Headers = v.InferOutput<typeof Headers>

export type Question =
  | { readonly statement: Statement }
  | { readonly statements: readonly Statement[]; readonly mode: string }

/** Throws for whatever the driver would not send. */
export function readQuestion(headers: IncomingHttpHeaders, body: string): Question {
  const head = v.parse(Headers, headers)
  const question = v.parse(Body, JSON.parse(body))
  return 'queries' in question
    ? { statements: question.queries, mode: transactionMode(head) }
    : { statement: question }
}

export async function answer(engine: Engine, question: Question): Promise<unknown> {
  if ('statement' in question) return inArrayMode(await engine.query(question.statement))
  const results = await engine.transaction(question.statements, question.mode)
  return { results: results.map(inArrayMode) }
}

const inArrayMode = (result: Result) => ({ ...result, rowAsArray: true })

/** What the driver copies from an error; only text, and only what Postgres said. */
const errorFields = [
  'message severity code detail hint position internalPosition internalQuery where schema table',
  'column dataType constraint file line routine',
].flatMap((line) => line.split(' '))

export function errorAnswer(error: unknown): Record<string, string> {
  const said = Object.entries(Object(error)).filter(
    (entry): entry is [string, string] =>
      errorFields.includes(entry[0]) && typeof entry[1] === 'string',
  )
  return { message: error instanceof Error ? error.message : '', ...Object.fromEntries(said) }
}

/** As SQL says it. `ReadCommitted` is `isolation level read committed`. */
function transactionMode(headers: Headers): string {
  const level = headers['neon-batch-isolation-level']
  return [
    level && `isolation level ${level.replace(/(?<=.)(?=[A-Z])/g, ' ').toLowerCase()}`,
    headers['neon-batch-read-only'] === 'true' && 'read only',
    headers['neon-batch-deferrable'] === 'true' && 'deferrable',
  ]
    .filter((part) => typeof part === 'string')
    .join(', ')
}
