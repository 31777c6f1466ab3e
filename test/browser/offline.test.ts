/**
 * Without a signal: the way to help, and the team page that was read last, as a visitor sees it. Nothing personal is ever kept.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, type TestBrowser } from './harness.ts'

const SOON = PATIENCE

let site: TestBrowser
let maureen: SignedIn

beforeAll(async () => {
  site = await openBrowser()
  const { db } = site.world
  for (const name of ['Bracebridge Heath', 'Skegness', 'Sleaford', 'Louth']) {
    const team = await makeTeam(db, name)
    await makePost(db, await makeStaff(db, 'PC Imran Adeyemi', 'officer', team), team, `News of ${name}`)
  }
  maureen = await makeResident(db, 'Maureen T')
})
afterAll(() => site?.close())

/** Everything that the browser keeps: addresses and texts. */
const kept = (page: Page): Promise<{ path: string; text: string }[]> =>
  page.evaluate(`(async () => {
    const found = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const key of await cache.keys()) found.push({ path: new URL(key.url).pathname, text: await (await cache.match(key)).text() })
    }
    return found
  })()`)
const pagesKept = async (page: Page): Promise<string[]> => (await kept(page)).map(({ path }) => path).filter((path) => !path.startsWith('/assets/'))

/** On the second page of a visit the worker comes. */
async function settle(page: Page): Promise<void> {
  await page.goto('/')
  expect(await page.evaluate('navigator.serviceWorker.getRegistrations().then((all) => all.length)')).toBe(0)
  await page.goto('/teams')
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await vi.waitFor(async () => expect(await page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true), SOON)
}

test('the last team page is there, with the time at which it was read; for all others there is the way to help', PATIENCE, async () => {
  const page = await site.open({ screen: 'phone' })
  await settle(page)
  await page.goto('/teams/bracebridge-heath')
  await vi.waitFor(async () => expect(await pagesKept(page)).toContain('/teams/bracebridge-heath'), SOON)
  await vi.waitFor(async () => expect((await kept(page)).some(({ path }) => path.endsWith('.css'))).toBe(true), SOON)
  await page.context().setOffline(true)

  await page.goto('/teams/bracebridge-heath')
  expect(await page.locator('main .banner').first().textContent()).toMatch(/^You are offline\. This is the page as it was at \d{1,2}(:\d\d)?[ap]m\.$/)
  expect(await page.getByText('News of Bracebridge Heath').count()).toBeGreaterThan(0)
  await expectSound(page)
  await screenshot(page, 'offline 1 team page')

  await page.goto('/moderation-log')
  expect(await page.locator('h1').textContent()).toBe('You are offline')
  expect(await page.locator('main a[href="tel:999"]').count()).toBe(1)
  await expectSound(page)
  await screenshot(page, 'offline 2 page')
  await page.getByRole('link', { name: 'Bracebridge Heath' }).first().click()
  await page.locator('h1', { hasText: 'Bracebridge Heath' }).waitFor()
  await page.context().setOffline(false)
})

test('a team page that was read before there was anything to keep it is there all the same', PATIENCE, async () => {
  const page = await site.open({ screen: 'phone' })
  await page.goto('/teams/bracebridge-heath')
  await page.goto('/teams')
  await vi.waitFor(async () => expect(await pagesKept(page)).toContain('/teams/bracebridge-heath'), SOON)
  await page.context().setOffline(true)
  await page.goto('/teams/bracebridge-heath')
  await page.locator('main .banner', { hasText: 'You are offline.' }).waitFor()
  await page.context().setOffline(false)
})

