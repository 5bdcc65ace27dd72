// What comes in: bodies, queries and paths, each through its schema, or not at all.

import { sValidator } from '@hono/standard-validator'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import * as v from 'valibot'
import { Failure, type FailureCode, type FieldError } from '../protocol/failures.ts'
import { telling } from './openapi/described.ts'
import type { Schema } from './openapi/schemas.ts'

/** More would help nobody, and the paths of unknown fields are the caller's own text. */
const errorsMax = 20
const pathCharactersMax = 100

// valibot's own sentences repeat what was submitted, passwords too.
v.setGlobalMessage(({ type, expected, received, input }) => {
  if (expected === 'never') return 'is not known here'
  if (received === 'undefined') return 'is missing'
  if (expected === null) return 'is not valid'
  if (type === 'picklist')
    return `must be one of ${expected.replace(/[()]/g, '').replaceAll(' | ', ', ')}`
  const bound = expected.replace(/^<=/, 'at most ').replace(/^>=/, 'at least ')
  if (!type.endsWith('_length')) return `must be ${kinds[expected] ?? bound}`
  return typeof input === 'string' ? `must be ${bound} characters` : `must hold ${bound}`
})

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
}

/** JSON, and said to be JSON: a form of another site cannot say so. Fails `unsupportedMedia`. [API2] */
export function body<Body extends Schema>(schema: Body) {
  // To valibot a list is an object, too: one without any field, which a PATCH may be. [V-1]
  const notList = v.check((given) => !Array.isArray(given), 'must be an object')
  const validate = sValidator('json', v.pipe(v.unknown(), notList, schema), refuse('invalid'))
  const checked: typeof validate = (c, next) => {
    requireType(c, 'application/json')
    return validate(c, next)
  }
  return telling(
    { body: schema, codes: ['invalid', 'malformed', 'tooLarge', 'unsupportedMedia'] },
    checked,
  )
}

export function query<Query extends Schema>(schema: Query) {
  return telling(
    { query: schema, codes: ['invalid'] },
    sValidator('query', schema, refuse('invalid')),
  )
}

/** An id that is none names nothing. */
export function path<Path extends Schema>(schema: Path) {
  return telling(
    { path: schema, codes: ['notFound'] },
    sValidator('param', schema, refuse('notFound')),
  )
}

/** Lines of JSON, and said to be. They stream, so whoever reads them judges them. */
export const lines = telling(
  {
    body: ['application/x-ndjson'],
    codes: ['invalid', 'malformed', 'tooLarge', 'unsupportedMedia'],
  },
  createMiddleware((c, next) => {
    requireType(c, 'application/x-ndjson')
    return next()
  }),
)

/** Fails `unsupportedMedia` for a body that is not said to be of that type. */
function requireType(c: Context, type: string): void {
  const [mediaType] = (c.req.header('content-type') ?? '').split(';')
  if (mediaType?.trim().toLowerCase() !== type) throw new Failure('unsupportedMedia')
}

interface Outcome {
  readonly success: boolean
  readonly error?: readonly Issue[]
}

interface Issue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

function refuse(code: FailureCode) {
  return ({ success, error = [] }: Outcome): void => {
    if (success) return
    throw new Failure(code, code === 'invalid' ? { errors: fieldErrors(error) } : {})
  }
}

function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.slice(0, errorsMax).map(({ path = [], message }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
    return { path: keys.join('.').slice(0, pathCharactersMax), message }
  })
}
