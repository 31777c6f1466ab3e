import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { pushSubscriptions } from '../../src/push/schema.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { browserOf } from '../push/service.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let ann: SignedIn
let as: string
beforeAll(async () => {
  site = await openBrowser({ PUSH_SERVICES: 'push.example.org' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  const { conversationId } = await makePost(db, officer, team)
  ann = await makeResident(db, 'Ann')
  as = await site.cookieOf(ann)
  const say = (by: SignedIn, body: string, parentId: number | null) =>
    postComment(db, by, conversationId, { body, parentId, clientKey: randomUUID() })
  const { id } = await say(ann, 'The lights are out.', null)
  for (const body of ['We have told the council.', 'They come on Thursday.', 'They were here.']) await say(officer, body, id)
})
afterAll(() => site?.close())

describe.each(WAYS)('what somebody was told ($screen, scripts: $scripts)', ({ screen, scripts }) => {
  test('is found from any page, read in its place, and marked', PATIENCE, async () => {
    const { db } = site.world
    await db.$client.query('update notifications set read_at = null')
    const page = await site.open({ screen, scripts, as })
    await page.goto('/teams')
    const badge = page.getByRole('link', { name: '3 unread in News for you' })
    await badge.waitFor()
    expect((await badge.boundingBox())?.height).toBeGreaterThanOrEqual(24)
    await badge.click()
    await page.waitForURL('**/account/notifications')
    await expectSound(page)
    await screenshot(page, `news-${screen}`)
    await page.getByRole('link', { name: 'PC Imran Adeyemi replied to your comment' }).first().click()
    await page.waitForURL('**/posts/**')
    await page.goto('/account/notifications')
    await page.getByText('2 unread.').waitFor()
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.locator('#main').getByText('Everything is marked as read').first().waitFor()
    await page.locator('[data-unread]').waitFor({ state: 'hidden' })
    await page.goto('/account')
    await page.getByRole('link', { name: 'News for you' }).waitFor()
  })
})

const SAYS = '[data-push-say]'

/**
 * What a browser with push does, as far as this page asks: the permission that is answered, and one subscription. As text: what runs in the browser is not
 * checked against the server's library.
 */
const pretend = (page: Page, permission: 'granted' | 'denied'): Promise<unknown> =>
  page.addInitScript({
    content: `(() => {
      const { endpoint, p256dh, auth } = ${JSON.stringify(BROWSER)}
      const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)).buffer
      const asked = sessionStorage.getItem('permission')
      let subscribed = asked === 'granted'
      const subscription = {
        endpoint,
        options: { applicationServerKey: null },
        getKey: (name) => bytes({ p256dh, auth }[name]),
        unsubscribe: async () => !(subscribed = false),
      }
      const worker = {
        pushManager: { getSubscription: async () => (subscribed ? subscription : null), subscribe: async () => ((subscribed = true), subscription) },
      }
      const container = { register: async () => worker, ready: Promise.resolve(worker), getRegistration: async () => worker, addEventListener() {} }
      Object.defineProperty(navigator, 'serviceWorker', { value: container })
      const answer = ${JSON.stringify(permission)}
      const notification = {
        permission: asked ?? 'default',
        requestPermission: async () => (sessionStorage.setItem('permission', answer), (notification.permission = answer)),
      }
      Object.defineProperty(window, 'Notification', { value: notification })
      Object.defineProperty(window, 'PushManager', { value: class {} })
    })()`,
  })
const BROWSER = browserOf('https://push.example.org/of-this-test')

describe('messages on this device', () => {
  test.each(['phone', 'desk'] as const)('are asked for on a tap, taken, shown as this device, and stopped (%s)', PATIENCE, async (screen) => {
    const { db } = site.world
    await db.delete(pushSubscriptions)
    const page = await site.open({ screen, as })
    await pretend(page, 'granted')
    await page.goto('/following/devices')
    expect(await page.locator(SAYS).textContent()).toBe('This device is not told yet.')
    await expectSound(page)
    await page.getByRole('button', { name: 'Tell me on this device' }).click()
    await page.locator('#main').getByText('This device is told from now on').first().waitFor()
    expect(await page.locator(SAYS).textContent()).toBe('This device is told.')
    await page.getByText('(this device)').waitFor()
    await page.getByRole('button', { name: 'Tell me on this device' }).waitFor({ state: 'hidden' })
    await expectSound(page)
    await screenshot(page, `devices-${screen}`)
    expect((await db.select().from(pushSubscriptions))[0]).toMatchObject({ endpoint: BROWSER.endpoint, p256dh: BROWSER.p256dh, auth: BROWSER.auth })
    await page.getByRole('button', { name: /^Stop telling/ }).click()
    await page.locator('#main').getByText('That device is no longer told').first().waitFor()
    expect((await db.select().from(pushSubscriptions))[0]).toMatchObject({ endedBecause: 'asked' })
  })

  test('are plainly said to be refused', PATIENCE, async () => {
    const page = await site.open({ screen: 'phone', as })
    await pretend(page, 'denied')
    await page.goto('/following/devices')
    await page.getByRole('button', { name: 'Tell me on this device' }).click()
    await page.getByText('You told this browser not to show messages').first().waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Tell me on this device' }).isVisible()).toBe(false)
  })

  test('cannot be had in a browser that has none, nor on an iPhone before it is installed', PATIENCE, async () => {
    const page = await site.open({ screen: 'phone', as })
    await page.addInitScript({ content: `delete window.PushManager` })
    await page.goto('/following/devices')
    expect(await page.locator(SAYS).textContent()).toBe('This browser cannot show messages from this site.')
    await page.addInitScript({ content: `Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)' })` })
    await page.reload()
    expect(await page.locator(SAYS).textContent()).toContain('Add to Home Screen')
  })

  test('say so without scripts', PATIENCE, async () => {
    const page = await site.open({ screen: 'phone', scripts: false, as })
    await page.goto('/following/devices')
    expect(await page.locator(SAYS).textContent()).toContain('scripts are switched off')
    expect(await page.getByRole('button', { name: 'Tell me on this device' }).isVisible()).toBe(false)
  })
})
