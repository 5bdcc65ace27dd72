// Pictures of every scene, light and dark, phone and desktop, into screenshots/; and what axe says of each.
// `npm run screenshots -- room login` takes only scenes that begin so, `--look=phone.dark` one look,
// `--no-axe` leaves axe out.

import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { type Device, openGallery, type Theme, violations } from './support/gallery.ts'

/** What a person did before the picture is taken. */
const steps: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'login-slowed': logIn,
  'login-away': logIn,
  'login-busy': logIn,
  'login-wrong': logIn,
  'register-errors': (page) => submit(page),
  'register-taken': async (page) => {
    await page.fill('[name=email]', 'mara@example.com')
    await page.fill('[name=username]', 'mara')
    await page.fill('[name=password]', 'correct horse')
    await page.click('summary')
    await submit(page)
  },
  'new-room': newRoom,
  'new-room-errors': async (page) => {
    await newRoom(page)
    await page.click('dialog [type=submit]')
  },
  'account-menu': (page) => page.click('.account-button'),
  'settings-errors': async (page) => {
    await page.fill('[name=age]', 'seven')
    await submit(page)
  },
  'settings-saved': (page) => submit(page),
  'room-pill': async (page) => {
    await scrollUp(page)
    await page.evaluate(() => Reflect.get(window, 'room').hear(3))
  },
  'room-way-back': async (page) => {
    await scrollUp(page)
    await page.fill('textarea', 'I read this first')
    await page.click('.composer-send')
  },
  'room-leave': (page) => page.getByRole('button', { name: 'Leave room' }).click(),
}

/** Scenes that are another one and then something done. */
const derived: Readonly<Record<string, string>> = {
  'login-wrong': 'login',
  'register-errors': 'register',
  'register-taken': 'register',
  'new-room-errors': 'new-room',
  'account-menu': 'rooms',
  'settings-errors': 'settings',
  'settings-saved': 'settings',
  'room-pill': 'room-scroll',
  'room-way-back': 'room-scroll',
  'room-leave': 'room-details',
}

const words = process.argv.slice(2)
const wanted = words.filter((word) => !word.startsWith('--'))
const look = words.find((word) => word.startsWith('--look='))?.slice('--look='.length)
const withAxe = !words.includes('--no-axe')

const gallery = await openGallery()
await mkdir('screenshots', { recursive: true })
const names = [...gallery.scenes, ...Object.keys(derived)].filter(
  (name) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)),
)
let faults = 0
const looks: [Device, Theme][] = [
  ['desktop', 'light'],
  ['desktop', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
  ['narrow', 'light'],
]
for (const [device, theme] of looks) {
  if (look && look !== `${device}.${theme}`) continue
  const context = await gallery.context(device, theme)
  for (const name of names) {
    const page = await context.newPage()
    page.on('pageerror', (error) => fault(name, device, theme, `threw ${error.message}`))
    await gallery.show(page, derived[name] ?? name)
    await steps[name]?.(page)
    await page.clock.runFor(1_000)
    for (const problem of await problemsOf(page)) fault(name, device, theme, problem)
    if (device !== 'narrow') {
      await page.screenshot({ path: `screenshots/${name}.${device}.${theme}.png` })
    }
    await page.close()
  }
  await context.close()
}
await gallery.close()
console.log(`${names.length} scenes, ${faults} faults`)
process.exitCode = faults > 0 ? 1 : 0

async function problemsOf(page: Page): Promise<string[]> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  return [
    ...(over > 0 ? [`scrolls sideways by ${over} px`] : []), // [MOB1]
    ...(withAxe ? await violations(page) : []),
  ]
}

function fault(name: string, device: Device, theme: Theme, problem: string): void {
  faults += 1
  console.log(`${name} (${device}, ${theme}): ${problem}`)
}

/** Resolves once the page has noticed. */
function scrollUp(page: Page) {
  return page.locator('.timeline').evaluate(
    (list) =>
      new Promise((resolve) => {
        list.addEventListener('scroll', resolve, { once: true })
        list.scrollBy(0, -900)
      }),
  )
}

function submit(page: Page) {
  return page.click('main [type=submit]')
}

async function logIn(page: Page) {
  await page.fill('[name=login]', 'mara')
  await page.fill('[name=password]', 'not this one')
  await submit(page)
}

async function newRoom(page: Page) {
  await page.click('.sidebar-head .icon-button')
  await page.fill('dialog [name=name]', 'Ha')
}
