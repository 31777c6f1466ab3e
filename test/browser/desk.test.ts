/**
 * The desk's two-person journeys: an appeal that comes back once, an arrest that must not name anybody, and a question until its answer did not help.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { makeResident } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
afterAll(() => site?.close())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })

describe.each(WAYS)('the desk on a $screen, scripts $scripts', PATIENCE, (way) => {
  test('an appeal is handed in, sent back, changed, and published by the press office', async () => {
    const [author, press] = [await openAs(way, town.officer), await openAs(way, town.press)]
    const name = `Collision on the A15 ${randomUUID().slice(0, 6)}`
    await author.goto('/teams/bracebridge-heath/posts/new?kind=appeal')
    await title(author, 'New post: appeal')
    await expectSound(author)
    await author.getByLabel('Title', { exact: true }).fill(name)
    await author.locator('#body').fill('Did you see a silver car?')
    await author.getByLabel('Witnesses', { exact: true }).check()
    await author.locator('#when').fill('Saturday between 2pm and 3pm')
    await author.locator('#where').fill('Sleaford Road')
    await button(author, 'Hand in for approval').click()
    await author.getByText('Waits for the press office').first().waitFor()
    await expectSound(author)
    await press.goto('/officers')
    await press.getByRole('link', { name }).first().click()
    await title(press, name)
    await expectSound(press)
    await button(press, 'Send it back').click()
    await press.locator('.error-summary').waitFor()
    await press.getByLabel('What has to change?').fill('Say which way the car went.')
    await button(press, 'Send it back').click()
    await press.getByText('It is sent back to its author').first().waitFor()
    await author.goto('/officers')
    await author.getByRole('link', { name }).first().click()
    await author.locator('.note.returned', { hasText: 'Say which way the car went.' }).waitFor()
    await expectSound(author)
    await author.locator('#body').fill('Did you see a silver car on its way to Lincoln?')
    await button(author, 'Hand in for approval').click()
    await author.getByText('Waits for the press office').first().waitFor()
    await press.goto(author.url())
    await button(press, 'Approve and publish now').click()
    await press.getByText('Your post is published.').first().waitFor()
    const reader = await site.open(way)
    await reader.goto(new URL(press.url()).pathname)
    await title(reader, name)
    expect(await reader.locator('.article .kind').first().textContent()).toContain('Appeal')
    await reader.getByText('on its way to Lincoln').first().waitFor()
    await expectSound(reader)
  })

  test('an arrest that names somebody is refused by field, and the words are kept', async () => {
    const page = await openAs(way, town.officer)
    await page.goto('/teams/bracebridge-heath/posts/new?kind=arrest')
    await title(page, 'New post: arrest or charge')
    await expectSound(page)
    await page.locator('#stage').check()
    await page.locator('#nature').fill('burglary by John Smith')
    await page.locator('#offence-place').fill('Grantham Road')
    await page.locator('#name').fill('John Smith')
    await button(page, 'Hand in for approval').click()
    await page.locator('.error-summary a[href="#nature"]').waitFor()
    await page.locator('#nature-error').waitFor()
    expect(await page.locator('#nature').inputValue()).toBe('burglary by John Smith')
    expect(await page.locator('#name').inputValue()).toBe('John Smith')
    expect(await page.locator('#offence-place').inputValue()).toBe('Grantham Road')
    expect(await page.locator('#stage').isChecked()).toBe(true)
    await expectSound(page)
  })

  test('a public question is answered and published; its asker says once that it did not help', async () => {
    const resident = await makeResident(site.world.db, `Asker ${randomUUID().slice(0, 6)}`)
    const [asker, officer] = [await openAs(way, resident), await openAs(way, town.officer)]
    const name = `When is the crossing watched ${randomUUID().slice(0, 6)}?`
    await asker.goto('/ask/bracebridge-heath')
    await expectSound(asker)
    await asker.getByLabel('What do you want to ask?').fill(name)
    await button(asker, 'Continue').click()
    await asker.getByLabel('Details').fill('Children cross there at half past eight.')
    await asker.getByLabel(/^In public/).check()
    await expectSound(asker)
    await button(asker, 'Send your question').click()
    await asker.getByText('Your question is with the team.').first().waitFor()
    await expectSound(asker)
    const path = new URL(asker.url()).pathname
    await officer.goto(path)
    await title(officer, name)
    await expectSound(officer)
    await officer.locator('#answers-body').fill('On Mondays and Thursdays.')
    await button(officer, 'Publish with this answer').click()
    await officer.getByText('The question is published with your answer.').first().waitFor()
    await expectSound(officer)
    await asker.goto(path)
    await asker.locator('.pill.good', { hasText: 'Answered' }).waitFor()
    await asker.locator('#answer', { hasText: 'On Mondays and Thursdays.' }).waitFor()
    await expectSound(asker)
    await asker.locator('summary', { hasText: 'This did not answer it' }).click()
    await asker.getByLabel('What is still open?').fill('At which time of the day?')
    await button(asker, 'Open it again').click()
    await asker.getByText('The question is open again').first().waitFor()
    expect(await asker.locator('summary', { hasText: 'This did not answer it' }).count()).toBe(0)
    await expectSound(asker)
  })
})
