/**
 * Somebody without an account: finds the team, reads a post and a long conversation, sees what was changed and why, and tells a moderator.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, PATIENCE, inView, openBrowser, screenshot, tabTo, WAYS, type TestBrowser } from './harness.ts'
import { LONG_TITLE, settleTown, writeHistory, type History, type Town } from './town.ts'

let site: TestBrowser
let town: Town
let history: History

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
  history = await writeHistory(town)
})
afterAll(() => site?.close())

const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const heading = (page: Page) => page.locator('h1').textContent()
const comments = (page: Page) => page.locator('#conversation > .c').count()

async function find(page: Page, typed: string): Promise<void> {
  await page.goto('/find')
  await page.getByLabel('Postcode, place or team').fill(typed)
  await page.getByRole('button', { name: 'Find' }).click()
}

describe.each(WAYS)('a visitor on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `visitor ${name} ${way.screen}`) : null)

  test('finds the team by postcode from the front door', async () => {
    const page = await site.open(way)
    await page.goto('/')
    await expectSound(page)
    await shot(page, '1 home')
    await page.getByLabel('Postcode, place or team').fill('LN4 2le ')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.waitForURL('**/teams/bracebridge-heath')
    expect(await heading(page)).toBe('Bracebridge Heath')
    expect(await page.locator('.people').textContent()).toContain('Sergeant Ellen Marsh')
    expect(await page.locator('main').textContent()).toContain('Waddington')
    await expectSound(page)
    await shot(page, '2 team')
    await link(page, 'What is near here').click()
    await page.waitForURL('**/nearby?team=bracebridge-heath')
    expect(await heading(page)).toBe('Near Bracebridge Heath')
    await expectSound(page)
  })

  test.each([
    ['Waddington', 'Bracebridge Heath', 'team by place'],
    ['skegness', 'Skegness', 'team by name'],
    ['Low Fields', 'Choose your team', 'choice'],
    ['LN4 2ZZ', 'Your team is Bracebridge Heath', 'near a line'],
    ['NG23 5AA', 'Another police force looks after NG23 5AA', 'other force'],
    ['M1 1AA', 'Another police force looks after M1 1AA', 'other force by letters'],
    ['xyzzy', 'We could not find your team', 'nonsense'],
    ['   ', 'Find your team', 'nothing'],
  ])('"%s" leads to "%s"', async (typed, title, name) => {
    const page = await site.open(way)
    await find(page, typed)
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    await expectSound(page)
    await shot(page, `3 find ${name}`)
  })

  test('turns the pages of a team and of the force', async () => {
    const page = await site.open(way)
    for (const path of ['/teams/bracebridge-heath', '/']) {
      await page.goto(path)
      expect(await page.locator('.post').count()).toBe(20)
      const first = await page.locator('.post h3').allTextContents()
      await link(page, 'Older posts').click()
      await page.waitForURL('**?after=*')
      const second = await page.locator('.post h3 a').evaluateAll((links) => links.map((found) => found.getAttribute('href')))
      expect(second.length).toBeGreaterThan(3)
      expect(first).toHaveLength(20)
      await expectSound(page)
      await link(page, 'Newest posts').click()
      await page.waitForURL(`**${path}`)
    }
  })

  test('reads a post and its conversation, page after page', async () => {
    const page = await site.open(way)
    await page.goto('/teams/bracebridge-heath')
    await link(page, LONG_TITLE).first().click()
    await page.getByRole('heading', { level: 1, name: LONG_TITLE }).waitFor()
    expect(await page.locator('.article .prose').innerHTML()).toContain('<strong>Grantham Road</strong>')
    expect(await page.locator('.talk .mark').first().textContent()).toBe('Officer · Bracebridge Heath team')
    expect(await comments(page)).toBe(50)
    await expectSound(page)
    await shot(page, '4 post')
    const before = await idsOn(page)
    if (way.scripts) await moreInPlace(page, before)
    else await moreOnNextPage(page, before)
  })

  test('shows a whole conversation at once', async () => {
    const page = await site.open(way)
    await page.goto(history.long.path)
    await link(page, /^Show all/).click()
    await page.waitForURL('**?all=yes**')
    // Four of the seven that answer each other stand on a page of their own, and a stub is no comment.
    expect(await comments(page)).toBe(126)
    expect(new Set(await idsOn(page)).size).toBe(126)
    await expectSound(page)
  })

  test('follows a permalink to its place, and a deep conversation down and back', async () => {
    const page = await site.open(way)
    await page.goto(`/comments/${history.late}`)
    expect(new URL(page.url()).hash).toBe(`#c${history.late}`)
    await inView(page, `#c${history.late}`)
    await expectSound(page)
    const [, , third = 0, fourth = 0, , sixth = 0, seventh = 0] = history.chain
    await page.goto(`/comments/${third}`)
    await inView(page, `#c${third}`)
    await link(page, 'Continue this conversation').last().click()
    await page.waitForURL(`**?thread=${third}*`)
    await page.locator(`#c${fourth}`).waitFor()
    await expectSound(page)
    await shot(page, '5 deep conversation')
    await link(page, 'Continue this conversation').last().click()
    await page.waitForURL(`**?thread=${sixth}*`)
    await page.locator(`#c${seventh}`).waitFor()
    await link(page, /^Back up to/).click()
    await inView(page, `#c${sixth}`)
    await page.goto(`/comments/${seventh}`)
    await inView(page, `#c${seventh}`)
  })

  test('sees what was corrected, changed and withdrawn', async () => {
    const page = await site.open(way)
    await page.goto(history.corrected.path)
    await page.locator('.note.corrected').waitFor()
    await expectSound(page)
    await shot(page, '6 corrected')
    await link(page, 'See what changed').click()
    await page.getByRole('heading', { level: 1, name: 'What changed' }).waitFor()
    expect(await page.locator('.versions').textContent()).toContain('The surgery is on Thursday, not Tuesday.')
    await expectSound(page)
    await shot(page, '7 versions')
    await page.goto(history.withdrawn.path)
    expect(await page.locator('.note.withdrawn').textContent()).toContain('The council has moved the roadworks to January.')
    expect(await page.locator('main').textContent()).not.toContain('We were out this morning')
    await expectSound(page)
    await shot(page, '8 withdrawn')
    await page.goto(`/comments/${history.edited}`)
    await page.locator(`#c${history.edited}`).getByRole('link', { name: 'edited' }).click()
    await page.getByText('The sign is on the left.').first().waitFor()
    await expectSound(page)
  })

  test('learns from a stub why something was removed', async () => {
    const page = await site.open(way)
    await page.goto(history.long.path)
    const stubs = await page.locator('.stub').allTextContents()
    expect(stubs.map((stub) => stub.replace(/on \d+ \w+ \d+/, 'on …').trim())).toEqual([
      'Removed on …. See why',
      'Withdrawn by its author on …',
      'Hidden on … while a moderator looks at it',
    ])
    expect(await page.locator('main').textContent()).not.toContain('A remark about a neighbour')
    await link(page, 'See why').click()
    const row = page.locator('tr[aria-current="true"]')
    await row.waitFor()
    expect(await row.textContent()).toContain('Somebody else’s personal details')
    await inView(page, 'tr[aria-current="true"]')
    await expectSound(page)
    await shot(page, '9 log row')
  })

  test('tells a moderator without an account', async () => {
    const page = await site.open(way)
    await page.goto(`/comments/${history.late}`)
    await page.locator(`#c${history.late}`).getByRole('link', { name: 'Tell a moderator' }).click()
    await page.getByRole('heading', { level: 1, name: 'Tell a moderator' }).waitFor()
    expect(await page.getByRole('radio').count()).toBeGreaterThan(8)
    await expectSound(page)
    await shot(page, '10 flag')
    await page.getByLabel('Anything that helps us').fill('It is about my street.')
    await page.getByRole('button', { name: 'Tell a moderator' }).click()
    await page.locator('.error-summary').waitFor()
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.getByLabel('Anything that helps us').inputValue()).toBe('It is about my street.')
    await expectSound(page)
    await shot(page, '11 flag error')
    await page.locator('.error-summary').getByRole('link').click()
    await tabTo(page, 'input[type=radio]')
    await page.getByLabel('Off topic').check()
    await page.getByRole('button', { name: 'Tell a moderator' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you for telling us' }).waitFor()
    await expectSound(page)
    await shot(page, '12 flagged')
    await link(page, 'Go back to where you were').click()
    await inView(page, `#c${history.late}`)
  })
})

