/**
 * An officer: publishes for the team, answers officially, corrects and withdraws; and what another team's officer may not do.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { makePost } from '../people.ts'
import { expectSound, PATIENCE, inView, openBrowser, screenshot, tabTo, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })

describe.each(WAYS)('an officer on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `officer ${name} ${way.screen}`) : null)

  test('publishes an update with a preview and tags, past what is wrong with it', async () => {
    const page = await openAs(way, town.officer)
    await page.goto('/officers')
    await expectSound(page)
    await shot(page, '1 desk')
    await link(page, /^Post an update/)
      .first()
      .click()
    await title(page, 'Post an update')
    expect(await page.locator('main .mark').first().textContent()).toBe('Officer · Bracebridge Heath team')
    await expectSound(page)
    await shot(page, '2 compose')
    await page.getByLabel(/^Tags/).fill('speeding, road safety')
    await button(page, 'Publish').click()
    await page.locator('.error-summary').waitFor()
    expect(await page.evaluate('document.activeElement.className')).toBe(way.scripts ? 'error-summary' : '')
    expect(await page.getByLabel(/^Tags/).inputValue()).toBe('speeding, road safety')
    await expectSound(page)
    await shot(page, '3 error')
    await page.locator('.error-summary').getByRole('link').first().click()
    expect(await page.evaluate('document.activeElement.id')).toBe('body')
    const name = `Morning patrol ${randomUUID().slice(0, 6)}`
    await page.keyboard.type(`${name}\n\nWe were **out** this morning.`)
    await button(page, 'Preview').click()
    await page.locator('strong', { hasText: 'out' }).waitFor()
    await expectSound(page)
    await shot(page, '4 preview')
    await button(page, 'Publish').click()
    await title(page, name)
    expect(await page.locator('.banner.good').textContent()).toContain('Your post is published')
    expect(await page.locator('.by').textContent()).toContain('PC Imran Adeyemi')
    await expectSound(page)
    await shot(page, '5 published')
    await link(page, 'road safety').click()
    await title(page, 'road safety')
    await link(page, name).first().waitFor()
    await expectSound(page)
    await shot(page, '6 tag')
    await page.goto('/teams/bracebridge-heath')
    await link(page, name).first().waitFor()
  })

  test('answers officially, and the mark stands with the words', async () => {
    const asked = await town.say(town.resident, `When are you back? ${randomUUID()}`)
    const page = await openAs(way, town.officer)
    await page.goto(`/comments/${asked}`)
    await page.locator(`#c${asked}`).getByRole('link', { name: 'Reply' }).click()
    expect(await page.locator('#compose').textContent()).toContain('You answer officially, as Officer · Bracebridge Heath team')
    await expectSound(page)
    const answer = `On Friday at six. ${randomUUID()}`
    await page.getByLabel('Your words').fill(answer)
    await button(page, 'Post reply').click()
    const official = page.locator('article.o', { hasText: answer })
    await official.waitFor()
    expect(await official.locator('.mark').textContent()).toBe('Officer · Bracebridge Heath team')
    expect(await page.evaluate('getComputedStyle(document.querySelector(".o .mark")).backgroundColor')).toBe('rgb(11, 26, 54)')
    await inView(page, `#${await official.getAttribute('id')}`)
    await expectSound(page)
    await shot(page, '7 official reply')
  })

  test('corrects a post and withdraws it; what was there before stays readable', async () => {
    const post = await makePost(site.world.db, town.officer, town.team, `Surgery on Tuesday ${randomUUID().slice(0, 6)}`)
    const page = await openAs(way, town.officer)
    await page.goto(post.path)
    await link(page, 'Correct this post').click()
    await title(page, 'Correct this post')
    await expectSound(page)
    await shot(page, '8 correct')
    const corrected = post.title.replace('Tuesday', 'Thursday')
    await page.getByLabel('Title').fill(corrected)
    await button(page, 'Publish the correction').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await page.getByLabel('What did you correct?').fill('It is on Thursday.')
    await button(page, 'Publish the correction').click()
    await title(page, corrected)
    await page.locator('.note.corrected').waitFor()
    await expectSound(page)
    await link(page, 'See what changed').click()
    await title(page, 'What changed')
    expect(await page.locator('.versions').textContent()).toContain(post.title)
    expect(await page.locator('.versions').textContent()).toContain('It is on Thursday.')
    await page.goto(post.path)
    await title(page, corrected)
    await link(page, 'Withdraw it').click()
    await title(page, /^Withdraw/)
    await expectSound(page)
    await shot(page, '9 withdraw')
    await button(page, 'Withdraw the post').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await page.getByLabel('Why is it withdrawn?').fill('The hall is closed.')
    await button(page, 'Withdraw the post').click()
    await page.locator('.note.withdrawn', { hasText: 'The hall is closed.' }).waitFor()
    await expectSound(page)
    await shot(page, '10 withdrawn')
  })

  test('of another team finds the door shut', async () => {
    const post = await makePost(site.world.db, town.officer, town.team)
    const page = await openAs(way, town.otherOfficer)
    for (const path of [`/teams/${town.team.slug}/posts/new`, `/posts/${post.id}/correct`, `/posts/${post.id}/withdraw`]) {
      expect((await page.goto(path))?.status(), path).toBe(403)
      await title(page, 'You cannot do this')
    }
    await expectSound(page)
    await shot(page, '11 forbidden')
    await page.goto(post.path)
    expect(await link(page, 'Correct this post').count()).toBe(0)
  })

  test('publishes, corrects and withdraws by keyboard alone', async () => {
    const page = await openAs(way, town.officer)
    const name = `By keyboard ${randomUUID().slice(0, 6)}`
    await page.goto('/')
    await press(page, 'header a[href="/officers"]')
    await title(page, 'Officers’ desk')
    await press(page, 'a[href="/teams/bracebridge-heath/posts/new"]')
    await title(page, 'Post an update')
    await type(page, '#body', name)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Words of the post.')
    await type(page, '#tags', 'keys')
    await press(page, 'button[value=publish]')
    await title(page, name)
    await press(page, 'a[href$="/correct"]')
    await type(page, '#body', ' And more.')
    await type(page, '#note', 'There was more to say.')
    await press(page, '.compose button:not([name])')
    await page.getByText('Words of the post. And more.').first().waitFor()
    await press(page, 'a[href$="/withdraw"]')
    await type(page, '#because', 'It was only a test.')
    await press(page, 'main form button')
    expect(await page.locator('.note.withdrawn').textContent()).toContain('It was only a test.')
  })
})

async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector)
  await page.keyboard.press('Enter')
}

async function type(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector)
  await page.keyboard.press('Control+End')
  await page.keyboard.type(text)
}
