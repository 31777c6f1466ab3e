/**
 * The frame of every page: found by keyboard and screen reader, readable on the smallest phone, whole without scripts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { expectAccessible, expectNoSidewaysScroll, openBrowser, screenshot, tabTo, WAYS, type TestBrowser } from './harness.ts'
import { makeTeam } from '../people.ts'

const PAGES: readonly (readonly [path: string, status: number])[] = [
  ['/', 200],
  ['/find', 200],
  ['/search', 200],
  ['/search?q=Bracebridge&kind=team', 200],
  ['/search?q=x&from=never', 422],
  ['/find?q=nowhere+at+all', 404],
  ['/places', 200],
  ['/surveys', 200],
  ['/places?kind=hub&open=yes', 200],
  ['/nearby', 200],
  ['/nearby?q=nowhere+at+all', 404],
  ['/nearby/look', 200],
  ['/teams', 200],
  ['/teams/bracebridge-heath/performance', 200],
  ['/performance', 200],
  ['/teams/bracebridge-heath/events', 200],
  ['/events', 200],
  ['/can-you-help', 200],
  ['/teams/bracebridge-heath/can-you-help', 200],
  ['/teams/bracebridge-heath/area', 200],
  ['/teams/bracebridge-heath/effort', 200],
  ['/teams/bracebridge-heath/priorities', 200],
  ['/teams/bracebridge-heath/suggestions', 200],
  ['/teams/bracebridge-heath/suggestions/new', 200],
  ['/teams/bracebridge-heath/suggestions/new?what=&step=2', 422],
  ['/find?q=bracebrige+heth', 404],
  ['/ask/bracebridge-heath', 200],
  ['/ask/bracebridge-heath?title=When+is+it%3F&step=2', 200],
  ['/ask/bracebridge-heath?title=&step=2', 422],
  ['/follow/bracebridge-heath', 200],
  ['/follow/force', 200],
  ['/following/no-such-link', 404],
  ['/moderation-log', 200],
  ['/house-rules', 200],
  ['/privacy', 200],
  ['/notices/new', 200],
  ['/accessibility', 200],
  ['/sign-in', 200],
  ['/offline', 200],
  ['/no-such-page', 404],
  ['/teams/no-such-team', 404],
]

let site: TestBrowser

beforeAll(async () => {
  site = await openBrowser()
  await makeTeam(site.world.db, 'Bracebridge Heath')
})
afterAll(() => site?.close())

async function visit(page: Page, path: string, status: number): Promise<void> {
  const answer = await page.goto(path)
  expect(answer?.status(), path).toBe(status)
}

describe.each(WAYS)('on a $screen, scripts $scripts', (way) => {
  test.each(PAGES)('%s is sound and has its frame', async (path, status) => {
    const page = await site.open(way)
    await visit(page, path, status)
    expect(await page.title()).toMatch(/^.+ – Lincolnshire Police$/)
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe('en-GB')
    expect(await page.locator('main').count()).toBe(1)
    for (const way of ['tel:999', 'tel:101', 'tel:18001101', 'tel:0800555111'])
      expect(await page.locator(`a[href="${way}"]:visible`).count(), way).toBeGreaterThan(0)
    expect(await page.getByRole('link', { name: 'Report online' }).getAttribute('href')).toMatch(/^https:\/\//)
    await expectNoSidewaysScroll(page)
    // The same page as with scripts at this width; on the phone both are looked through.
    if (way.screen === 'phone' || way.scripts) await expectAccessible(page)
    if (way.scripts) await screenshot(page, `shell ${path === '/' ? 'home' : path} ${way.screen}`)
  })

  test('the keyboard skips to the content, and the whole frame is reached', async () => {
    const page = await site.open(way)
    await page.goto('/')
    await page.keyboard.press('Tab')
    const skip = page.locator(':focus')
    expect(await skip.textContent()).toBe('Skip to main content')
    expect(await skip.isVisible()).toBe(true)
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe('#main')
    await tabTo(page, 'footer a[href="/accessibility"]')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/accessibility')
    expect(await page.locator('h1').count()).toBe(1)
  })

  test('the way out is in sight and tells the next site nothing', async () => {
    const page = await site.open(way)
    await page.goto('/')
    const exit = page.getByRole('link', { name: 'Leave this site quickly' })
    expect(await exit.isVisible()).toBe(true)
    expect(await exit.getAttribute('rel')).toContain('noreferrer')
    expect(await exit.getAttribute('href')).toMatch(/^https:\/\/(?!localhost)/)
  })
})

test('the dark colours are as readable as the light ones', { timeout: 120_000 }, async () => {
  const page = await site.open({ screen: 'phone', dark: true })
  for (const [path, status] of PAGES) {
    await visit(page, path, status)
    await expectAccessible(page)
  }
})

test('letters of twice the size need no sideways scrolling', { timeout: 60_000 }, async () => {
  const page = await site.open({ screen: 'desk' })
  await page.setViewportSize({ width: 640, height: 450 })
  for (const [path, status] of PAGES) {
    await visit(page, path, status)
    await expectNoSidewaysScroll(page)
  }
})
