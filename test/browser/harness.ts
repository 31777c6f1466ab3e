/**
 * The application in a real browser: a phone and a desk, with scripts on and off. Whatever a page gets wrong by itself (an error in the console,
 * a breach of the content policy, a missing file, a call to another host) fails the test that opened it.
 */
import { mkdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page, Response } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import { openApp, type TestApp } from '../app.ts'
import { launchChromium } from './chromium.ts'

const OUTPUT = join(import.meta.dirname, '..', 'output')

const SCREENS = { phone: { width: 320, height: 640 }, desk: { width: 1280, height: 900 } } as const
export type Screen = keyof typeof SCREENS

/** The four ways in which every journey has to work, for `describe.each`. */
export const WAYS = [
  { screen: 'phone', scripts: true },
  { screen: 'phone', scripts: false },
  { screen: 'desk', scripts: true },
  { screen: 'desk', scripts: false },
] as const satisfies readonly Opening[]

/** Whole journeys, on machines that are busy with others. */
export const PATIENCE = { timeout: 60_000 }
// A test must be able to wait as long as what it waits for.
vi.setConfig({ testTimeout: 3 * PATIENCE.timeout })

export interface Opening {
  screen?: Screen
  scripts?: boolean
  /** A cookie header, as `name=value`: whoever is signed in. */
  as?: string | undefined
  dark?: boolean
  /** An answer that is looked for: 500 and 503 fail a test otherwise. */
  expects?: number
}

const openings = new WeakMap<Page, Opening>()

export interface TestBrowser extends TestApp {
  /** `http://localhost:` and the port. */
  address: string
  /** A page of a new visitor, closed at the end of the test. Its addresses may begin with a slash. */
  open(opening?: Opening): Promise<Page>
}

/** Starts the application on a world of its own, and one browser; for `beforeAll`, with `close` in `afterAll`. */
export async function openBrowser(env: Record<string, string> = {}): Promise<TestBrowser> {
  // The browser first: its start keeps this process busy, and the server refuses work while it is overloaded.
  const browser = await launchChromium()
  const port = await freePort()
  const address = `http://localhost:${port}`
  const site = await openApp({ PUBLIC_URL: address, PORT: String(port), ...env })
  await site.app.listen({ host: 'localhost', port })
  return {
    ...site,
    address,
    open: (opening = {}) => openPage(browser, address, opening),
    async close() {
      await browser.close()
      await site.close()
    },
  }
}

const contextOf = ({ screen = 'desk', scripts = true, dark = false }: Opening): BrowserContextOptions => ({
  viewport: SCREENS[screen],
  javaScriptEnabled: scripts,
  colorScheme: dark ? 'dark' : 'light',
  reducedMotion: 'reduce',
  locale: 'en-GB',
  timezoneId: 'Europe/London',
})

async function openPage(browser: Browser, address: string, opening: Opening): Promise<Page> {
  const { as, screen = 'desk', scripts = true } = opening
  const context = await browser.newContext({ baseURL: address, ...contextOf(opening) })
  context.setDefaultTimeout(PATIENCE.timeout / 2)
  if (as !== undefined) await context.addCookies(cookiesOf(as, address))
  const troubles = watch(context, address, opening.expects)
  const page = await context.newPage()
  openings.set(page, opening)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await screenshot(page, `failed ${task.name} ${screen}${scripts ? '' : ' without scripts'}`).catch(() => {})
    await context.close()
    expect(troubles, 'what the page got wrong by itself').toEqual([])
  })
  return page
}

const cookiesOf = (header: string, url: string) =>
  header.split(/;\s*/).map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url }))

/** Gathers what goes wrong in any page of the context, in words. */
function watch(context: BrowserContext, address: string, expected?: number): string[] {
  const troubles: string[] = []
  context.on('console', (message) => {
    // What a page or a form answered is for the test to judge; missing files are gathered below.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) troubles.push(`console: ${message.text()}`)
  })
  context.on('weberror', (problem) => troubles.push(`script: ${problem.error().message}`))
  context.on('response', (response) => {
    if (isBroken(response) && response.status() !== expected) troubles.push(`${response.status()} ${response.url()}`)
  })
  context.on('request', (request) => {
    if (!request.url().startsWith(`${address}/`) && !/^(data|blob|about):/.test(request.url())) troubles.push(`foreign: ${request.url()}`)
  })
  return troubles
}

function isBroken(response: Response): boolean {
  const request = response.request()
  // What comes through the service worker, or is asked for by it, does not say what it is for.
  const isPassedOn = response.fromServiceWorker() || request.serviceWorker() !== null
  const isPage = isPassedOn
    ? !/^\/(assets|icons)\//.test(new URL(response.url()).pathname)
    : ['document', 'fetch', 'xhr'].includes(request.resourceType())
  return response.status() >= (isPage ? 500 : 400)
}

