// Every answer a test gets is held against the API's own document: no status, code or field beyond it. [API1, S7]

import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ApiDocument } from '../../worker/openapi/document.ts'

/** As `build.ts` wrote it before any test; a bench holds nothing against it. */
const document: Pick<ApiDocument, 'paths' | 'components'> = process.env['VITEST']
  ? JSON.parse(readFileSync(new URL('../../build/openapi.json', import.meta.url), 'utf8'))
  : { paths: {}, components: { schemas: {}, securitySchemes: {} } }

const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema({ $id: 'parley', components: closed(document.components) })

const operations = Object.entries(document.paths).flatMap(([address, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({
    pattern: new RegExp(`^${address.replace(/\{\w+\}/g, '[^/]+')}/?$`),
    parameters: address.split('{').length,
    method: verb.toUpperCase(),
    operation,
  })),
)
operations.sort((a, b) => a.parameters - b.parameters) // `/me` before `/{id}`.

const checks = new Map<unknown, ValidateFunction>()

/** Throws where an answer is not what the document says. What the document does not have is 404 or 405. */
export function expectDescribed(
  method: string,
  path: string,
  { status, headers, text }: { status: number; headers: Headers; text: string },
): void {
  if (operations.length === 0) return
  const { pathname } = new URL(path, 'http://parley')
  const found = operations.find((one) => one.method === method && one.pattern.test(pathname))
  const where = `${method} ${pathname} → ${status}`
  if (!found) {
    if (status === 404 || status === 405) return
    throw new Error(`${where} is not described.`)
  }
  const response = found.operation.responses[String(status)]
  if (!response) throw new Error(`${where} is not described: ${text.slice(0, 200)}`)
  const [media = ''] = (headers.get('content-type') ?? '').split(';')
  if (!response.content) {
    if (text !== '') throw new Error(`${where} has a body: ${text.slice(0, 200)}`)
    return
  }
  const content = response.content[media]
  if (!content) throw new Error(`${where} is described, but not as ${media}.`)
  const { schema } = content
  if (!schema) return
  const check = checks.get(schema) ?? ajv.compile(referring(closed(schema)))
  checks.set(schema, check)
  if (check(JSON.parse(text))) return
  throw new Error(
    `${where} is not as described: ${ajv.errorsText(check.errors)}: ${text.slice(0, 500)}`,
  )
}

/** No field but those that are named: what would leak, or was forgotten, shows. */
function closed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closed) as Value
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, part]) => [key, closed(part)])
  const isOpen = 'properties' in value && 'type' in value && !('additionalProperties' in value)
  return Object.fromEntries([...entries, ...(isOpen ? [['additionalProperties', false]] : [])])
}

/** References from outside the document into it. */
function referring(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"parley#/components'))
}
