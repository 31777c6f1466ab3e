/**
 * A survey from its first draft to an answer: an officer writes it, the sergeant publishes it, a resident answers it without a name, and paper is entered.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeArea } from '../../src/geography/area.ts'
import type { Position } from '../../src/geography/schema.ts'
import { localities, teamAreas } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { dayIn, openPlace } from '../places/presence-world.ts'
import { ONE_OF_EACH } from '../surveys/survey-world.ts'
import { expectSound, openBrowser, screenshot, WAYS, type TestBrowser } from './harness.ts'

const LONG = { timeout: 180_000 }

let site: TestBrowser
let team: TeamName
let cookies: Record<'officer' | 'sergeant', string>

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  const square: Position[] = [
    [-0.54, 53.18],
    [-0.52, 53.18],
    [-0.52, 53.2],
    [-0.54, 53.2],
    [-0.54, 53.18],
  ]
  const { id } = await db.transaction((tx) => storeArea(tx, { kind: 'team', code: 'x', name: 'x', source: 'test', parts: [[square]] }, new Date()))
  await db.insert(teamAreas).values({ teamId: team.id, areaId: id })
  await db.insert(localities).values(['Heath Estate', 'Village'].map((name) => ({ teamId: team.id, name, key: name.toLowerCase() })))
  await openPlace(db, team, 'Heath Library')
  cookies = {
    officer: await site.cookieOf(await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)),
    sergeant: await site.cookieOf(await makeStaff(db, 'Sgt Holland', 'supervisor', team)),
  }
})
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.locator('#main').getByRole('button', { name })
const link = (page: Page, name: string | RegExp) => page.locator('#main').getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()

async function addQuestions(page: Page): Promise<void> {
  for (const [at, { title: asked, options, scale, sort }] of ONE_OF_EACH.entries()) {
    await link(page, 'Add a question').click()
    await title(page, 'Add a question')
    if (at > 0) await page.locator('.kinds button[value=one]').click()
    await page.getByLabel('Question', { exact: true }).fill(asked)
    if (at > 0) await page.locator(`.kinds button[value=${sort}][name=as]`).click()
    if (at > 0) await page.locator(`.kinds button[value=${sort}][aria-pressed=true]`).waitFor()
    expect(await page.getByLabel('Question', { exact: true }).inputValue()).toBe(asked)
    if (options.length > 0) await page.getByLabel('Answers to choose from').fill(options.join('\n'))
    if (scale) await page.getByLabel('What 1 means').fill(scale.low)
    if (scale) await page.getByLabel('What the highest number means').fill(scale.high)
    await button(page, 'Add the question').click()
    await page.locator('#questions > ol > li').nth(at).waitFor()
  }
}

describe.each(WAYS)('on a $screen, scripts $scripts', (way) => {
  const name = `How safe is it, ${way.screen} ${way.scripts ? 'with' : 'without'} scripts?`
  const shot = (page: Page, what: string) => (way.scripts ? screenshot(page, `survey ${what} ${way.screen}`) : null)

  test('a survey is written, published and answered', LONG, async () => {
    const officer = await site.open({ ...way, as: cookies.officer })
    await officer.goto('/officers/surveys')
    await expectSound(officer)
    await link(officer, 'Begin a survey').click()
    await title(officer, 'Begin a survey')
    await officer.getByLabel('Title').fill(name)
    await officer.getByLabel('Introduction').fill('We plan our **patrols** by what you tell us.')
    await officer.getByLabel('Last day to answer').fill('yesterday')
    await button(officer, 'Save and add questions').click()
    await officer.locator('.error-summary', { hasText: 'The last day must be a real date' }).waitFor()
    await expectSound(officer)
    await shot(officer, 'begin')
    expect(await officer.getByLabel('Groups to compare').inputValue()).toBe('Heath Estate\nVillage')
    await officer.getByLabel('Last day to answer').fill(dayIn(20))
    await button(officer, 'Save and add questions').click()
    await title(officer, name)
    await addQuestions(officer)
    await button(officer, /^Up.*What should we know/).click()
    await officer.locator('#questions > ol > li').nth(2).getByText('What should we know?', { exact: true }).first().waitFor()
    await expectSound(officer)
    await shot(officer, 'draft')
    await button(officer, 'Hand it in').click()
    await officer.locator('.pill', { hasText: 'Waits for a second person' }).waitFor()
    const draft = new URL(officer.url()).pathname

    const sergeant = await site.open({ ...way, as: cookies.sergeant })
    await sergeant.goto(draft)
    await expectSound(sergeant)
    await button(sergeant, 'Publish the survey').click()
    await sergeant.locator('.pill', { hasText: 'Open' }).waitFor()
    const address = new URL(sergeant.url()).pathname

    const visitor = await site.open(way)
    await visitor.goto('/surveys')
    await expectSound(visitor)
    await link(visitor, name).click()
    await title(visitor, name)
    await expectSound(visitor)
    await shot(visitor, 'visitor')
    expect(await link(visitor, 'Sign in to answer').getAttribute('href')).toBe(`/sign-in?return=${address}`)

    const resident = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, 'Maureen T')) })
    await resident.goto(address)
    await resident.getByLabel('The park').check()
    await resident.getByLabel('Litter').selectOption('1')
    await button(resident, 'Send my answers').click()
    await resident.locator('.error-summary').waitFor()
    await expectSound(resident)
    await shot(resident, 'wrong')
    expect(await resident.getByLabel('The park').isChecked()).toBe(true)
    await resident.getByLabel('Yes', { exact: true }).check()
    await resident.getByLabel('Speeding').selectOption('2')
    await resident.getByLabel('Burglary').selectOption('3')
    await resident.getByLabel('4', { exact: true }).check()
    await resident.getByLabel(/^What should we know/).fill('The lamp by the library is out.')
    await (way.scripts ? pinOnMap(resident) : resident.getByLabel('Near a place').selectOption('Heath Library'))
    await resident.getByLabel('Which part of the area').selectOption('Village')
    await expectSound(resident)
    await shot(resident, 'answers')
    await button(resident, 'Send my answers').click()
    await resident.getByText('You have answered this survey. Thank you.').first().waitFor()
    await expectSound(resident)
    await shot(resident, 'answered')

    await sergeant.goto(`/officers${address}/answers`)
    await expectSound(sergeant)
    await sergeant.getByLabel('At the door').check()
    await sergeant.getByLabel('Number of the sheet').fill('7')
    await sergeant.getByLabel('At times').check()
    await shot(sergeant, 'sheet')
    await button(sergeant, 'Put it into the box').click()
    await sergeant.locator('.banner.good', { hasText: 'The answer is entered' }).waitFor()
    for (const noun of ['close', 'call-off']) {
      await sergeant.goto(`/officers${address}/${noun}`)
      await expectSound(sergeant)
    }
    await sergeant.getByLabel('Why is it called off?').fill('The council asks the same.')
    await button(sergeant, 'Call it off').click()
    await sergeant.getByText('What was answered is destroyed. Nobody has read it.').first().waitFor()
    await expectSound(sergeant)
  })
})

async function pinOnMap(page: Page): Promise<void> {
  await button(page, 'Choose on a map').click()
  const map = page.getByRole('application', { name: /^Map\./ })
  await map.waitFor()
  await expect.poll(() => map.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await page
    .getByText(/Chosen on the map: about 53\.190,-0\.530\./)
    .first()
    .waitFor()
  await button(page, 'Take the pin away').click()
  await page.getByText('The pin is taken away.').first().waitFor()
  await map.click({ position: { x: 100, y: 100 } })
  await page
    .getByText(/Chosen on the map: about 53\.\d{3},-0\.\d{3}\./)
    .first()
    .waitFor()
}
