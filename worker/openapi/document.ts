// The API's own description, OpenAPI 3.1: made of the routes as they are, and of their schemas. [API1]

import type { Hono } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import { type FailureCode, failures } from '../../protocol/failures.ts'
import type { AppEnv } from '../context.ts'
import { type Answers, type Told, toldBy } from './described.ts'
import { components, type JsonSchema, refTo, type Schema, schemaOf } from './schemas.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly security?: ReadonlyArray<Readonly<Record<string, readonly string[]>>>
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: Readonly<Record<string, Response>>
}

interface Parameter {
  readonly in: 'path' | 'query'
  readonly name: string
  readonly required: boolean
  readonly schema: JsonSchema
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>

interface Response {
  readonly description: string
  readonly content?: Content
  readonly headers?: Readonly<Record<string, unknown>>
}

export interface ApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: ReadonlyArray<{ readonly url: string }>
  readonly tags: ReadonlyArray<{ readonly name: string; readonly description: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: Readonly<Record<string, unknown>>
  }
}

const description = `Accounts, rooms and messages over HTTP; what happens in a room as it happens comes
over its socket. Times are ISO 8601 in UTC, but those of messages, which are integer milliseconds since
1970. Every error is a \`Problem\`; its \`code\` says which. A field that is not known here is refused in
a request; skip what you do not know in an answer. A list goes on with \`cursor\`: the \`next\` of the page
before.`

const accessToken = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The `accessToken` of a sign-in. It lives for 15 minutes.',
}

const botToken = {
  type: 'http',
  scheme: 'bearer',
  description:
    'The token of a bot, in its rooms and for what it was made; it lives until it is revoked.',
}

const metricsToken = {
  type: 'http',
  scheme: 'bearer',
  description: 'The `METRICS_TOKEN` that operators set.',
}

/** What every request passes may answer so, before any route does. */
const always = ['rateLimited', 'internal'] as const
const ofChanges = ['wrongOrigin'] as const

/** Of everything that `app` routes and that says what it does. */
export function documentOf(app: Hono<AppEnv>): ApiDocument {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const { method, path, told } of routesOf(app)) {
    const { operation, summary } = told
    if (operation === undefined || summary === undefined) continue
    const address = path.replace(/:(\w+)/g, '{$1}')
    const verbs = paths[address] ?? {}
    paths[address] = verbs
    const codes = [...(told.codes ?? []), ...always, ...(method === 'GET' ? [] : ofChanges)]
    verbs[method.toLowerCase()] = operationOf(address, operation, summary, { ...told, codes })
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Parley', version: '1', description: description.replaceAll('\n', ' ') },
    servers: [{ url: '/' }],
    tags: Object.entries(resources).map(([name, about]) => ({ name, description: about })),
    paths,
    components: { schemas: components(), securitySchemes: { accessToken, botToken, metricsToken } },
  }
}

/** Every route, with what all of its handlers tell. One that says no operation is not described. */
export function routesOf(app: Hono<AppEnv>) {
  const routes = new Map<string, { method: string; path: string; told: Told }>()
  for (const { method, path: written, handler } of app.routes) {
    if (method === 'ALL') continue
    const path = written.replace(/(?<=.)\/$/, '')
    const before = routes.get(`${method} ${path}`)?.told
    const told = toldBy(findTargetHandler(handler))
    const codes = [...(before?.codes ?? []), ...(told.codes ?? [])]
    routes.set(`${method} ${path}`, { method, path, told: { ...before, ...told, codes } })
  }
  return [...routes.values()]
}

function operationOf(address: string, operation: string, summary: string, told: Told): Operation {
  const { token, bots, query, path, body, answers = {}, codes = [] } = told
  const parameters = [...parametersOf('path', path), ...parametersOf('query', query)]
  const ways =
    token === 'operator'
      ? [{ metricsToken: [] }]
      : [{ accessToken: [] }, ...(bots ? [{ botToken: [] }] : [])]
  return {
    operationId: operation,
    summary,
    tags: [tagOf(address)],
    ...(token && { security: token === 'may' ? [{}, ...ways] : ways }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses: { ...goodOf(answers), ...badOf(codes) },
  }
}

/** By resource; what is of none is the service's own. */
function tagOf(address: string): string {
  const resource = address.split('/')[3] ?? ''
  return resource in resources ? resource : 'service'
}

const resources = {
  auth: 'Signing up, in, on and out.',
  users: 'Accounts, and what others see of them.',
  deletions: 'Accounts that went.',
  rooms: 'Rooms, their members and their messages.',
  invites: 'Links that let people in.',
  search: 'Over all of your rooms.',
  admin: 'For those who run Parley; for everybody else there is nothing here.',
  service: 'Parley itself.',
}

function parametersOf(place: Parameter['in'], schema: Schema | undefined): Parameter[] {
  const { properties = {}, required = [] } = schema ? schemaOf(schema) : {}
  return Object.entries(properties).flatMap(([name, property]) => {
    if (typeof property === 'boolean') return []
    return { in: place, name, required: required.includes(name), schema: property }
  })
}

function goodOf(answers: Answers): Record<string, Response> {
  const told = Object.entries(answers).map(([status, answer]) => {
    const content = answer && { content: contentOf(answer) }
    return [status, { description: meaning[status] ?? 'Done.', ...content }] as const
  })
  return Object.fromEntries(told)
}

const meaning: Readonly<Record<string, string>> = {
  101: 'The socket is open.',
  200: 'As asked.',
  201: 'It was made.',
  202: 'It has begun.',
  204: 'Done.',
}

function contentOf(answer: Schema | readonly string[]): Content {
  if ('kind' in answer) return { 'application/json': { schema: schemaOf(answer) } }
  return Object.fromEntries(answer.map((media) => [media, {}] as const))
}

/** One response a status: which codes it may have, and when to come again where waiting helps. */
function badOf(codes: readonly FailureCode[]): Record<string, Response> {
  const statuses = Map.groupBy(new Set(codes), (code) => String(failures[code].status))
  const told = [...statuses].map(([status, same]) => {
    const sentences = same.map((code) => `\`${code}\`: ${failures[code].title}`)
    const waits = same.some((code) => failures[code].remedy === 'retry')
    const schema = { allOf: [{ $ref: refTo('Problem') }, { properties: { code: { enum: same } } }] }
    const response: Response = {
      description: sentences.join(' '),
      content: { 'application/problem+json': { schema } },
      ...(waits && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
    }
    return [status, response] as const
  })
  return Object.fromEntries(told)
}