test('nothing of whoever is signed in is kept, and no more than three team pages', PATIENCE, async () => {
  const page = await site.open({ as: await site.cookieOf(maureen) })
  await settle(page)
  for (const path of ['/account', '/teams/bracebridge-heath', '/teams/skegness', '/teams/sleaford', '/account/name', '/teams/louth']) {
    await page.goto(path)
    expect(await page.locator('.me').textContent()).toContain('Maureen T')
    // What is kept is kept behind the page; the account never.
    await vi.waitFor(async () => expect((await pagesKept(page)).includes(path)).toBe(path.startsWith('/teams/')), SOON)
  }
  await vi.waitFor(
    async () => expect((await pagesKept(page)).toSorted()).toEqual(['/offline', '/teams/louth', '/teams/skegness', '/teams/sleaford']),
    SOON,
  )
  for (const { text } of await kept(page)) expect(text).not.toMatch(/Maureen|data-viewer="|Sign out/)
  await page.context().setOffline(true)
  await page.goto('/account')
  expect(await page.locator('h1').textContent()).toBe('You are offline')
  expect(await page.locator('body').textContent()).not.toContain('Maureen')
  await page.context().setOffline(false)
})

test('leaving quickly takes it along', PATIENCE, async () => {
  const page = await site.open()
  await settle(page)
  await page.goto('/teams/skegness')
  await vi.waitFor(async () => expect(await pagesKept(page)).toContain('/teams/skegness'), SOON)
  await page.evaluate(`navigator.serviceWorker.controller.postMessage('forget')`)
  await vi.waitFor(async () => expect(await kept(page)).toEqual([]), SOON)
})

test('what is pushed is shown, and leads nowhere but here', PATIENCE, async () => {
  const worker = await (await fetch(`${site.address}/sw.js`)).text()
  const shown: unknown[] = []
  const opened: string[] = []
  const listeners = new Map<string, (event: object) => void>()
  // oxlint-disable-next-line typescript/no-implied-eval -- the worker as it is served, with a browser made of paper around it
  const run = new Function('addEventListener', 'registration', 'clients', 'location', 'caches', worker) as (...given: unknown[]) => void
  const registration = { showNotification: async (...given: unknown[]) => void shown.push(given) }
  const clients = { matchAll: async () => [], openWindow: async (address: string) => void opened.push(address) }
  run((name: string, listener: (event: object) => void) => listeners.set(name, listener), registration, clients, new URL(`${site.address}/sw.js`), {})
  const happen = async (name: string, event: object) => {
    const work: Promise<unknown>[] = []
    listeners.get(name)?.({ ...event, waitUntil: (promise: Promise<unknown>) => work.push(promise) })
    await Promise.all(work)
  }
  await happen('push', { data: { json: () => ({ title: 'An answer', body: 'To your question', path: '/comments/7', tag: 'answered-7' }) } })
  await happen('push', { data: { json: () => JSON.parse('broken') as unknown } })
  expect(shown).toEqual([
    ['An answer', expect.objectContaining({ body: 'To your question', tag: 'answered-7', data: { path: '/comments/7' } })],
    ['Blue Lamp', expect.objectContaining({ body: '', data: { path: '/' } })],
  ])
  for (const path of ['/comments/7', 'https://evil.example/x', '//evil.example/x', undefined])
    await happen('notificationclick', { notification: { close() {}, data: { path } } })
  expect(opened).toEqual([`${site.address}/comments/7`, '/', '/', `${site.address}/`])
})

test('the site can be installed', async () => {
  const page = await site.open()
  await page.goto('/')
  const manifest = (await (await fetch(`${site.address}${await page.locator('link[rel=manifest]').getAttribute('href')}`)).json()) as {
    name: string
    icons: { src: string; sizes: string }[]
  }
  expect(manifest.name).toBe('Blue Lamp: Lincolnshire Police')
  for (const { src, sizes } of [...manifest.icons, { src: '/icons/apple-touch-icon.png', sizes: '180x180' }]) {
    const size: string = await page.evaluate(
      `new Promise((done) => { const image = new Image(); image.onload = () => done(image.naturalWidth + 'x' + image.naturalHeight); image.src = '${src}' })`,
    )
    expect(size).toBe(sizes)
  }
})

test('signing out ends what is pushed to this browser', PATIENCE, async () => {
  const page = await site.open({ screen: 'phone', as: await site.cookieOf(maureen) })
  await settle(page)
  const [worker] = page.context().serviceWorkers()
  // A browser of a test has no push service to subscribe to.
  await worker?.evaluate(`Object.defineProperty(registration, 'pushManager', {
    value: { getSubscription: async () => ({ unsubscribe: async () => (globalThis.ended = true) }) },
  })`)
  expect(await worker?.evaluate('globalThis.ended')).toBeUndefined()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('#main').getByText('You are signed out').first().waitFor()
  await vi.waitFor(async () => expect(await worker?.evaluate('globalThis.ended')).toBe(true), SOON)
})
