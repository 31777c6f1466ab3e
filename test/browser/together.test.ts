/**
 * Helping each other: an officer asks, a colleague answers, the best answer is marked; good practice is shared and used; what residents raised is taken up by several teams.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { makeStaff } from '../people.ts'
import { ask } from '../together/together-world.ts'
import { expectSound, openBrowser, screenshot, WAYS, type Opening, type TestBrowser } from './harness.ts'

const LONG = { timeout: 240_000 }

let site: TestBrowser
let desk: Desk
let colleague: SignedIn

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  desk = await furnish(site.world)
  colleague = await makeStaff(desk.db, 'PC Joan Fell', 'officer', desk.otherTeam)
  await ask(desk.db, colleague, { title: 'Which drone battery fits the Mavic?', body: 'The spare battery is dead.' })
})
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.locator('#main').getByRole('button', { name })
const link = (page: Page, name: string | RegExp) => page.locator('#main').getByRole('link', { name }).first()
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const said = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const openAs = async (way: Opening, who: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(who) })

describe.each(WAYS)('on a $screen, scripts $scripts', (way) => {
  const own = `${way.screen} ${way.scripts ? 'with' : 'without'} scripts`
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `together ${name} ${way.screen}`) : null)

  test('a question to colleagues is answered, and the best answer stands first', LONG, async () => {
    const officer = await openAs(way, desk.officer)
    await officer.goto('/staff/help')
    await expectSound(officer)
    await link(officer, 'Ask colleagues').click()
    await officer.getByLabel('What do you need to know?').fill('Drone battery for a wet night')
    if (way.scripts) await officer.locator('#alike').getByText('Which drone battery fits the Mavic?').waitFor()
    await shot(officer, '1 alike')
    await button(officer, 'Continue').click()
    await link(officer, 'Which drone battery fits the Mavic?').waitFor()
    await button(officer, 'Ask').click()
    await officer
      .locator('.error-summary')
      .getByRole('link', { name: /Tell colleagues what they need/ })
      .waitFor()
    await expectSound(officer)
    await officer.getByLabel('What colleagues need to know to help').fill(`Ours died in the rain: ${own}.`)
    await button(officer, 'Ask').click()
    await said(officer, 'Colleagues can see your question')
    await expectSound(officer)
    const path = new URL(officer.url()).pathname

    const other = await openAs(way, colleague)
    await other.goto(path)
    await other.getByLabel('Your words').fill('The grey one, from stores.')
    await button(other, 'Post comment').first().click()
    await other.locator('article.c', { hasText: 'The grey one, from stores.' }).waitFor()

    await officer.goto(path)
    await officer.getByText('Which answer helped most?').click()
    await expectSound(officer)
    await shot(officer, '2 choose')
    await button(officer, /^This one/).click()
    await said(officer, 'The best answer stands first')
    await officer.locator('#help').getByText('The grey one, from stores.').waitFor()
    await expectSound(officer)
    await shot(officer, '3 best')
    await officer.goto('/staff/help?view=answered')
    await link(officer, 'Drone battery for a wet night').waitFor()
    await expectSound(officer)
    await shot(officer, '4 answered')
  })

  test('good practice is shared in three parts, and a team says that it used it', LONG, async () => {
    const name = `Chalk the kerb, ${own}`
    const officer = await openAs(way, desk.officer)
    await officer.goto('/staff/good-practice')
    await expectSound(officer)
    await link(officer, 'Share good practice').click()
    await officer.getByLabel('What is it, in one line?').fill(name)
    await officer.getByLabel('What was the problem?').fill('Cars stood on the path.')
    await officer.getByLabel('What was done?').fill('We chalked the kerb with the school.')
    await button(officer, 'Publish').click()
    await officer
      .locator('.error-summary')
      .getByRole('link', { name: /Say what came of it/ })
      .waitFor()
    expect(await officer.getByLabel('What was done?').inputValue()).toContain('chalked')
    await expectSound(officer)
    await shot(officer, '5 practice')
    await officer.getByLabel('What came of it?').fill('Fewer did, for a month.')
    await button(officer, 'Publish').click()
    await title(officer, name)
    const path = new URL(officer.url()).pathname

    const other = await openAs(way, colleague)
    await other.goto(path)
    await other.getByText('We used this', { exact: true }).first().click()
    await other.getByLabel('How did it go?').fill('At the primary school')
    await expectSound(other)
    await button(other, /^We used this/).click()
    await said(other, 'Your team is among those')
    await other.locator('#used').getByText('At the primary school').waitFor()
    await expectSound(other)
    await shot(other, '6 used')
    await other.goto('/staff/good-practice?by=used')
    await expectSound(other)
    await shot(other, '7 library')
    await other.goto(path)
    await button(other, /^Take it back/).click()
    await said(other, 'no longer among those')
  })

  test('what residents raised becomes an issue of several teams, and ends with what came of it', LONG, async () => {
    const name = `Quad bikes, ${own}`
    const officer = await openAs(way, desk.officer)
    await officer.goto(`/staff/issues/new?about=${desk.post.conversationId}`)
    await title(officer, 'Raise with colleagues')
    await expectSound(officer)
    await shot(officer, '8 raise')
    await officer.getByLabel('What is it, in one line?').fill(name)
    await button(officer, 'Continue').click()
    await officer.getByLabel('What do you know').fill('Three were taken within a week.')
    await button(officer, 'Publish').click()
    await said(officer, 'The issue is published')
    await officer.locator('#links').getByRole('link', { name: 'News from Bracebridge Heath' }).waitFor()
    await expectSound(officer)
    const path = new URL(officer.url()).pathname

    const other = await openAs(way, colleague)
    await other.goto('/staff/issues')
    await link(other, name).click()
    await other.getByLabel('What are you doing about it?').fill('The coast road')
    await button(other, 'I’m working on this').click()
    await said(other, 'You are among those')
    await other.locator('#links').getByText('Add a link').click()
    await other.getByLabel('Address on this site').fill('https://elsewhere.example/')
    await button(other, 'Add the link').click()
    await other
      .locator('.error-summary')
      .getByRole('link', { name: /leads to no conversation/ })
      .waitFor()
    await expectSound(other)
    await other.getByLabel('Address on this site').fill(desk.otherPost.path)
    await button(other, 'Add the link').click()
    await said(other, 'The link stands on the page')
    await expectSound(other)
    await shot(other, '9 issue')
    await other.getByText('Close this issue', { exact: true }).click()
    await other.getByLabel('What came of it?').fill('Two were found in a barn.')
    await button(other, 'Close the issue').click()
    await said(other, 'The issue is closed')
    await expectSound(other)
    await shot(other, '10 closed')

    await officer.goto(desk.post.path)
    expect(await officer.content()).not.toContain('Quad bikes')
    await officer.goto(path)
    await button(officer, /open it again/).click()
    await said(officer, 'The issue is open again')
    await officer.goto('/staff/issues?view=mine')
    await link(officer, name).waitFor()
    await expectSound(officer)
    await shot(officer, '11 mine')
  })
})
