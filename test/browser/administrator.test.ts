/**
 * Administrators: two of them make somebody an officer, and one looks after the teams and what their pages show.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { makeTeam } from '../people.ts'
import { expectSound, PATIENCE, openBrowser, screenshot, tabTo, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { newestMail, settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const done = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email address').fill(email)
  await button(page, 'Send me the email').click()
  await title(page, 'Check your email')
  await page.goto(/\/sign-in\/[\w-]+/.exec((await newestMail(site.world.db, email)).text)?.[0] ?? '')
  await button(page, 'Sign in').click()
  await done(page, 'You are signed in.')
}

describe.each(WAYS)('an administrator on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `administrator ${name} ${way.screen}`) : null)

  test('adds a person; a second administrator confirms the role; it works, and then it ends', async () => {
    const [one, two] = [await openAs(way, town.administrator), await openAs(way, town.administrator2)]
    const email = `${randomUUID().slice(0, 8)}@lincs.example.police.uk`
    const name = `PC Bo ${email.slice(0, 4)}`
    await one.goto('/admin')
    await expectSound(one)
    await shot(one, '1 people')
    await link(one, 'Add a person').click()
    await title(one, 'Add a person')
    await button(one, 'Add and propose the role').click()
    await one.locator('.error-summary').waitFor()
    await expectSound(one)
    await shot(one, '2 person error')
    await one.getByLabel('Work email address').fill(email)
    await one.getByLabel('Rank and name').fill(name)
    await one.getByLabel('Role', { exact: true }).selectOption({ label: 'Officer' })
    await one.getByLabel('Team', { exact: true }).selectOption({ label: town.team.name })
    await button(one, 'Add and propose the role').click()
    await done(one, 'Another administrator has to confirm it')
    expect(await button(one, /^Confirm/).count()).toBe(0)
    await expectSound(one)
    await shot(one, '3 person')
    const officer = await site.open(way)
    await signIn(officer, email)
    expect((await officer.goto('/officers'))?.status()).toBe(403)
    await two.goto('/admin')
    await link(two, /^\d+ roles?$/).click()
    await title(two, 'Roles that wait')
    await expectSound(two)
    await shot(two, '4 roles')
    await button(two, `Confirm Officer, ${town.team.name} for ${name}`).click()
    await done(two, 'confirmed and in force')
    await officer.goto('/officers')
    await link(officer, /^Post an update/)
      .first()
      .click()
    await title(officer, 'Post an update')
    await one.goto(`/admin?q=${encodeURIComponent(name)}`)
    await link(one, name).click()
    await button(one, 'End Officer').click()
    await done(one, 'The role has ended')
    expect((await officer.goto('/officers'))?.status()).toBe(403)
  })

  test('adds a team, renames it, says what it covers and who is in it', async () => {
    const page = await openAs(way, town.administrator)
    const [first, second] = [`Heath ${randomUUID().slice(0, 6)}`, `Cliff ${randomUUID().slice(0, 6)}`]
    const village = `Harmston ${way.screen} ${way.scripts ? 'scripted' : 'plain'}`
    await page.goto('/admin/teams')
    await expectSound(page)
    await shot(page, '5 teams')
    await link(page, 'Add a team').click()
    await page.getByLabel('Name of the team').fill('Skegness')
    await button(page, 'Add the team').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await page.getByLabel('Name of the team').fill(first)
    await button(page, 'Add the team').click()
    await done(page, 'The team is saved')
    await expectSound(page)
    await shot(page, '6 team')
    await page.getByLabel('Villages, estates and streets').fill(`${village}\nThe Green`)
    await button(page, 'Save the places').click()
    await done(page, 'The team is saved')
    await page.getByLabel('Telephone').fill('not a number')
    await button(page, 'Save the contact details').click()
    await page.locator('.error-summary').waitFor()
    await page.getByLabel('Telephone').fill('01522 532222')
    await button(page, 'Save the contact details').click()
    await done(page, 'The team is saved')
    await link(page, 'Add a person to the page').click()
    await expectSound(page)
    await shot(page, '7 officer')
    await page.getByLabel('Name', { exact: true }).fill('Robin Achebe')
    await page.getByLabel('Rank (optional)').fill('PCSO')
    await button(page, 'Save').click()
    await done(page, 'The team’s people are saved')
    await page.getByLabel('Name of the team').fill(second)
    await button(page, 'Save the name').click()
    await done(page, 'The team is saved')
    const reader = await site.open(way)
    await reader.goto(`/teams/${first.toLowerCase().replace(' ', '-')}`)
    await title(reader, second)
    const shown = await reader.locator('main').innerText()
    for (const words of ['PCSO Robin Achebe', village, '01522 532222']) expect(shown).toContain(words)
    await expectSound(reader)
    await reader.goto(`/find?q=${encodeURIComponent(village)}`)
    await title(reader, second)
  })

  test('archives a team, whose page says why and where to go', async () => {
    const team = await makeTeam(site.world.db, `Old ${randomUUID().slice(0, 6)}`)
    const page = await openAs(way, town.administrator)
    await page.goto(`/admin/teams/${team.id}`)
    await button(page, /^Archive/).click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await page.getByLabel('Why, as the page will say it').fill('The teams were joined.')
    await page.getByLabel('The team that looks after the area now').selectOption({ label: town.team.name })
    await button(page, /^Archive/).click()
    await done(page, 'The team is saved')
    await page.goto(`/teams/${team.slug}`)
    await expectSound(page)
    await shot(page, '8 archived')
    await page.locator('.banner').getByRole('link', { name: town.team.name }).click()
    await title(page, town.team.name)
  })

  test('proposes and confirms by keyboard alone', async () => {
    const [one, two] = [await openAs(way, town.administrator), await openAs(way, town.administrator2)]
    const email = `${randomUUID().slice(0, 8)}@lincs.example.police.uk`
    await one.goto('/admin/people/new')
    await tabTo(one, '#email')
    await one.keyboard.type(email)
    await tabTo(one, '#name')
    await one.keyboard.type('PC Key Board')
    await tabTo(one, '#role')
    await one.keyboard.type('Press')
    await tabTo(one, '.actions button')
    await one.keyboard.press('Enter')
    await done(one, 'The role is proposed')
    await two.goto('/admin/roles')
    await tabTo(two, 'main form[action$="/confirmation"] button')
    await two.keyboard.press('Enter')
    await done(two, 'confirmed and in force')
    await two.goto(`/admin?q=${email}`)
    expect(await two.locator('tbody').innerText()).toMatch(/PC Key Board[\s\S]*Press office(?! \(waits)/)
  })
})
