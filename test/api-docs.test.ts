// The API's documentation in a real browser: all of it from our own origin, under a strict policy.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failures } from '../protocol/failures.ts'
import { launch, violations } from './support/gallery.ts'
import { type Harness, startHarness } from './support/harness.ts'

let harness: Harness
let browser: Browser

beforeAll(async () => {
  harness = await startHarness()
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  await harness?.stop()
})

/** A page, and whatever it complains of or asks elsewhere. */
async function watched(path: string) {
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(harness.url) || request.url().startsWith('data:')
    if (!isOurs) complaints.push(request.url())
  })
  const answer = await page.goto(`${harness.url}${path}`)
  return { page, complaints, answer }
}

it.each(['/docs', '/docs/'])(
  '[P11 P28 APP15 S22] %s shows every operation, from our origin alone',
  async (path) => {
    const { page, complaints } = await watched(path)
    await page.locator('#operations-rooms-createRoom').click()
    await page.getByText('"What is for lunch"').waitFor()
    const document = await (await fetch(`${harness.url}/api/v1/openapi.json`)).json()
    const verbs = Object.values(document.paths as Record<string, object>)
    const operations = verbs.flatMap((one) => Object.keys(one)).length
    expect(await page.locator('.opblock').count()).toBe(operations)
    expect(complaints).toEqual([])
    await page.close()
  },
)

it('[APP15] asks the API from the page', async () => {
  const { page, complaints } = await watched('/docs')
  const operation = page.locator('#operations-service-ready')
  await operation.click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  await operation.locator('.live-responses-table').getByText('latencyMs').waitFor()
  expect(complaints).toEqual([])
  await page.close()
})

it('[APP15 ACC1] has a place for the type of every problem', async () => {
  const { page, complaints, answer } = await watched('/docs/errors#roomGone')
  expect(answer?.status()).toBe(200)
  for (const code of Object.keys(failures)) expect(await page.locator(`dt#${code}`).count()).toBe(1)
  expect(await violations(page)).toEqual([])
  expect(complaints).toEqual([])
  const refused = await (await fetch(`${harness.url}/api/v1/rooms/none`)).json()
  expect(refused.type).toBe('/docs/errors#notFound')
  await page.close()
})
