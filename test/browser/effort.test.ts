/**
 * Sharing out the effort in a browser, and charts as they are read out and looked at: on a phone and at a desk, in the dark and in forced colours.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { moveClock } from '../../src/clock.ts'
import { finishPeriods } from '../../src/effort/result.ts'
import type { Bars, Columns, Dots } from '../../src/statistics/chart.ts'
import type { Team } from '../../src/teams/team.ts'
import { newEngine, templateHelpers } from '../../src/web/page.ts'
import { allTo, answer, freshTeam, mostlyTo, travelTo } from '../effort/effort-world.ts'
import { makeResident } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let team: Team
let path: string

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  const fresh = await freshTeam(db)
  team = fresh.team
  path = `/teams/${team.slug}/effort`
  const [one = 0, two = 0, three = 0] = fresh.ids
  const present = Date.now()
  for (const [quarter, hours] of [mostlyTo(one, two), mostlyTo(two, one)].entries()) {
    travelTo(new Date(present - (2 - quarter) * 92 * 86_400_000).toISOString())
    await answer(db, team, 5, hours)
  }
  moveClock(0)
  await finishPeriods(db)
  await answer(db, team, 5, mostlyTo(one, three))
  await answer(db, team, 5, allTo(two), 'Waddington')
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `effort-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  test('a resident reads the results, shares out ten hours, changes them and takes them back', async () => {
    const visitor = await site.open(way)
    await visitor.goto(path)
    await visitor.getByRole('link', { name: 'Sign in to take part' }).waitFor()
    await seen(visitor, '1-results', way)
    const page = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, 'Maureen T')) })
    await page.goto(path)
    await page.getByLabel('Priority 1', { exact: true }).fill('6')
    if (way.scripts) await page.getByText('4 hours left to share out.').first().waitFor()
    await page.getByRole('button', { name: 'Share out the hours' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await page.getByRole('link', { name: 'You have shared out 6 hours' }).click()
    await seen(page, '2-problem', way)
    await page.getByLabel('Priority 2', { exact: true }).fill('4')
    if (way.scripts) await page.getByText('All hours are shared out.').first().waitFor()
    await page.getByLabel('Where do you live?').selectOption('Canwick')
    await page.getByRole('button', { name: 'Share out the hours' }).click()
    await page.getByText('You have taken part').first().waitFor()
    await seen(page, '3-taken-part', way)
    await page.getByLabel('Priority 2', { exact: true }).fill('3')
    await page.getByLabel('Priority 3', { exact: true }).fill('1')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.locator('#main').getByText('Your hours are kept.').first().waitFor()
    expect(await page.getByLabel('Priority 3', { exact: true }).inputValue()).toBe('1')
    await page.getByRole('button', { name: 'Take my answer back' }).click()
    await page.locator('#main').getByText('Your answer is taken back.').first().waitFor()
    expect(await page.getByLabel('Priority 2', { exact: true }).inputValue()).toBe('')
  })
})

const bars: Bars = {
  id: 'bars',
  title: 'What worries you most?',
  of: 'Answer',
  unit: 'People',
  bars: [
    { label: 'Speeding on Grantham Road and the lanes behind the church', value: 34, said: '34 (68%)' },
    { label: 'Litter', value: 16, said: '16 (32%)' },
    { label: 'Nothing', value: 0, said: '0' },
  ],
  note: '50 people answered.',
}
const columns: Columns = {
  id: 'columns',
  title: 'Questions answered in time',
  of: 'Week',
  unit: 'Share',
  columns: [50, 80, null, 65].map((value, place) => ({ label: `week ${place + 1}`, value, said: value === null ? 'Too few' : `${value}%` })),
}
const dots: Dots = {
  id: 'dots',
  title: 'Where people feel unsafe',
  of: 'Part of the area',
  unit: 'Pins',
  width: 600,
  height: 400,
  lines: ['M40 60L560 30L500 370L80 340Z', 'M0 200L40 60L80 340Z'],
  dots: [
    { label: 'Around the library', value: 24, said: '24', x: 220, y: 150 },
    { label: 'Heath Lane', value: 6, said: '6', x: 420, y: 260 },
  ],
}

/** The charts on a bare page of this site, with its sheets. */
async function openCharts(page: Page): Promise<void> {
  const engine = newEngine(true)
  const drawn = [
    engine.render('/statistics/_bars', { ...templateHelpers, chart: bars }),
    engine.render('/statistics/_columns', { ...templateHelpers, chart: columns }),
    engine.render('/statistics/_grid', { ...templateHelpers, chart: dots }),
  ]
  const sheet = ['blue-lamp.css', 'charts.css'].map((name) => readFileSync(join(import.meta.dirname, '..', '..', 'static', name), 'utf8')).join('\n')
  const body = `<!doctype html><html lang="en-GB"><title>Charts</title><style>${sheet}</style><main><h1>Charts</h1>${drawn.join('')}</main></html>`
  await page.route('**/charts', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
  await page.goto('/charts')
}

describe('charts', PATIENCE, () => {
  test('are read out: each value once, in a table with a caption; pictures by a name that says what they show', async () => {
    const page = await site.open({ screen: 'phone' })
    await openCharts(page)
    const heard = await page.locator('main').ariaSnapshot()
    // The bars are in the table itself, and no picture says the same once more.
    expect(heard).toContain('table "What worries you most?"')
    expect(heard).toContain('row "Litter 16 (32%)"')
    expect(heard).toContain('rowheader "Litter"')
    expect(await page.getByRole('img').count()).toBe(2)
    expect(heard).toContain('img "Questions answered in time. From 50% in week 1 to 65% in week 4. Highest: 80% in week 2."')
    expect(heard).toContain('row "week 3 Too few"')
    expect(heard).toContain('img "Where people feel unsafe: 2 circles on the outline of the area. The table below says the same."')
    expect(heard).toContain('row "1 Around the library 24"')
    expect(heard).not.toMatch(/style=/)
    await expectSound(page)
  })

  test('are as long as their numbers say, also where colours are forced', async () => {
    const page = await site.open({ screen: 'phone' })
    await openCharts(page)
    const width = async (bar: number) => (await page.locator('.bars rect').nth(bar).boundingBox())?.width ?? 0
    expect((await width(1)) / (await width(0))).toBeCloseTo(16 / 34, 1)
    expect(await width(0)).toBeGreaterThan(80)
    expect(await page.locator('.course rect').count()).toBe(3)
    await screenshot(page, 'charts-phone')
    await page.emulateMedia({ colorScheme: 'dark' })
    await screenshot(page, 'charts-phone-dark')
    await expectSound(page)
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
    await screenshot(page, 'charts-phone-forced')
    expect(await page.evaluate("getComputedStyle(document.querySelector('.bars rect')).fill")).toBe('rgb(0, 0, 0)')
    const desk = await site.open({ screen: 'desk' })
    await openCharts(desk)
    await expectSound(desk)
    await screenshot(desk, 'charts-desk')
  })
})
