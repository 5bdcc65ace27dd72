import { Validator } from '@seriousme/openapi-schema-validator'
import * as v from 'valibot'
import { describe, expect, it, test } from 'vitest'
import { app } from '../app.ts'
import { documentOf, routesOf } from './document.ts'
import { examples } from './examples.ts'
import { named } from './schemas.ts'

const document = documentOf(app)
const text = JSON.stringify(document)
const operations = Object.values(document.paths).flatMap((verbs) => Object.values(verbs))

it('[API1] is OpenAPI 3.1', async () => {
  expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true })
  expect(document.openapi).toBe('3.1.0')
})

describe('[API1] of every route', () => {
  const routes = routesOf(app).map(({ method, path, told }) => [`${method} ${path}`, told] as const)

  test.each(routes)('%s says what it does and answers', (_, { operation, summary, answers }) => {
    expect(operation).toMatch(/^[a-z][A-Za-z]+$/)
    expect(summary).toMatch(/^[A-Z].*\.$/)
    expect(Object.keys(answers ?? {})).not.toEqual([])
  })

  test.each(routes)('%s tells every part of its address', (route, { path }) => {
    const named = [...route.matchAll(/:(\w+)/g)].map(([, name]) => name)
    const told = path && 'entries' in path ? Object.keys(path.entries as object) : []
    expect(told.toSorted()).toEqual(named.toSorted())
  })

  it('has a name of its own', () => {
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
  })
})

it('[P11 API1] names only what is there, and all that is there is named', () => {
  const there = Object.keys(document.components.schemas)
  const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect([...new Set(referred)].sort()).toEqual(there.sort())
})

it('[API1] shows a good example of every request', () => {
  const requests = operations
    .flatMap(({ requestBody }) => requestBody?.content['application/json']?.schema?.$ref ?? [])
    .map((ref) => ref.split('/').at(-1) ?? '')
  expect(Object.keys(examples).sort()).toEqual([...new Set(requests)].sort())
  for (const [name, example] of Object.entries(examples)) {
    expect(v.safeParse(named[name]!, example).issues, name).toBeUndefined()
  }
})

it('[V-12] bounds every text and list of a request', () => {
  const unbounded: string[] = []
  const look = (schema: unknown, where: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { type, maxLength, maxItems, format, pattern, ...rest } = schema as Record<
      string,
      unknown
    >
    const isFixed = 'enum' in schema || 'const' in schema || format !== undefined
    if (type === 'string' && maxLength === undefined && !isFixed && !pattern) unbounded.push(where)
    if (type === 'array' && maxItems === undefined) unbounded.push(where)
    for (const [key, part] of Object.entries(rest)) look(part, `${where}.${key}`)
  }
  for (const name of Object.keys(examples)) look(document.components.schemas[name], name)
  for (const { operationId, parameters } of operations) look(parameters, operationId)
  expect(unbounded).toEqual([])
})
