/**
 * Following as people live it: by email without an account from the first page to the last "stop", with an account, and an alert in the night.
 */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { keepFollow } from '../../src/following/follow.ts'
import { followerByEmail } from '../../src/following/follower.ts'
import { followers, follows, type Rhythm } from '../../src/following/schema.ts'
import { dayKey } from '../../src/text/dates.ts'
import { ukMoment } from '../../src/text/moment.ts'
import { makePost, makeResident } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { allSent, linksOf, openMail, openPostbox, startWork, type Postbox } from './postbox.ts'
import { settleTown, type Town } from './town.ts'

/** A day of somebody's life, with the jobs behind it, which are fetched once a second. */
const LONG = { timeout: 240_000 }
const CONTROL = 'control@example.org'

let post: Postbox
let site: TestBrowser
let town: Town

beforeAll(async () => {
  post = await openPostbox()
  site = await openBrowser({ LIMIT_FACTOR: '1000', SMTP_URL: post.url, MAIL_FROM: 'blue-lamp@force.example', MAIL_PER_MINUTE: '1000000' })
  town = await settleTown(site.world)
  await startWork(site)
  await reader(CONTROL, 'force', 'instant')
}, 120_000)
afterEach(() => moveClock(0))
afterAll(async () => {
  await site?.close()
  await post?.close()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const said = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id')

/** Somebody who follows by email already. */
async function reader(email: string, key: string, rhythm: Rhythm, more: Partial<typeof followers.$inferInsert> = {}): Promise<void> {
  await site.world.db.transaction(async (tx) => {
    const { id } = await followerByEmail(tx, email)
    await keepFollow(tx, id, key, { rhythm })
    if (Object.keys(more).length > 0) await tx.update(followers).set(more).where(eq(followers.id, id))
  })
}

async function publish(way: Opening): Promise<string> {
  const name = `Morning patrol ${randomUUID().slice(0, 8)}`
  const page = await openAs(way, town.officer)
  await page.goto('/teams/bracebridge-heath/posts/new')
  await page.locator('#body').fill(`${name}\n\nWe were out this morning, and spoke to everybody we met.`)
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await title(page, name)
  return name
}

/** The page says what is wrong, keeps what was typed, and leads to the field. */
async function expectProblem(page: Page, field: string, message: string | RegExp): Promise<void> {
  const summary = page.locator('.error-summary').getByRole('link', { name: message })
  await summary.waitFor()
  expect(await page.locator(`#${field}`).getAttribute('aria-invalid')).toBe('true')
  expect(await page.locator(`#${field}`).getAttribute('aria-describedby')).toContain(`${field}-error`)
  await expectSound(page)
  await summary.click()
  expect(await focused(page)).toBe(field)
}

const hourFromNow = (hours: number): string =>
  String(
    Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' }).format(Date.now() + hours * 3_600_000)),
  )

describe.each(WAYS)('on a $screen, scripts $scripts', (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `following ${name} ${way.screen}`) : null)
  const email = `reader-${way.screen}-${way.scripts ? 'with' : 'without'}@example.org`

  test('a visitor follows a team by email, reads, changes, and stops until nothing comes any more', LONG, async () => {
    const page = await site.open(way)
    await page.goto('/teams/bracebridge-heath')
    await expectSound(page)
    await link(page, 'Follow').first().click()
    await title(page, 'Follow the Bracebridge Heath team')
    await expectSound(page)
    await shot(page, '1 follow')
    await page.getByLabel('Email address').fill('reader at example.org')
    await page.getByLabel('As it happens').check()
    await page.getByLabel('Your postcode').fill('LN4 2LE')
    await button(page, 'Follow by email').click()
    await expectProblem(page, 'email', /email address/)
    await shot(page, '2 wrong address')
    expect(await page.getByLabel('Email address').inputValue()).toBe('reader at example.org')
    expect(await page.getByLabel('As it happens').isChecked()).toBe(true)
    expect(await page.getByLabel('Your postcode').inputValue()).toBe('LN4 2LE')
    await page.getByLabel('Email address').fill(email)
    await button(page, 'Follow by email').dblclick()
    await title(page, 'Check your email')
    await expectSound(page)

    const asks = await post.next(email, 'Confirm: follow Bracebridge Heath team')
    const [confirm = ''] = await linksOf(await openMail(site, asks))
    expect(asks.text).toContain(confirm)
    await page.goto(confirm)
    await expectSound(page)
    await shot(page, '3 confirm')
    await button(page, 'Yes, follow').click()
    await said(page, 'You follow this now.')
    await title(page, 'What you follow')
    await expectSound(page)
    await shot(page, '4 what I follow')
    await reader(email, 'force', 'instant')

    const first = await publish(way)
    const news = await post.next(email, first)
    await allSent(site)
    expect(post.to(email).map(({ subject }) => subject)).toEqual([asks.subject, news.subject])
    const opened = await openMail(site, news)
    await screenshot(opened, 'following 5 mail')
    const links = await linksOf(opened)
    expect(links.length).toBeGreaterThanOrEqual(5)
    for (const address of links) {
      expect(news.text, 'the plain text has every link too').toContain(address)
      expect((await page.goto(address))?.status(), address).toBe(200)
      await expectSound(page)
    }
    const linkOf = async (words: string): Promise<string> => String(await opened.getByRole('link', { name: words }).getAttribute('href'))

    await page.goto(await linkOf(first))
    await title(page, first)
    await page.goto(await linkOf('Change what you get'))
    await changes(page)
    await shot(page, '6 changed')

    await page.goto(await linkOf('Stop this'))
    await button(page, 'Stop following it').click()
    await said(page, 'You no longer follow it.')
    expect(await page.locator('dl.summary').first().textContent()).not.toContain('Bracebridge Heath')
    const second = await publish(way)
    const still = await post.next(email, second)
    expect(still.text).toContain('You get this because you follow all of Lincolnshire Police, as it happens.')

    await page.goto(await linkOf('Stop everything'))
    await button(page, 'Stop everything').click()
    await said(page, 'We send you nothing any more.')
    await expectSound(page)
    await shot(page, '7 stopped')
    const third = await publish(way)
    await post.next(CONTROL, third)
    await allSent(site)
    expect(post.to(email)).toHaveLength(3)
  })

  test('a resident follows a tag and a conversation, sees them together, and stops', PATIENCE, async () => {
    const { db } = site.world
    const resident = await makeResident(db, 'Maureen T')
    const page = await openAs(way, resident)
    await page.goto('/tags/speeding')
    await expectSound(page)
    await link(page, 'Follow posts about speeding').click()
    await title(page, 'Follow posts about speeding')
    await expectSound(page)
    await button(page, 'Follow').dblclick()
    await page.getByText('You follow it now.').first().waitFor()
    await expectSound(page)
    await shot(page, '8 with an account')
    await page.goto(town.post.path)
    await link(page, 'Follow this conversation').click()
    await button(page, 'Follow').dblclick()
    await said(page, 'You follow this now.')
    await link(page, 'All that you follow').click()
    await title(page, 'What you follow')
    await expectSound(page)
    await shot(page, '9 all')
    const rows = page.locator('dl.summary').first().locator('dt')
    expect(await rows.allTextContents()).toEqual(['Posts about speeding', 'News from Bracebridge Heath'])
    const kept = await db
      .select({ key: follows.key })
      .from(follows)
      .innerJoin(followers, eq(followers.id, follows.followerId))
      .where(eq(followers.accountId, resident.accountId))
    expect(kept.map(({ key }) => key)).toEqual(['tag:speeding', `conversation:${town.post.conversationId}`])
    await button(page, 'Stop following Posts about speeding').click()
    await said(page, 'You no longer follow it.')
    expect(await rows.allTextContents()).toEqual(['News from Bracebridge Heath'])
    await page.goto('/account')
    await link(page, 'What you follow').click()
    await button(page, 'Stop following News from Bracebridge Heath').click()
    await page.getByText('You follow nothing yet.').first().waitFor()
    await expectSound(page)
  })

  test('an alert goes out in the night when two have agreed, to those who chose alerts', LONG, async () => {
    const { db } = site.world
    const [chose, did] = [`alert-${email}`, `plain-${email}`]
    await reader(chose, `team:${town.team.id}`, 'weekly', { wantsAlerts: true, quietFrom: 22, quietUntil: 7 })
    await reader(did, `team:${town.team.id}`, 'instant', { quietFrom: 22, quietUntil: 7 })
    moveClock(lateTonight().getTime() - Date.now())
    const { path } = await makePost(db, town.officer, town.team, `Missing from home ${randomUUID().slice(0, 8)}`)
    const words = `Have you seen a girl of 12 in Canwick? Ring 999. ${randomUUID().slice(0, 8)}`

    const page = await openAs(way, town.press)
    await page.goto(path)
    await link(page, 'Send it as an urgent alert').click()
    await expectSound(page)
    await page.getByLabel('What the alert says').fill(words)
    await button(page, 'Propose the alert').click()
    await expectProblem(page, 'because', 'Say why it cannot wait')
    expect(await page.getByLabel('What the alert says').inputValue()).toBe(words)
    await page.getByLabel('Why it cannot wait').fill('It is dark and cold.')
    await shot(page, '10 propose')
    await button(page, 'Propose the alert').click()
    await said(page, 'It is put before a colleague.')
    await expectSound(page)
    expect(await button(page, /^Agree/).count()).toBe(0)

    const colleague = await openAs(way, town.press2)
    await colleague.goto('/moderation')
    await expectSound(colleague)
    await shot(colleague, '11 queue')
    await colleague.locator('li.row', { hasText: words }).getByRole('heading').getByRole('link').click()
    await colleague.getByText(words).first().waitFor()
    await expectSound(colleague)
    await shot(colleague, '12 agree')
    await colleague.locator('#proposal-note').fill('I agree: she is 12.')
    await button(colleague, /^Agree/).click()
    await said(colleague, 'You have agreed')

    const mail = await post.next(chose, words)
    expect(mail.subject).toBe(`Urgent: ${words}`)
    await screenshot(await openMail(site, mail), 'following 13 alert')
    await allSent(site)
    expect(post.to(chose)).toHaveLength(1)
    expect(post.to(did)).toEqual([])
    const visitor = await site.open(way)
    await visitor.goto(path)
    await visitor.getByText('Sent as an urgent alert').first().waitFor()
    await expectSound(visitor)
    await db.delete(follows).where(and(eq(follows.key, `team:${town.team.id}`)))
  })
})

