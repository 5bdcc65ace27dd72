// The timeline in a real browser, where rows have places: nothing jumps, nothing doubles.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FakeRoom } from '../web/app/gallery/fake-room.ts'
import { type Device, type Gallery, openGallery, violations } from './support/gallery.ts'

let gallery: Gallery

beforeAll(async () => {
  gallery = await openGallery()
})
afterAll(() => gallery?.close())

const open = (scene: string, device?: Device) => gallery.open(scene, device)

/** Where the row that begins with this text stands on the screen. */
function topOf(page: Page, text: string): Promise<number> {
  return page
    .locator('.message', { hasText: text })
    .first()
    .evaluate((row) => row.getBoundingClientRect().top)
}

function scrollTo(page: Page, top: number): Promise<unknown> {
  return page.locator('.timeline').evaluate(
    (list, wanted) =>
      new Promise((resolve) => {
        list.addEventListener('scroll', resolve, { once: true })
        list.scrollTop = wanted
      }),
    top,
  )
}

const distanceToEnd = (page: Page): Promise<number> =>
  page
    .locator('.timeline')
    .evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop)

const inRoom = <Result>(page: Page, use: (room: FakeRoom) => Result) =>
  page.evaluate(`(${use.toString()})(window.room)`) as Promise<Result>

test('[TML3] paging back through 500 messages moves the line one reads by at most 2 px', async () => {
  const page = await open('room-scroll')
  let pages = 0
  while (!(await page.locator('.beginning').isVisible())) {
    const anchor = await page.locator('.timeline').evaluate((list) => {
      list.scrollTop = 200 // Near the top, where history is asked for.
      const edge = list.getBoundingClientRect().top
      const rows = [...list.querySelectorAll('.message')]
      const row = rows.find((one) => one.getBoundingClientRect().bottom > edge)
      const text = row?.querySelector('.message-text')?.textContent ?? ''
      return { text, top: row?.getBoundingClientRect().top ?? 0, rows: rows.length }
    })
    await page.waitForFunction(
      (before) => document.querySelectorAll('.message').length > before,
      anchor.rows,
    )
    const top = await page.evaluate((text) => {
      const rows = [...document.querySelectorAll('.message')]
      const row = rows.find((one) => one.querySelector('.message-text')?.textContent === text)
      return row?.getBoundingClientRect().top ?? Number.NaN
    }, anchor.text)
    expect(Math.abs(top - anchor.top), `page ${pages}, ${anchor.text}`).toBeLessThanOrEqual(2)
    pages += 1
  }
  expect(pages).toBeGreaterThanOrEqual(1)
  expect(await page.locator('.message').count()).toBe(550)
})

test('[TML4] new messages leave the reader alone 100 px up, and are counted', async () => {
  const page = await open('room-scroll')
  await scrollTo(
    page,
    (await page.locator('.timeline').evaluate((list) => list.scrollHeight - list.clientHeight)) -
      100,
  )
  const before = await topOf(page, 'Line 548')
  await inRoom(page, (room) => room.hear(3))
  await page.getByRole('button', { name: 'Go to 3 new messages' }).waitFor()
  expect(Math.abs((await topOf(page, 'Line 548')) - before)).toBeLessThanOrEqual(1)

  await page.getByRole('button', { name: 'Go to 3 new messages' }).click()
  expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
  expect(await page.locator('.pill').count()).toBe(0)
})

test('[TML4] at the end it follows', async () => {
  const page = await open('room-scroll')
  await inRoom(page, (room) => room.hear(20))
  await page.locator('.message', { hasText: 'Line 570' }).waitFor()
  expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
})

test("[TML4] one's own message goes to the end, and there is a way back", async () => {
  const page = await open('room-scroll')
  await scrollTo(page, 1_200)
  const before = await page.locator('.timeline').evaluate((list) => list.scrollTop)
  await page.fill('textarea', 'mine')
  await page.press('textarea', 'Enter')
  await page.locator('.message', { hasText: 'mine' }).waitFor()
  expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
  await page.getByRole('button', { name: 'Back to where you were' }).click()
  const after = await page.locator('.timeline').evaluate((list) => list.scrollTop)
  expect(Math.abs(after - before)).toBeLessThanOrEqual(2)
})

test('[CMP2] settling keeps the very same row and moves it by at most 1 px', async () => {
  const page = await open('room-scroll')
  for (const text of ['first of mine', 'second of mine']) {
    await page.fill('textarea', text)
    await page.press('textarea', 'Enter')
  }
  const row = page.locator('.message', { hasText: 'first of mine' })
  const node = await row.elementHandle()
  const before = await topOf(page, 'first of mine')
  await inRoom(page, (room) => room.settle())
  await page.locator('.message:not([data-state])', { hasText: 'first of mine' }).waitFor()
  expect(await row.count()).toBe(1)
  expect(await node?.evaluate((element) => element.isConnected)).toBe(true)
  expect(Math.abs((await topOf(page, 'first of mine')) - before)).toBeLessThanOrEqual(1)
})

test('[MOB3] with the keyboard open the composer and the last message stay in view', async () => {
  const page = await open('room-scroll', 'phone')
  await page.locator('textarea').focus()
  await page.setViewportSize({ width: 390, height: 460 })
  await expect.poll(() => distanceToEnd(page)).toBeLessThanOrEqual(1)
  const box = await page.locator('.composer').boundingBox()
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(460)
})

test('[MOB2] every control is at least 44 px on touch', async () => {
  for (const scene of ['room', 'rooms', 'login', 'directory', 'home']) {
    const page = await open(scene, 'phone')
    const small = await page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'button, input:not([type=radio]), textarea, nav a, .button, .icon-button, .room-link',
        ),
      ]
        .filter((control) => control.checkVisibility())
        .filter((control) => control.getBoundingClientRect().height < 44)
        .map(
          (control) =>
            `${control.getBoundingClientRect().height} ${control.outerHTML.slice(0, 80)}`,
        ),
    )
    expect(small, scene).toEqual([])
  }
})

test('[TML3] in a short room five messages shift nothing that was there', async () => {
  const page = await open('room-three')
  const shifts = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        const seen = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += Reflect.get(entry, 'value')
        })
        seen.observe({ type: 'layout-shift' })
        addEventListener('told', () => resolve(sum), { once: true })
      }),
  )
  for (let heard = 0; heard < 5; heard += 1) {
    await inRoom(page, (room) => room.hear(1))
    await page.screenshot() // A frame, so that each comes by itself.
  }
  await page.evaluate(() => dispatchEvent(new Event('told')))
  expect(await shifts).toBeLessThanOrEqual(0.02)
})

test('[THM1] a chosen theme holds from the first paint on', async () => {
  const page = await open('settings')
  await page.getByText('Dark', { exact: true }).click()
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  expect(await scheme()).toBe('dark')
  await page.reload({ waitUntil: 'commit' })
  await page.locator('body').waitFor({ state: 'attached' })
  expect(await scheme()).toBe('dark')
})

test('[ACC1] axe finds nothing in the room, in either theme', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const context = await gallery.context('desktop', theme)
    const page = await context.newPage()
    await gallery.show(page, 'room-drafts')
    expect(await violations(page)).toEqual([])
  }
})
