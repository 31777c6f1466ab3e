/**
 * Places in a browser: a resident reads one on a phone, an officer opens one from the form and changes it, a partner proposes and the sergeant answers.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { LIBRARY, makeKeepers, makePlace, makeService, proposePlace, SERVICE, type Keepers, type Who } from '../places/place-world.ts'
import { plan } from '../places/presence-world.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let keepers: Keepers

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  keepers = await makeKeepers(site.world.db)
  const exceptions = `${inDays(10)}: 9am to 12\n${inDays(16)}: closed`
  const place = await makePlace(keepers, { ...LIBRARY, exceptions })
  await plan(site.world.db, keepers.people.officer, keepers.team, place)
  for (let number = 1; number <= 22; number++)
    await makePlace(keepers, { ...LIBRARY, name: `Stop ${number}`, kind: number % 2 === 0 ? 'surgery' : 'counter', monday: 'all day' })
  await makeService(keepers)
})
afterAll(() => site?.close())

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

const as = (who: Who): Promise<string> => site.cookieOf(keepers.people[who])

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `places-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const own = `${way.screen} ${way.scripts ? 'with' : 'without'}`

  test('a resident narrows the list and reads a place', async () => {
    const page = await site.open(way)
    await page.goto('/places')
    await seen(page, '1-list', way)
    await page.getByText('Show only some of them').click()
    await page.getByLabel('Kind of place').selectOption('hub')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await expect.poll(() => page.url()).toContain('kind=hub')
    await page.getByRole('link', { name: 'Heath Library' }).click()
    await page.getByRole('heading', { level: 1, name: 'Heath Library' }).waitFor()
    await page.getByRole('cell', { name: 'Closed' }).first().waitFor()
    await seen(page, '2-place', way)
    await page.goto('/places?kind=surgery&open=yes&team=alford')
    await seen(page, '3-none', way)
  })

  test('an officer opens a place, is told by field what is wrong, changes it and closes it for good', async () => {
    const page = await site.open({ ...way, as: await as('officer') })
    await page.goto('/officers/places')
    await seen(page, '4-desk', way)
    await page.getByRole('link', { name: 'Open a place' }).click()
    await page.getByLabel('Name of the place').fill(`Corner Shop ${own}`)
    await page.getByLabel('Monday').fill('mornings')
    await page.getByRole('button', { name: 'Open the place' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await seen(page, '5-problems', way)
    await page.getByLabel('Surgery').check()
    await page.getByLabel('Address', { exact: true }).fill('1 High Street')
    await page.getByLabel('Postcode', { exact: true }).fill('LN4 2LE')
    await page.getByLabel('Getting in').fill('One step.')
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) await page.getByLabel(day, { exact: true }).fill('9-12, 1-5pm')
    await page.getByRole('button', { name: 'Open the place' }).click()
    await page.locator('#main').getByText('The place has its page now.').first().waitFor()
    await seen(page, '6-opened', way)
    await page.getByRole('link', { name: 'Change it' }).click()
    expect(await page.getByLabel('Monday', { exact: true }).inputValue()).toBe('9am to midday and 1pm to 5pm')
    await page.getByLabel('Days that differ').fill(`${inDays(9)}: closed`)
    await page.getByRole('button', { name: 'Save the changes' }).click()
    await page.getByText('Days that differ in the next weeks').or(page.getByText('Only this week')).first().waitFor()
    await page.getByRole('link', { name: 'Close it for good' }).click()
    await page.getByLabel('Why it closes').fill('The lease ended.')
    await seen(page, '7-closing', way)
    await page.getByRole('button', { name: 'Close it for good' }).click()
    await page.getByRole('heading', { name: 'Closed for good' }).waitFor()
    await seen(page, '8-closed', way)
  })

  test('a partner proposes a change, and the sergeant refuses it with a note', async () => {
    const name = `Warm Space ${own}`
    await makeService(keepers, { ...SERVICE, name })
    const partner = await site.open({ ...way, as: await as('partner') })
    await partner.goto('/officers/places')
    await partner.getByRole('link', { name }).first().click()
    await partner.getByRole('link', { name: 'Propose a change' }).click()
    await partner.getByLabel('Friday', { exact: true }).fill('closed')
    await seen(partner, '9-propose', way)
    await partner.getByRole('button', { name: 'Send it' }).click()
    await partner.getByText('Waits for a second person').first().waitFor()
    const waiting = new URL(partner.url()).pathname
    await proposePlace(keepers, { ...SERVICE, name: `New ${own}` })
    const sergeant = await site.open({ ...way, as: await as('sergeant') })
    await sergeant.goto('/officers/places')
    await seen(sergeant, '10-waits', way)
    await sergeant.goto(waiting)
    await sergeant.locator('#answer-refused').check()
    await seen(sergeant, '11-change', way)
    await sergeant.getByRole('button', { name: 'Send the answer' }).click()
    await sergeant.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await expectSound(sergeant)
    await sergeant.locator('#note').fill(`Ring us first, ${own}.`)
    await sergeant.getByRole('button', { name: 'Send the answer' }).click()
    await sergeant.locator('#main').getByText('It is refused.').first().waitFor()
    await partner.goto('/officers/places')
    await partner.getByText(`Ring us first, ${own}.`).first().waitFor()
    await seen(partner, '12-refused', way)
  })
})
