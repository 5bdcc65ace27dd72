// Two people in a real browser, from the first page to the last lost connection. Nobody reloads
// unless the story says so.

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RoomId } from '../protocol/ids.ts'
import { launch } from './support/gallery.ts'
import { type Harness, startHarness } from './support/harness.ts'
import { wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

let harness: Harness
let browser: Browser
let ana: Page
let bo: Page
const contexts: BrowserContext[] = []

beforeAll(async () => {
  harness = await startHarness(wideLimits)
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  await harness?.stop()
})

/** A browser of their own; what its pages complain about fails the test that asks. */
const complaints: string[] = []
async function newcomer(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  contexts.push(context)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    const isExpected = /401|ERR_INTERNET_DISCONNECTED|net::ERR/.test(message.text())
    if (message.type() === 'error' && !isExpected) complaints.push(message.text())
  })
  return page
}

async function register(page: Page, name: string): Promise<void> {
  await page.goto(harness.url)
  await page.getByRole('link', { name: 'Get started' }).click()
  await page.getByLabel('E-mail').fill(`${name}@example.com`)
  await page.getByLabel('Username').fill(name)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: /Your account/ }).waitFor()
}

const composer = (page: Page) => page.getByRole('textbox', { name: /Message/ })
const say = async (page: Page, text: string) => {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}
const heard = (page: Page, text: string) =>
  page.getByRole('log').getByText(text, { exact: true }).waitFor()
const linesOf = (page: Page) => page.locator('[data-row] .message-text').allInnerTexts()

it('[P29 D-08 CMP2 SOK6] two people register, meet in a room and talk both ways without a reload', async () => {
  ana = await newcomer()
  bo = await newcomer()
  await register(ana, 'ana')
  await register(bo, 'bob')
  for (const page of [ana, bo]) {
    await page.evaluate(() => Object.assign(window, { isStillTheSamePage: true }))
  }

  await ana.getByRole('button', { name: 'New room' }).first().click()
  await ana.getByLabel('Name').fill('Ferry crew')
  await ana.getByRole('button', { name: 'Create room' }).click()
  await ana.getByRole('heading', { name: 'Ferry crew' }).first().waitFor()

  await bo.getByRole('link', { name: 'Browse the directory' }).click()
  await bo.getByRole('button', { name: /Join/ }).first().click()
  await composer(bo).waitFor()

  await say(ana, 'The ferry leaves at nine.')
  await heard(bo, 'The ferry leaves at nine.')
  await say(bo, 'I will bring the coffee.')
  await heard(ana, 'I will bring the coffee.')
  await say(ana, 'Then it is settled.')
  await heard(bo, 'Then it is settled.')

  expect(await linesOf(ana)).toEqual(await linesOf(bo))
  for (const page of [ana, bo]) {
    expect(await page.evaluate(() => 'isStillTheSamePage' in window)).toBe(true)
  }
  expect(complaints).toEqual([])
})

it('[D-16 CMP3 SND1 SND3] what is written offline survives a reload and arrives once, in order', async () => {
  const [, context] = contexts
  await context!.setOffline(true)
  await bo.getByText('You are offline').waitFor()
  const written = ['One from the water', 'Two from the water', 'Three from the water']
  for (const line of written) await say(bo, line)
  await heard(bo, 'Three from the water')
  await say(ana, 'Where are you?')

  const address = bo.url()
  await bo.reload().catch(() => {}) // There is no page to be had: the browser shows its own.
  await context!.setOffline(false)
  await bo.goto(address)
  await heard(bo, 'Where are you?')
  for (const line of written) await heard(ana, line)
  await bo.waitForFunction(() => document.querySelectorAll('[data-state]').length === 0)

  for (const page of [ana, bo]) {
    const lines = await linesOf(page)
    expect(lines.slice(-4)).toEqual(['Where are you?', ...written])
    expect(new Set(lines).size).toBe(lines.length)
  }
})

it('[TML3 LIM4] scrolling up 500 messages never moves the line one reads by more than 2 px', async () => {
  const room = ana.url().split('/').at(-1) as RoomId
  await fillRoom(room, 500)
  await ana.reload()
  await heard(ana, 'Line 500')

  const log = ana.getByRole('log')
  const worst: number[] = []
  for (let at = 450; at > 0; at = Math.max(0, at - 50)) {
    // The first row in view stays where it is while the page above it arrives.
    worst.push(
      await log.evaluate(
        async (list, oldest) => {
          const rows = () => [...list.querySelectorAll<HTMLElement>('[data-row]')]
          const isThere = () => rows().some((row) => row.textContent.includes(`Line ${oldest}`))
          const inView = (row: HTMLElement) =>
            row.getBoundingClientRect().bottom > list.getBoundingClientRect().top
          list.scrollTop = 200
          await new Promise(requestAnimationFrame)
          const anchor = rows().find(inView)!
          const top = anchor.getBoundingClientRect().top
          let moved = 0
          for (let isLast = false; ; isLast = isThere()) {
            await new Promise(requestAnimationFrame)
            moved = Math.max(moved, Math.abs(anchor.getBoundingClientRect().top - top))
            if (isLast) return moved
          }
        },
        Math.max(1, at - 49),
      ),
    )
    if (at <= 50) break
  }
  expect(Math.max(...worst)).toBeLessThanOrEqual(2)
  const lines = await linesOf(ana)
  expect(lines.filter((line) => line.startsWith('Line '))).toEqual(
    Array.from({ length: 500 }, (_, n) => `Line ${n + 1}`),
  )
})

/** Writes fast, over a socket of Ana's own. */
async function fillRoom(room: RoomId, count: number): Promise<void> {
  const login = { login: 'ana', password: 'correct horse battery', transport: 'body' }
  const response = await fetch(`${harness.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(login),
  })
  const { accessToken } = (await response.json()) as { accessToken: string }
  const socket = new RoomSocket(harness.url, room, accessToken)
  await socket.welcome()
  for (let n = 1; n <= count; n += 1) {
    socket.send({ type: 'send', ref: n, id: uuidv7(), body: `Line ${n}` })
  }
  await socket.until((frame) => frame.type === 'ok' && frame.ref === count)
  await socket.close()
}
