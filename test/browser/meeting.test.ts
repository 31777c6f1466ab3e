/**
 * Meeting the team: an officer opens a place and plans a time there, a resident finds it wherever they look, asks, comes and says so; at its end it is gone.
 */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { makeKeepers, type Keepers, type Who } from '../places/place-world.ts'
import { dayIn, travelTo, windowIn } from '../places/presence-world.ts'
import { makeResident } from '../people.ts'
import { expectSound, openBrowser, screenshot, WAYS, type Opening, type TestBrowser } from './harness.ts'

const LONG = { timeout: 180_000 }
const NEARBY = '/nearby?q=LN4+2LE'

let site: TestBrowser
let keepers: Keepers

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  keepers = await makeKeepers(site.world.db)
})
afterEach(() => moveClock(0))
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const link = (page: Page, name: string | RegExp) => page.locator('#main').getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const said = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const openAs = async (way: Opening, who: Who): Promise<Page> => site.open({ ...way, as: await site.cookieOf(keepers.people[who]) })

async function fillPlace(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name of the place').fill(name)
  await page.getByLabel('Address', { exact: true }).fill('12 London Road, Bracebridge Heath')
  await page.getByLabel('Postcode', { exact: true }).fill('ln4 2le')
  await page.getByLabel('Getting in').fill('A level way in, and a hearing loop.')
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) await page.getByLabel(day, { exact: true }).fill('9am to 5pm')
  for (const day of ['Saturday', 'Sunday']) await page.getByLabel(day, { exact: true }).fill('closed')
  await page.getByLabel('It is closed').check()
}

/** A calendar that a link of the page leads to, as whoever taps it gets it. */
async function calendarBehind(page: Page, words: string): Promise<string> {
  const href = await link(page, words).getAttribute('href')
  const answer = await page.request.get(String(href))
  expect(answer.status()).toBe(200)
  expect(answer.headers()['content-type']).toContain('text/calendar')
  return answer.text()
}

