// What the same origin answers where no file is: the app's page to people, and never in a file's place.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, startHarness } from './support/harness.ts'

let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness?.stop())

const ask = (path: string, method = 'GET') => fetch(`${harness.url}${path}`, { method })

it.each(['/', '/login', '/rooms/anything', '/settings?tab=1'])(
  '[S22] %s is the app, never kept, under its policy',
  async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate')
    expect(answer.headers.get('content-security-policy')).toContain("trusted-types 'none'")
    expect(await answer.text()).toContain('<!doctype html>')
  },
)

it.each(['/assets/gone-1a2b3c4d.js', '/assets/', '/api', '/api/nothing'])(
  '[S22] %s is nothing, and nobody keeps that',
  async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({ code: 'notFound' })
  },
)

it('[S22] a file that is there is kept for good', async () => {
  const page = await (await ask('/')).text()
  const [, path = ''] = /src="(\/assets\/[^"]+)"/.exec(page) ?? []
  const answer = await ask(path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})

it('[S22] a page is read, and nothing else', async () => {
  expect((await ask('/login', 'HEAD')).status).toBe(200)
  expect((await ask('/login', 'POST')).status).toBeGreaterThanOrEqual(404)
})