test('the dark colours are as readable: stubs, marks and notes', PATIENCE, async () => {
  const page = await site.open({ screen: 'phone', dark: true })
  for (const path of ['/', '/teams/bracebridge-heath', history.long.path, history.corrected.path, history.withdrawn.path, '/moderation-log']) {
    await page.goto(path)
    await expectSound(page)
  }
  await page.goto(`/comments/${history.edited}`)
  await expectSound(page)
  await screenshot(page, 'visitor 13 dark')
})

const idsOn = (page: Page): Promise<string[]> => page.locator('#conversation > .c').evaluateAll((all) => all.map((comment) => comment.id))

/** With scripts the next comments come below those on the page: nothing moves, nothing is loaded anew, and the keyboard goes on where it was. */
async function moreInPlace(page: Page, before: string[]): Promise<void> {
  await page.evaluate('window.sameDocument = true')
  const more = link(page, 'More comments')
  await more.scrollIntoViewIfNeeded()
  const scrolled = await page.evaluate('scrollY')
  await more.focus()
  await page.keyboard.press('Enter')
  await page.locator('#conversation > .c:nth-of-type(51)').waitFor()
  expect(await page.evaluate('[scrollY, window.sameDocument === true]')).toEqual([scrolled, true])
  const after = await idsOn(page)
  expect(after.slice(0, 50)).toEqual(before)
  expect(new Set(after).size).toBe(100)
  await page.keyboard.press('Tab')
  const focused = await page.evaluate('document.activeElement.closest(".c")?.id')
  expect(after.indexOf(String(focused)), 'where Tab goes on').toBe(50)
  await more.click()
  await page.locator('#conversation > .c:nth-of-type(101)').waitFor()
  expect(await more.count()).toBe(0)
  await expectSound(page)
}

async function moreOnNextPage(page: Page, before: string[]): Promise<void> {
  await link(page, 'More comments').click()
  await page.waitForURL('**?after=*')
  const after = await idsOn(page)
  expect(after).toHaveLength(50)
  expect(after.filter((id) => before.includes(id))).toEqual([])
  await expectSound(page)
  await link(page, 'Earlier comments').click()
  await page.waitForURL('**?before=*')
  expect(await idsOn(page)).toEqual(before)
}