/** Another rhythm for the team, and quiet hours past a mistake. */
async function changes(page: Page): Promise<void> {
  await link(page, 'Change Bracebridge Heath team').click()
  await expectSound(page)
  await page.getByLabel('Once a week').check()
  await button(page, 'Save').click()
  await said(page, 'Your change is saved.')
  expect(await page.locator('dl.summary').first().textContent()).toContain('Once a week')
  await link(page, 'Change how you are told').click()
  await expectSound(page)
  // Neither now nor soon: the news of this journey is not to wait.
  const from = hourFromNow(4)
  await page.getByLabel('From').selectOption(from)
  await button(page, 'Save').click()
  await expectProblem(page, 'until', 'Choose when the quiet hours end')
  expect(await page.getByLabel('From').inputValue()).toBe(from)
  await page.getByLabel('Until').selectOption(hourFromNow(6))
  await button(page, 'Save').click()
  await said(page, 'Your settings are saved.')
  expect(await page.locator('dl.summary').last().textContent()).toMatch(/Quiet hours\s*from .+ until /)
  await expectSound(page)
}

/** Half past eleven in the evening, the next that comes. */
function lateTonight(): Date {
  const tonight = ukMoment(dayKey(new Date()), '23:30')
  if (!tonight) throw new Error('no such night')
  return tonight.getTime() > Date.now() ? tonight : new Date(tonight.getTime() + 86_400_000)
}
