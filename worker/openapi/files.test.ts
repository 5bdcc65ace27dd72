// Nobody can upload anything yet: what would have to be judged then does not come in now. [S23]

import { expect, it } from 'vitest'
import { app } from '../app.ts'
import { documentOf } from './document.ts'
import { examples } from './examples.ts'

const document = documentOf(app)
const operations = Object.values(document.paths).flatMap((verbs) => Object.values(verbs))

it('[S23] takes JSON, and the lines of an export from who runs Parley, and no other type', () => {
  const taken = operations.flatMap(({ operationId, requestBody }) =>
    Object.keys(requestBody?.content ?? {}).map((type) => [operationId, type] as const),
  )
  const others = taken.filter(([, type]) => type !== 'application/json')
  expect(others).toEqual([['restoreRoom', 'application/x-ndjson']])
})

it('[S23] nobody names an avatar, and none is told but as nothing', () => {
  const asked = Object.keys(examples).map((name) => document.components.schemas[name])
  expect(JSON.stringify(asked)).not.toMatch(/avatar|picture|image|file/i)
})
