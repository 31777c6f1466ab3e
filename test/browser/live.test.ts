/**
 * What changes while somebody reads: new comments wait behind a button, what is taken down goes, desks move by themselves; nobody loses their place or their words.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { askQuestion } from '../../src/questions/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, type TestBrowser } from './harness.ts'

/** Signals are gathered for a moment, and the machine may be busy with others. */
const SOON = PATIENCE

let site: TestBrowser
let team: TeamName
let officer: SignedIn
let maureen: SignedIn
let ben: SignedIn

beforeAll(async () => {
  site = await openBrowser()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  maureen = await makeResident(db, 'Maureen T')
  ben = await makeResident(db, 'Ben K')
})
afterAll(() => site?.close())

type Said = { id: number }
const say = (who: SignedIn, conversationId: number, body: string, parentId: number | null = null): Promise<Said> =>
  postComment(site.world.db, who, conversationId, { body, parentId, clientKey: randomUUID() })

/** A post with comments, and a page of it on which signals arrive. */
async function reading(comments: number, opening: Parameters<TestBrowser['open']>[0] = {}) {
  const post = await makePost(site.world.db, officer, team)
  const said: Said[] = []
  for (let number = 1; number <= comments; number++)
    said.push(await say(maureen, post.conversationId, `Comment ${number}. ${'It goes on for a while. '.repeat(8)}`))
  const page = await site.open(opening)
  await openLive(page, post.path)
  return { page, post, said }
}

async function openLive(page: Page, path: string): Promise<void> {
  const stream = page.waitForResponse((answer) => answer.url().includes('/live?'))
  await page.goto(path)
  expect((await stream).status()).toBe(200)
}

/** How far from the top of the window something stands. */
const topOf = async (page: Page, selector: string): Promise<number> => (await page.locator(selector).boundingBox())?.y ?? Number.NaN
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id || document.activeElement.textContent')
const said = (page: Page): Promise<string> => page.evaluate('document.getElementById("live").textContent')

describe.each(['phone', 'desk'] as const)('a conversation on a %s', (screen) => {
  test('says how many comments are new and takes them in; place, focus and typed words stay', PATIENCE, async () => {
    const { page, post, said: before } = await reading(6, { screen, as: await site.cookieOf(maureen) })
    await page.locator('#body').fill('What I am writing')
    const place = await topOf(page, '#body')
    const reply = await say(ben, post.conversationId, 'An answer in the middle.', before[1]?.id)
    const button = page.locator('#news button')
    await button.waitFor()
    expect(await button.textContent()).toBe('1 new comment')
    const last = await say(ben, post.conversationId, 'The latest of all.')
    await say(maureen, post.conversationId, 'My own, from another window.')
    await vi.waitFor(async () => expect(await button.textContent()).toBe('2 new comments'), SOON)
    await vi.waitFor(async () => expect(await said(page)).toBe('2 new comments'), SOON)
    expect(await page.locator(`#c${reply.id}`).count()).toBe(0)
    expect(Math.abs((await topOf(page, '#body')) - place)).toBeLessThan(2)
    await expectSound(page)
    await screenshot(page, `live 1 new comments ${screen}`)

    await page.locator('#body').focus()
    const now = await topOf(page, '#body')
    // As by voice or a switch: the focus stays in the form.
    await page.evaluate('document.querySelector("#news button").click()')
    await page.locator(`#c${reply.id}`).waitFor()
    expect(await page.locator(`#c${before[1]?.id} + #c${reply.id}`).count()).toBe(1)
    expect(await page.locator(`#c${last.id} .new`).textContent()).toBe('New')
    expect(await page.locator('#body').inputValue()).toBe('What I am writing')
    expect(await focused(page)).toBe('body')
    expect(Math.abs((await topOf(page, '#body')) - now)).toBeLessThan(2)
    expect(await page.locator('#conversation > h2').textContent()).toBe('9 comments')
    expect(await page.locator('#conversation > article').count()).toBe(9)
    await expectSound(page)
    await screenshot(page, `live 2 taken in ${screen}`)
    // What came by a signal works like the rest.
    await page.locator(`#c${last.id} button[name=helpful]`).click()
    await vi.waitFor(async () => expect(await page.locator(`#c${last.id} button[name=helpful]`).textContent()).toContain('1'), SOON)
  })

  test('one press at the head of the conversation takes them in and goes there', PATIENCE, async () => {
    const { page, post } = await reading(6, { screen })
    const last = await say(ben, post.conversationId, 'The latest of all.')
    await page.getByRole('link', { name: '1 new comment to show' }).click()
    await page.waitForURL(`**/*#c${last.id}`)
    expect(await page.locator(`#c${last.id} .new`).textContent()).toBe('New')
    expect(await page.getByRole('link', { name: '1 new comment to show' }).count()).toBe(0)
  })

  test('by keyboard: the button leads on to the first of them', PATIENCE, async () => {
    const { page, post } = await reading(0, { screen })
    const first = await say(ben, post.conversationId, 'The first word here.')
    await page.locator('#news button').press('Enter')
    await page.locator(`#c${first.id}`).waitFor()
    expect(await focused(page)).toBe('Go to the first new comment')
    expect(await page.locator('#conversation > .empty').count()).toBe(0)
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe(`#c${first.id}`)
  })
})

