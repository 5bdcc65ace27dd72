// Finding one's way in a real browser: where the focus is, what a list still shows, what a page says.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FakeRoom } from '../web/app/gallery/fake-room.ts'
import { type Gallery, openGallery } from './support/gallery.ts'

let gallery: Gallery

beforeAll(async () => {
  gallery = await openGallery()
})
afterAll(() => gallery?.close())

const open = (scene: string) => gallery.open(scene)

const inRoom = (page: Page, use: (room: FakeRoom) => void) =>
  page.evaluate(`(${use.toString()})(window.room)`)

test('[ACC3] after navigation the focus is on the heading of the new page', async () => {
  const page = await open('rooms')
  await page.getByRole('link', { name: 'Directory' }).click()
  await page.getByRole('heading', { level: 1, name: 'Directory' }).waitFor()
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toBe('Directory')
})

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') || element?.textContent || element?.nodeName || ''
  })

test('[ACC3] a room has the focus on its heading, though that comes late', async () => {
  const page = await open('rooms')
  await page.getByRole('link', { name: 'Harbour crew' }).click()
  await expect.poll(() => focused(page)).toBe('Harbour crew')
})

test('[ACC3] a dialog starts at what it asks, and gives the focus back however it closes', async () => {
  const page = await open('rooms')
  const opener = page.getByRole('button', { name: 'New room' })
  for (const close of ['Cancel', 'Close']) {
    await opener.click()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name')
    await page.getByRole('button', { name: close, exact: true }).click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('New room')
  }
})

test('[ACC3] a question starts at Cancel', async () => {
  const page = await open('room-details')
  await page.getByRole('button', { name: 'Leave room' }).click()
  expect(await focused(page)).toBe('Cancel')
  await page.keyboard.press('Enter')
  await page.locator('dialog').waitFor({ state: 'detached' })
  expect(await focused(page)).toBe('Leave room')
})

test('[ACC3] what goes away hands its focus on', async () => {
  const page = await open('room-scroll')
  const steps = await page.evaluate(() => history.length)
  for (let times = 0; times < 2; times += 1) {
    await page.getByRole('button', { name: 'Room details' }).click()
    await page.getByRole('button', { name: 'Close details' }).click()
    await expect.poll(() => focused(page)).toMatch(/^Room details/u)
  }
  expect(await page.evaluate(() => history.length)).toBe(steps + 1)

  await page.locator('.timeline').evaluate((list) => list.scrollTo(0, 1_200))
  await page.getByRole('button', { name: 'Latest' }).click()
  await expect.poll(() => focused(page)).toBe('Messages')

  await page.locator('textarea').focus()
  await inRoom(page, (room) => room.stop('roomGone'))
  await expect.poll(() => focused(page)).toBe('This room was deleted')
})

test('[APP4] a room that is over leaves the list of rooms', async () => {
  const page = await open('room')
  const link = page.getByRole('link', { name: 'Harbour crew' })
  expect(await link.count()).toBe(1)
  await inRoom(page, (room) => room.stop('roomGone'))
  await expect.poll(() => link.count()).toBe(0)
})

test('[APP3] wrong credentials lead back to the password', async () => {
  const page = await open('login')
  await page.fill('[name=login]', 'mara')
  await page.fill('[name=password]', 'not this one')
  await page.click('main [type=submit]')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('name')))
    .toBe('password')
})

test('[APP18] whose sign-in ended is told so', async () => {
  const page = await open('settings')
  await page.evaluate(() => Reflect.get(window, 'endSession')())
  await page.getByText('You were logged out. What you wrote is kept.').waitFor()
})

test('[CON6] a page that cannot be fetched offline leaves the shell; a retry then reloads', async () => {
  const page = await open('rooms')
  await page.context().setOffline(true)
  await page.locator('.account-button').click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor()
  expect(await page.getByRole('link', { name: 'Harbour crew' }).count()).toBe(1)
  await page.context().setOffline(false)
  const reloaded = page.waitForEvent('load')
  await page.getByRole('button', { name: 'Try again' }).click()
  await reloaded
})

test('[APP18] logging out leads to the front door, not to a login that leads back', async () => {
  const page = await open('room')
  await page.locator('.account-button').click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('link', { name: 'Get started' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
})
