// The gallery in a real browser: serves it, opens a scene, fixes the clock.

import { AxeBuilder } from '@axe-core/playwright'
import chromium from '@sparticuz/chromium'
import {
  type Browser,
  type BrowserContext,
  type Page,
  chromium as playwright,
} from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { sceneNames } from '../../web/app/gallery/scenes.ts'

export const devices = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  narrow: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
} as const

export type Device = keyof typeof devices
export type Theme = 'light' | 'dark'

/** The gallery's people spoke on that day; the zone is pinned so that pictures compare. */
const NOW = new Date('2026-11-23T14:20:00Z')

export interface Gallery {
  readonly scenes: readonly string[]
  context(device: Device, theme: Theme): Promise<BrowserContext>
  /** A scene in a browser of its own, in the light. */
  open(scene: string, device?: Device): Promise<Page>
  /** Resolves once the scene is drawn and its skeletons have had their time. */
  show(page: Page, scene: string): Promise<void>
  close(): Promise<void>
}

export async function openGallery(): Promise<Gallery> {
  const server = await createServer({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    server: { port: 0, host: 'localhost', hmr: false, watch: null },
  })
  await server.listen()
  const base = `${addressOf(server)}/app/gallery/index.html`
  const browser = await launch()
  const context = (device: Device, theme: Theme) =>
    browser.newContext({
      ...devices[device],
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/London',
    })
  const show = async (page: Page, scene: string) => {
    await page.clock.install({ time: NOW })
    await page.goto(`${base}?scene=${scene}`)
    // Twice: the page's own code comes with the first, and asks for what it shows.
    for (const ms of [1_000, 2_000]) {
      await page.waitForLoadState('networkidle')
      await page.clock.runFor(ms)
    }
  }
  return {
    scenes: sceneNames,
    context,
    show,
    open: async (scene, device = 'desktop') => {
      const page = await (await context(device, 'light')).newPage()
      await show(page, scene)
      return page
    },
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

/** Only the sandbox is off: the library's own flags would switch web security off as well. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env['PARLEY_BROWSER'] ?? (await chromium.executablePath())
  return playwright.launch({ executablePath, args: ['--no-sandbox'] })
}

/** WCAG 2.2 AA, as far as a machine can tell; each violation in one line. [ACC1] */
export async function violations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const found = await new AxeBuilder({ page }).withTags(tags).analyze()
  return found.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${violation.help})`),
  )
}

function addressOf(server: ViteDevServer): string {
  const address = server.httpServer?.address()
  if (typeof address !== 'object' || address === null) throw new Error('the gallery has no address')
  return `http://localhost:${address.port}`
}
