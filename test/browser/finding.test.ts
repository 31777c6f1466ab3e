/**
 * Finding one's team by the phone's position and on the map: asked only on a tap, rounded before it is sent, and never the only way.
 */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { teams } from '../../src/teams/schema.ts'
import { expectAccessible, expectNoSidewaysScroll, openBrowser, screenshot, until, WAYS, type TestBrowser } from './harness.ts'
import { settleTown } from './town.ts'

let site: TestBrowser

beforeAll(async () => {
  site = await openBrowser()
  await settleTown(site.world)
}, 60_000)
afterAll(() => site?.close())

describe('my location', () => {
  test('is asked for on a tap, rounded in the browser, and leads to the team', async () => {
    const page = await site.open({ screen: 'phone' })
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.url()))
    await page.context().setGeolocation({ latitude: 53.2001234, longitude: -0.5209876 })
    await page.goto('/')
    expect(await page.evaluate('navigator.permissions.query({ name: "geolocation" }).then((p) => p.state)')).toBe('prompt')
    await page.context().grantPermissions(['geolocation'])
    await page.getByRole('button', { name: 'Use my location' }).click()
    await page.waitForURL(/\/find\?at=53\.200,-0\.521$/)
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toBe('Your team is Bracebridge Heath')
    await page.getByRole('link', { name: 'Skegness' }).waitFor()
    expect(sent.join(' ')).not.toMatch(/53\.2001|0\.5209/)
    await expectAccessible(page)
    await screenshot(page, 'find by location')
  })

  test('refused: says what else there is', async () => {
    const page = await site.open({ screen: 'phone' })
    await page.goto('/')
    await page.getByRole('button', { name: 'Use my location' }).click()
    await page.getByText('Your browser did not let us see where you are.').first().waitFor()
    await expectAccessible(page)
  })

  test('without scripts the button is not there', async () => {
    const page = await site.open({ scripts: false })
    await page.goto('/')
    await expect(page.getByRole('button', { name: 'Use my location' }).isVisible()).resolves.toBe(false)
  })
})

describe.each(WAYS)('the boundary on a $screen, scripts $scripts', (way) => {
  test('is drawn and listed', async () => {
    const page = await site.open(way)
    await page.goto('/teams/bracebridge-heath')
    await page.getByRole('link', { name: 'See where our area runs' }).click()
    await page.getByRole('img', { name: /outline of the area of the Bracebridge Heath team/ }).waitFor()
    await page.getByRole('listitem').filter({ hasText: 'Canwick' }).waitFor()
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
    await screenshot(page, `area ${way.screen}${way.scripts ? '' : ' without scripts'}`)
  })
})

test('a map that moves, by keyboard, with nothing from outside', async () => {
  const { db } = site.world
  await db.update(teams).set({ name: 'Skegness <i>coast</i>' }).where(eq(teams.slug, 'skegness'))
  const page = await site.open({ screen: 'phone' })
  await page.goto('/teams/bracebridge-heath/area')
  const button = page.getByRole('button', { name: 'Show a map that you can move' })
  await button.focus()
  await page.keyboard.press('Enter')
  const map = page.getByRole('region', { name: /Map\. Move it with the arrow keys/ })
  await map.waitFor()
  await until(page, 'document.querySelectorAll(".map path").length === 2')
  // It is there to be seen, and not behind something else.
  await until(
    page,
    '((box) => document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.matches(".own"))(document.querySelector(".map path.own").getBoundingClientRect())',
  )
  await until(page, 'document.activeElement.classList.contains("map")')
  const own = () => page.evaluate<number>('document.querySelector(".map path.own").getBoundingClientRect().left')
  const before = await own()
  await page.keyboard.press('ArrowRight')
  await until(page, `document.querySelector(".map path.own").getBoundingClientRect().left < ${before}`)
  // A name is a name, whatever it looks like.
  await page.locator('.map path.next').dispatchEvent('mouseover', { bubbles: true })
  expect(await page.locator('.leaflet-tooltip').innerHTML()).toContain('Skegness &lt;i&gt;coast&lt;/i&gt;')
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
  await screenshot(page, 'area map')
})

describe.each(WAYS)('a search on a $screen, scripts $scripts', (way) => {
  test('says which date is none where everybody sees it, and goes on from there', async () => {
    const page = await site.open(way)
    await page.goto('/search')
    await page.getByLabel('Words to look for').fill('bike marking')
    await page.getByText('Choose team, kind or dates').click()
    await page.getByLabel('From', { exact: true }).fill('31/2/2027')
    await page.getByRole('button', { name: 'Search with these choices' }).click()
    await page.locator('.error-summary').getByText('Enter a real date').first().waitFor()
    await expect(page.getByLabel('From', { exact: true }).getAttribute('aria-invalid')).resolves.toBe('true')
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
    await screenshot(page, `search refused ${way.screen}${way.scripts ? '' : ' without scripts'}`)
    await page.getByLabel('From', { exact: true }).fill('27/2/2027')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('heading', { level: 2, name: 'Nothing found' }).waitFor()
    await expect(page.locator('.error-summary').count()).resolves.toBe(0)
    if (way.scripts) await until(page, 'document.activeElement.textContent === "Search"')
    await expectAccessible(page)
  })
})