describe.each(WAYS)('on a $screen, scripts $scripts', (way) => {
  const own = `${way.screen} ${way.scripts ? 'with' : 'without'} scripts`
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `meeting ${name} ${way.screen}`) : null)

  test('a place is opened, a time is planned, found, asked about, kept and over', LONG, async () => {
    const name = `Heath Library ${own}`
    const officer = await openAs(way, 'officer')
    await officer.goto('/officers')
    await link(officer, 'Places').click()
    await expectSound(officer)
    await link(officer, 'Open a place').click()
    await title(officer, 'Open a place')
    await fillPlace(officer, name)
    await officer.getByLabel('Hub').check()
    await officer.getByLabel('Tuesday', { exact: true }).fill('after lunch')
    await button(officer, 'Open the place').click()
    const problem = officer.locator('.error-summary').getByRole('link', { name: /^Tuesday/ })
    await problem.waitFor()
    expect(await officer.locator('#tuesday').getAttribute('aria-describedby')).toContain('tuesday-error')
    expect(await officer.getByLabel('Monday', { exact: true }).inputValue()).toBe('9am to 5pm')
    expect(await officer.getByLabel('Hub').isChecked()).toBe(true)
    await expectSound(officer)
    await shot(officer, '1 hours')
    await problem.click()
    expect(await officer.evaluate('document.activeElement.id')).toBe('tuesday')
    await officer.getByLabel('Tuesday', { exact: true }).fill('1pm to 5pm')
    await button(officer, 'Open the place').click()
    await said(officer, 'The place has its page now.')
    await title(officer, name)
    await expectSound(officer)
    const placePath = new URL(officer.url()).pathname

    await link(officer, 'Plan to meet people here').click()
    await title(officer, 'Plan to meet people')
    expect(await officer.getByLabel('Place').locator('option:checked').textContent()).toContain(name)
    await expectSound(officer)
    await officer.getByLabel('Day', { exact: true }).fill(dayIn(2))
    await officer.getByLabel('From').fill('4pm')
    await officer.getByLabel('Until').fill('2pm')
    await officer.getByLabel('What it is about').fill('Bring your bicycle, we mark it for free.')
    await button(officer, 'Publish the time').click()
    await officer.locator('.error-summary').getByRole('link', { name: 'When it ends must be later than when it begins' }).waitFor()
    await expectSound(officer)
    await officer.getByLabel('From').fill('2pm')
    await officer.getByLabel('Until').fill('4pm')
    await button(officer, 'Publish the time').click()
    await said(officer, 'It is published.')
    await expectSound(officer)
    await shot(officer, '2 planned')
    const path = new URL(officer.url()).pathname

    const resident = await makeResident(site.world.db, `Maureen ${own}`)
    const page = await site.open({ ...way, as: await site.cookieOf(resident) })
    await page.goto(NEARBY)
    await page.locator(`ul.near a[href="${path}"]`).waitFor()
    await page.locator(`ul.near a[href="${placePath}"]`).waitFor()
    await expectSound(page)
    await shot(page, '3 near')
    await page.goto(`/teams/${keepers.team.slug}`)
    await expectSound(page)
    expect(await calendarBehind(page, 'Add these to your calendar')).toContain('BEGIN:VEVENT')
    await page.locator('#meet').getByRole('link', { name }).click()
    await title(page, name)
    await expectSound(page)
    await shot(page, '4 place')
    expect(await calendarBehind(page, 'Add these to your calendar')).toContain('BEGIN:VEVENT')
    await link(page, 'Follow this place').click()
    await page.getByText('You hear when opening hours change, when officers can be met there, and of new comments.').first().waitFor()
    await page.getByRole('button', { name: 'Follow', exact: true }).click()
    await said(page, 'You follow this now.')
    await expectSound(page)
    await link(page, name).first().click()
    await page.locator(`#meet a[href="${path}"]`).click()
    await title(page, name)
    await expectSound(page)
    await shot(page, '5 meeting')
    expect(await calendarBehind(page, 'Add it to your calendar')).toContain('BEGIN:VEVENT')
    expect(await button(page, /^I came/).count()).toBe(0)
    const question = `Do you mark electric bicycles too? ${own}`
    await page.getByLabel('Your words').fill(question)
    await button(page, 'Post comment').click()
    await page.locator('article.c', { hasText: question }).waitFor()

    const { startsAt, endsAt } = windowIn(2)
    travelTo(startsAt, 600_000)
    await page.goto(path)
    await page.getByText('Here now until 4pm').first().waitFor()
    await button(page, /^I came/).click()
    await page.locator('#came button[aria-pressed=true]', { hasText: 'I came 1' }).waitFor()
    await expectSound(page)
    await shot(page, '6 I came')
    await page.goto(NEARBY)
    await page
      .locator('li', { has: page.locator(`a[href="${path}"]`) })
      .getByText('Here now')
      .waitFor()

    travelTo(endsAt, 1000)
    await page.goto(path)
    await page.locator('.pill', { hasText: 'Over' }).waitFor()
    await expectSound(page)
    for (const list of [`/teams/${keepers.team.slug}`, placePath, NEARBY]) {
      await page.goto(list)
      expect(await page.locator(`a[href="${path}"]`).count(), list).toBe(0)
      expect(await page.locator('#meet').count(), list).toBe(0)
    }
    for (const calendar of [`/teams/${keepers.team.slug}/events.ics`, `${placePath}/events.ics`, '/events.ics'])
      expect(await (await page.request.get(calendar)).text(), calendar).not.toContain('BEGIN:VEVENT')
  })

  test('a partner proposes a place, and it is there when the sergeant has agreed', LONG, async () => {
    const name = `Warm Room ${own}`
    const partner = await openAs(way, 'partner')
    await partner.goto('/')
    await partner.getByRole('navigation', { name: 'Staff' }).getByRole('link', { name: 'Your places' }).click()
    await link(partner, 'Propose a place').click()
    await partner.getByLabel('Which team looks after it?').selectOption({ label: keepers.team.name })
    await fillPlace(partner, name)
    await partner.getByLabel('Who runs it').fill('North Kesteven Council')
    await expectSound(partner)
    await button(partner, 'Send it').click()
    await partner.getByText('Waits for a second person').first().waitFor()
    await expectSound(partner)
    await shot(partner, '7 proposed')
    const visitor = await site.open(way)
    await visitor.goto('/places')
    expect(await link(visitor, name).count()).toBe(0)

    const sergeant = await openAs(way, 'sergeant')
    await sergeant.goto('/officers')
    await link(sergeant, 'Places').click()
    await link(sergeant, `Open: ${name}`).click()
    await sergeant.locator('#answer').check()
    await expectSound(sergeant)
    await shot(sergeant, '8 to answer')
    await button(sergeant, 'Send the answer').click()
    await said(sergeant, 'You agreed, and it is done.')
    await expectSound(sergeant)
    await visitor.goto(`/places?team=${keepers.team.slug}`)
    await link(visitor, name).click()
    await title(visitor, name)
    await visitor.getByText('North Kesteven Council').first().waitFor()
    await expectSound(visitor)
  })
})