/** Fails on anything that axe finds against WCAG 2.2 AA or good practice, and names the elements. */
export async function expectAccessible(page: Page): Promise<void> {
  const opening = openings.get(page)
  const { violations, passes } = opening?.scripts === false ? await onTwin(page, opening, axe) : await axe(page)
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)}`))
  expect(found, `accessibility of ${page.url()}`).toEqual([])
  expect(passes.length, 'rules that axe could apply').toBeGreaterThan(5)
}

/** What a fixed strip happens to cover is no fault of its size: looked at from the top, and then back to where the reader was. */
async function axe(page: Page) {
  const place = await page.evaluate<[number, number]>('[scrollX, scrollY]')
  await page.evaluate('scrollTo(0, 0)')
  const found = await new AxeBuilder({ page }).setLegacyMode().withTags(STANDARDS).analyze()
  await page.evaluate(`scrollTo(${place.join()})`)
  return found
}

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Axe is a script itself: a page without scripts is shown to it as it stands, with its own scripts taken out. */
async function onTwin<T>(page: Page, opening: Opening, look: (twin: Page) => Promise<T>): Promise<T> {
  const body = (await page.content()).replaceAll(/<script\b[^>]*><\/script>/g, '')
  const context = await page
    .context()
    .browser()
    ?.newContext(contextOf({ ...opening, scripts: true }))
  if (!context) throw new Error('the browser is gone')
  try {
    const twin = await context.newPage()
    await twin.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
    await twin.goto(page.url())
    return await look(twin)
  } finally {
    await context.close()
  }
}

// As text: what runs in the browser is not checked against the server's library.
const STICKS_OUT = `(() => {
  const { clientWidth, scrollWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
  return [scrollWidth + ' px wide on ' + clientWidth + ' px', ...wide.slice(-5).map((element) => element.outerHTML.slice(0, 160))]
})()`

/** Fails when the page can be scrolled sideways, and names what sticks out. A click ends when the next page begins: it is looked at when it is there. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  expect(await page.evaluate(STICKS_OUT), `width of ${page.url()}`).toEqual([])
}

/** Both of the above: what every page and every state of it owes. */
export async function expectSound(page: Page): Promise<void> {
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
  await expectPressable(page)
}

/**
 * Nothing lies over what can be pressed: at the middle of every link, button and field there is that link, button or field, or its label. Whoever uses the keyboard does
 * not notice, and neither does axe. Leaves the page where it was.
 */
async function expectPressable(page: Page): Promise<void> {
  const covered = await page.evaluate<string[]>(`(() => {
    if (document.querySelector('dialog:modal')) return []
    const from = [...document.querySelectorAll('*')].filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => scrollWidth > clientWidth || scrollHeight > clientHeight).map((box) => [box, box.scrollLeft, box.scrollTop])
    const covered = []
    for (const control of document.querySelectorAll('main :is(a[href], button, input:not([type=hidden]), select, textarea, summary), header :is(a[href], button)')) {
      if (control.disabled || control.closest('[inert], .vh') || !control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
      const box = [...control.getClientRects()].find(({ width, height }) => width > 2 && height > 2)
      if (!box) continue
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue
      const at = document.elementFromPoint(x, y)
      // A list of suggestions lies over the page on purpose, while one types.
      if (!at || at.closest('[role=listbox]') || control.contains(at) || at.contains(control) && at.closest('label, a, button, summary') || [...(control.labels ?? [])].some((label) => label.contains(at))) continue
      covered.push((control.textContent.trim() || control.name || control.id).slice(0, 60) + ' lies under ' + (at.closest('a, button, [class]') ?? at).outerHTML.slice(0, 120))
    }
    for (const [box, left, top] of from) box.scrollTo({ left, top, behavior: 'instant' })
    return covered
  })()`)
  expect(covered, `what can be pressed on ${page.url()}`).toEqual([])
}

/** Until the expression is true in the page. Asked from outside: our own policy forbids a page to evaluate text, so that Playwright's own waiting fails in it whenever it has to ask twice. */
export async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate<unknown>(expression), PATIENCE).toBe(true)
}

/** Presses Tab until what the selector names has the focus; fails when it cannot be reached that way. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.locator(selector).and(page.locator(':focus')).count()) > 0) return
  }
  expect.fail(`the keyboard does not reach ${selector} on ${page.url()}`)
}

/** Fails when what the selector names is not inside the window, covered by nothing. Waits a moment, as browsers scroll when they have laid out. */
export async function inView(page: Page, selector: string): Promise<void> {
  await page.locator(selector).waitFor()
  const seen = `(() => {
    const element = document.querySelector(${JSON.stringify(selector)})
    const { top, left, height, width } = element.getBoundingClientRect()
    const at = document.elementFromPoint(left + Math.min(width / 2, innerWidth / 2), Math.max(top, 0) + Math.min(height, 24) / 2)
    return top >= 0 && top < innerHeight && (at === element || element.contains(at))
  })()`
  await expect.poll(() => page.evaluate(seen), { message: `${selector} stands in view on ${page.url()}` }).toBe(true)
}

/** A picture of the whole page in test/output/, for people to look at. Answers where it lies. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(OUTPUT, { recursive: true })
  const path = join(OUTPUT, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`)
  await page.screenshot({ path, fullPage: true })
  return path
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