describe('what is taken down', () => {
  test('goes from before the readers’ eyes without waiting for them', PATIENCE, async () => {
    const { page, post, said: before } = await reading(3)
    const [first, second] = before
    if (!first || !second) throw new Error('nothing was said')
    await say(ben, post.conversationId, 'An answer that stays.', first.id)
    await page.locator('#news').waitFor()
    await page.locator(`#c${second.id} button`).first().focus()
    await withdrawComment(site.world.db, maureen, first.id)
    await page.locator(`#c${first.id}.stub`).waitFor()
    expect(await page.locator(`#c${first.id}`).textContent()).toContain('Withdrawn by its author')
    await withdrawComment(site.world.db, maureen, second.id)
    await vi.waitFor(async () => expect(await page.locator(`#c${second.id}`).count()).toBe(0), SOON)
    // The focus does not fall back to the top of the page.
    expect(await page.evaluate('document.activeElement.closest("#conversation") !== null')).toBe(true)
    expect(await page.locator('#news button').textContent()).toBe('1 new comment')
    await expectSound(page)
  })
})

test('a page that is not looked at listens a minute longer, then comes back and catches up', PATIENCE, async () => {
  const { page, post } = await reading(1)
  await page.evaluate('dispatchEvent(new Event("pagehide"))')
  const missed = await say(ben, post.conversationId, 'While nobody looked.')
  await page.evaluate('dispatchEvent(new Event("pageshow"))')
  await page.locator('#news button').waitFor()
  await page.locator('#news button').click()
  await page.locator(`#c${missed.id}`).waitFor()
  expect(await page.locator(`#c${missed.id} .new`).count()).toBe(1)
})

test('without signals a plain link stays', PATIENCE, async () => {
  const post = await makePost(site.world.db, officer, team)
  const page = await site.open({ expects: 503 })
  await page.route('**/live?*', (route) => route.fulfill({ status: 503, body: '' }))
  await page.goto(post.path)
  const link = page.getByRole('link', { name: 'Check for new comments' })
  await link.waitFor({ timeout: 30_000 })
  expect(await link.getAttribute('href')).toBe(post.path)
  const silent = await site.open({ scripts: false })
  await silent.goto(post.path)
  expect(await silent.locator('#lost, #news').count()).toBe(0)
})

describe('desks move by themselves', () => {
  const waitForIdle = () => new Promise((resolve) => setTimeout(resolve, 4500))

  test('the queue: by itself while nobody touches it, behind a bar while somebody is in the list', { timeout: 120_000 }, async () => {
    const { db } = site.world
    const press = await makeStaff(db, 'Press office', 'press-office')
    const { conversationId } = await makePost(db, officer, team)
    const hold = async (words: string) => say(await makeResident(db, 'New Here', 0), conversationId, words)
    await hold('The first that waits.')
    const page = await site.open({ as: await site.cookieOf(press) })
    await openLive(page, '/moderation')
    const rows = page.locator('[data-row]')
    const count = await rows.count()
    await waitForIdle()
    await hold('The second that waits.')
    await vi.waitFor(async () => expect(await rows.count()).toBe(count + 1), SOON)
    await vi.waitFor(async () => expect(await said(page)).toBe('1 new case'), SOON)

    await page.locator('#keys summary').click()
    await rows.first().locator('h2 a').focus()
    const top = await topOf(page, '[data-row]:first-child h2 a')
    await hold('The third that waits.')
    const bar = page.locator('.bar.moved')
    await bar.waitFor()
    expect(await bar.locator('span').textContent()).toBe('1 new case')
    expect(await rows.count()).toBe(count + 1)
    expect(await topOf(page, '[data-row]:first-child h2 a')).toBe(top)
    await expectSound(page)
    await screenshot(page, 'live 3 queue with bar')
    await bar.getByRole('button', { name: 'Show' }).press('Enter')
    expect(await rows.count()).toBe(count + 2)
    expect(await page.locator('#keys').getAttribute('open')).toBe('')
    expect(await page.evaluate('document.activeElement.closest("[data-row]") !== null')).toBe(true)
    await expectSound(page)
  })

  test('the officers’ desk', { timeout: 120_000 }, async () => {
    const { db } = site.world
    const page = await site.open({ screen: 'phone', as: await site.cookieOf(officer) })
    await openLive(page, '/officers')
    await waitForIdle()
    const question = {
      title: 'When are the speed checks?',
      body: 'On Grantham Road.',
      visibility: 'public' as const,
      named: true,
      clientKey: randomUUID(),
    }
    await askQuestion(db, ben, team, question)
    await page.getByRole('link', { name: 'When are the speed checks?' }).waitFor()
    await vi.waitFor(async () => expect(await said(page)).toBe('1 new thing on your desk'), SOON)
    await expectSound(page)
  })
})
