/**
 * A support circle: an officer founds one under a pseudonym, a colleague asks and is let in, they write and answer, one tells a moderator, the owner removes something, and
 * whoever leaves takes their words along. Nowhere on these pages does their own name stand.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { SignedIn } from '../../src/actor.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let founder: SignedIn
let colleague: SignedIn
let outside: SignedIn

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  founder = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(db, 'PC Joan Fell', 'officer', team)
  outside = await makeStaff(db, 'Sam Carter', 'press-office')
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `support-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

const chooseFirst = async (page: Page): Promise<string> => {
  const first = page.locator('input[name=pseudonym]').first()
  await first.check()
  return (await first.getAttribute('value')) ?? ''
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  test('founded, joined, written in, looked after, and left', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(founder) })
    await page.goto('/staff/support')
    await seen(page, '01-list', way)
    await page.getByRole('link', { name: 'Start a support circle' }).click()
    await page.getByRole('button', { name: 'Start it' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await seen(page, '02-wrong', way)
    await page.getByLabel('Name of the circle').fill('After an assault')
    await page.getByLabel('What is it for?').fill('For all who were attacked at work.')
    await page.getByLabel('Where else is there help?').fill('Care line: 0800 111222')
    const name = await chooseFirst(page)
    await page.getByRole('button', { name: 'Start it' }).click()
    await page.getByRole('heading', { name: 'It needs a second moderator' }).waitFor()
    expect(await page.content()).not.toContain('Imran')
    expect(await page.content()).toContain(name)
    await seen(page, '03-founded', way)
    const path = new URL(page.url()).pathname

    const other = await site.open({ ...way, as: await site.cookieOf(colleague) })
    await other.goto(path)
    await seen(other, '04-outside', way)
    await other.getByRole('link', { name: 'Ask to join' }).click()
    const theirs = await chooseFirst(other)
    await other.getByLabel('A few words to them').fill('It happened to me in March.')
    await seen(other, '05-ask', way)
    await other.getByRole('button', { name: 'Ask to join' }).click()
    await other.getByRole('link', { name: 'Take it back' }).waitFor()
    expect(await other.content()).not.toContain('Joan')

    await page.getByRole('link', { name: /^Look after the circle/ }).click()
    await seen(page, '06-keeping', way)
    await page.getByRole('button', { name: `Let in ${theirs}`, exact: true }).click()
    await page.getByText('Nobody asks just now.').waitFor()

    await other.reload()
    await other.getByRole('link', { name: 'Ask for help' }).click()
    await other.getByLabel('What do you need, in one line?').fill('How did you sleep again?')
    await other.getByLabel('Tell them more').fill('I lie awake since that night.')
    await seen(other, '07-write', way)
    await other.getByRole('button', { name: 'Publish in the circle' }).click()
    await other.getByRole('heading', { name: 'How did you sleep again?' }).waitFor()
    expect(await other.content()).not.toContain('Joan')
    await seen(other, '08-post', way)
    const post = new URL(other.url()).pathname

    await page.goto(post)
    await page.getByLabel('Your words').fill('It took me a month. A walk in the evening helped.')
    await page.getByRole('button', { name: 'Post comment' }).click()
    await page.locator('#conversation article').getByText('It took me a month.').waitFor()
    await other.goto(path)
    await other.getByRole('heading', { name: 'Replies to you' }).waitFor()
    await seen(other, '09-inside', way)

    const press = await site.open({ ...way, as: await site.cookieOf(outside) })
    expect((await press.goto(post))?.status()).toBe(404)

    await other.goto(post)
    await other.getByLabel('Your words').fill('You are all useless.')
    await other.getByRole('button', { name: 'Post comment' }).click()
    await other.locator('#conversation article').getByText('You are all useless.').waitFor()
    await page.goto(post)
    await page.getByRole('link', { name: 'Tell a moderator' }).last().click()
    await seen(page, '10-tell', way)
    await page.getByRole('link', { name: 'remove it, with a reason' }).click()
    await page.getByLabel('Abuse or harassment').check()
    await seen(page, '11-remove', way)
    await page.getByRole('button', { name: 'Remove it' }).click()
    await page.getByRole('link', { name: 'See why' }).first().click()
    await page.getByText('Those who look after this circle').waitFor()
    await seen(page, '12-why', way)

    await other.goto(`${path}/leave`)
    await seen(other, '13-leave', way)
    await other.getByRole('button', { name: 'Withdraw all that I wrote, then leave' }).click()
    await other.getByRole('heading', { name: 'Support circles' }).waitFor()
    await other.goto(path)
    await other.getByRole('link', { name: 'Ask to join' }).waitFor()
    await page.goto(path)
    expect(await page.getByText('I lie awake since that night.').count()).toBe(0)
    await page.getByText('Withdrawn', { exact: true }).waitFor()
  })
})
