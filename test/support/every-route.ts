// Every operation of the API's document, with an address of this Parley and a good body: what the tests
// that are made of the router send, before they spoil it.

import { uuidv7 } from 'uuidv7'
import { app } from '../../worker/app.ts'
import { documentOf } from '../../worker/openapi/document.ts'
import { examples } from '../../worker/openapi/examples.ts'

export const document = documentOf(app)

export interface Route {
  readonly name: string
  readonly method: string
  /** Under `/api/v1`, with `{names}` in it. */
  readonly path: string
  /** Whether an access token must come; null where none does. */
  readonly token: 'must' | 'may' | null
  readonly query: readonly string[]
  /** The name of the body's schema; null where there is none, or it is no JSON. */
  readonly body: string | null
}

export const routes: readonly Route[] = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, { operationId, security, parameters = [], requestBody }]) => ({
    ...{ name: operationId, method: verb.toUpperCase(), path: path.slice('/api/v1'.length) },
    token: tokenOf(security),
    query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    body: requestBody?.content['application/json']?.schema?.$ref?.split('/').at(-1) ?? null,
  })),
)

/** A person's; of what operators show nobody else has any. */
function tokenOf(security: readonly object[] = []): Route['token'] {
  if (!security.some((way) => 'accessToken' in way)) return null
  return security.some((way) => Object.keys(way).length === 0) ? 'may' : 'must'
}

export const changing = routes.filter(({ method }) => method !== 'GET')

/**
 * The address with these in the place of its `{names}`. An id that is not among them is one of nothing;
 * anything else that is missing is a mistake of the test.
 */
export function addressOf({ path }: Route, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? (name.endsWith('Id') ? uuidv7() : undefined)
    if (value === undefined) throw new Error(`${path}: what is its ${name}?`)
    return encodeURIComponent(value)
  })
}

export function goodBody({ body }: Route): unknown {
  return body === null ? undefined : examples[body]
}
